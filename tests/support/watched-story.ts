import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { BugError } from '../../src/domain/errors.ts';
import { MemoryObjectStore } from '../../src/memory/memory-object-store.ts';
import { FIRST_FILES, folderMoves, makeMove, type FolderMove } from './folder-story.ts';
import { WatchedBench } from './watched-workspace.ts';

/** What happens until a look at the folder, and while it looks. */
interface Chapter {
  readonly before: readonly FolderMove[];
  readonly during: readonly FolderMove[];
  /** Whether it looks at everything. */
  readonly scans: boolean;
}

/** A store in which something happens whenever content comes: in the middle of a capture. */
class EventfulStore extends MemoryObjectStore {
  onPut: () => void = () => undefined;

  override putContent(hash: string, content: Uint8Array): boolean {
    const isNew = super.putContent(hash, content);
    this.onPut();
    return isNew;
  }
}

const RULES = { exclude: ['out'], ignore: 'ignored\n' };

const chapter: fc.Arbitrary<Chapter> = fc.record({
  before: folderMoves,
  during: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: folderMoves }),
  scans: fc.nat({ max: 7 }).map((number) => number === 0),
});

export const watchedStories = fc.array(chapter, { minLength: 1, maxLength: 8 });

/** Plays a story in a watched folder. @throws where a capture isn't what a scan finds that knows nothing */
export async function playWatched(story: readonly Chapter[]): Promise<void> {
  const store = new EventfulStore();
  using ws = new WatchedBench(store);
  for (const path of FIRST_FILES) ws.write(path);
  await ws.take(RULES);
  for (const { before, during, scans } of story) {
    for (const move of before) makeMove(ws, move);
    const more = { ...RULES, watch: scans ? 'begin' : 'trust' } as const;
    if (during.length > 0) {
      const moves = [...during];
      store.onPut = () => {
        const move = moves.shift();
        if (move) makeMove(ws, move);
      };
      await ws.take(more);
      store.onPut = () => undefined;
    }
    const truth = ws.scanned(RULES);
    const { tree, capture } = await ws.take(more);
    if (!isDeepStrictEqual({ tree, capture }, truth))
      throw new BugError('test', 'the watched folder is another than the one that was scanned');
  }
  if (ws.engine.verify({ trees: [ws.scanned(RULES).tree] }).length > 0)
    throw new BugError('test', 'the store lacks what a tree refers to');
}
