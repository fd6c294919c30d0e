import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { RetentionStory } from '../../support/retention-story.ts';
import { plots } from '../../support/story-moves.ts';

/** The same stories each time; `npm run soak` tells others. */
const SEED = 20_261_121;
const RUNS = 12;

describe('whatever retention takes', () => {
  it(`every checkpoint that stays can be shown and gone back to, and undone (seed ${SEED}, ${RUNS} stories)`, async () => {
    await fc.assert(
      fc.asyncProperty(plots(14, { isPruned: true }), (plot) => RetentionStory.play(plot)),
      { numRuns: RUNS, seed: SEED },
    );
  }, 240_000);
});
