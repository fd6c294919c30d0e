import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RetentionStory } from '../support/retention-story.ts';
import { plots } from '../support/story-moves.ts';
import { readSoak } from './soak-options.ts';

const { seed, runs } = readSoak();

it(`retention stories, seed ${seed}, ${runs} of them`, async () => {
  const stories = fc.asyncProperty(plots(30, { isPruned: true }), (plot) => RetentionStory.play(plot));
  await fc.assert(stories, { numRuns: runs, seed });
  expect(runs).toBeGreaterThan(0);
});
