import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RollbackStory } from '../support/rollback-story.ts';
import { plots } from '../support/story-moves.ts';
import { readSoak } from './soak-options.ts';

const { seed, runs } = readSoak();

it(`rollback stories, seed ${seed}, ${runs} of them`, async () => {
  const stories = fc.asyncProperty(plots(40), (plot) => RollbackStory.play(plot));
  await fc.assert(stories, { numRuns: runs, seed });
  expect(runs).toBeGreaterThan(0);
});
