import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { playWatched, watchedStories } from '../support/watched-story.ts';
import { readSoak } from './soak-options.ts';

const { seed, runs } = readSoak();

it(`stories of a watched folder, seed ${seed}, ${runs} of them`, async () => {
  await fc.assert(fc.asyncProperty(watchedStories, playWatched), { numRuns: runs, seed });
  expect(runs).toBeGreaterThan(0);
});
