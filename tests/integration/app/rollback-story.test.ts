import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { RollbackStory } from '../../support/rollback-story.ts';
import { plots } from '../../support/story-moves.ts';

/** The same stories each time; `npm run soak` tells others. */
const SEED = 20_260_601;
const RUNS = 400;

describe('whatever happens to a workspace and its plans', () => {
  it(`every checkpoint can be gone back to, and nothing is lost (seed ${SEED}, ${RUNS} stories)`, async () => {
    await fc.assert(
      fc.asyncProperty(plots(12), (plot) => RollbackStory.play(plot)),
      { numRuns: RUNS, seed: SEED },
    );
  }, 240_000);
});
