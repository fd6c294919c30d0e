import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FIRST_FILES, folderMoves, makeMove } from '../../support/folder-story.ts';
import { WatchedBench } from '../../support/watched-workspace.ts';

const SEED = 7;
const stories = fc.array(folderMoves, { minLength: 1, maxLength: 10 });

it('Given whatever happens to a watched folder, then a capture is what a scan finds that knows nothing', async () => {
  const story = fc.asyncProperty(stories, async (chapters) => {
    using ws = new WatchedBench();
    const rules = { exclude: ['out'], ignore: 'ignored\n' };
    for (const path of FIRST_FILES) ws.write(path);
    await ws.take(rules);
    for (const moves of chapters) {
      for (const move of moves) makeMove(ws, move);
      const truth = ws.scanned(rules);
      const { tree, capture } = await ws.take(rules);
      expect({ tree, capture }).toEqual(truth);
      expect((await ws.take(rules)).tree).toBe(tree);
    }
    expect(ws.engine.verify({ trees: [ws.scanned(rules).tree] })).toEqual([]);
  });
  await fc.assert(story, { numRuns: 25, seed: SEED });
});
