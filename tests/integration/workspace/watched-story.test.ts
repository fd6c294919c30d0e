import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { playWatched, watchedStories } from '../../support/watched-story.ts';

const SEED = 7;
const RUNS = 25;

it('Given whatever happens to a watched folder, also while it is looked at, then a capture is what a scan finds', async () => {
  let played = 0;
  const story = fc.asyncProperty(watchedStories, async (chapters) => {
    await playWatched(chapters);
    played += 1;
  });
  await fc.assert(story, { numRuns: RUNS, seed: SEED });
  expect(played).toBe(RUNS);
});
