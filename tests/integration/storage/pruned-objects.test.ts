import { describe, expect, it } from 'vitest';
import { pruneCheckpoints } from '../../../src/checkpoints/prune-checkpoints.ts';
import type { CheckpointFiles } from '../../../src/domain/checkpoint.ts';
import type { NewEvent } from '../../../src/domain/plan-event.ts';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import type { SqliteObjectStore } from '../../../src/storage/sqlite-object-store.ts';
import { lostBelow, openGarbage, openPlans, putText, putTree } from '../../support/object-places.ts';
import { History, ids, rolledBack } from '../../support/storage-history.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

interface Stage extends AsyncDisposable {
  readonly history: History;
  readonly store: SqliteObjectStore;
  /** A tree with a file of its own. */
  tree(text: string): string;
  checkpoint(tree: string | null, trigger?: 'interval' | 'manual'): Promise<void>;
  /** A write from one tree to another; `changes` null: nobody saw what it did. */
  write(before: string, after: string | null, changes: readonly string[] | string | null): Promise<void>;
  /** Which of these trees and texts are still there after all but the newest were pruned. */
  left(trees: readonly string[]): Promise<readonly boolean[]>;
}

const files = (tree: string | null): CheckpointFiles => ({
  tree,
  capture: { status: 'complete', reason: null, paths: [] },
  bytes: 1,
  error: null,
  previous: null,
});

async function openStage(): Promise<Stage> {
  const home = await freshHome();
  const processes = new StagedProcesses();
  const storage = await openPlans(home.path, processes);
  const store = await openObjectStore({ home: home.path });
  const history = await History.create(storage);
  const plan_id = history.rootId;
  return {
    history,
    store,
    tree: (text) => putTree(store, { trees: [], contents: [putText(store, text)] }),
    checkpoint: async (tree, trigger = 'interval') =>
      void (await history.checkpoint(trigger, { files: files(tree) })),
    write: async (tree_before, tree_after, changes) => {
      const call_id = ids.next();
      const call = { call_id, step_id: 'one', attempt: 1, tool: 't', effect: 'write', input: {} } as const;
      const list =
        typeof changes === 'string'
          ? { ref: `sha256:${changes}`, media: 'json' as const, bytes: 2000, preview: '' }
          : (changes ?? []).map((hash) => ({ path: 'a', before: null, after: { type: 'file', hash } }));
      const said = { changes: changes === null ? null : { count: 1, list } };
      await history.journal.commit([
        { type: 'tool.started', plan_id, payload: { ...call, tree_before } },
        {
          type: 'tool.completed',
          plan_id,
          payload: { call_id, result: null, tree_after, ...said },
        } as NewEvent,
      ]);
    },
    left: async (trees) => {
      store.flush();
      await pruneCheckpoints(storage, history.journal, {
        rules: { maxPerPlan: 1, maxAgeMs: null },
        now: 0,
        restores: false,
      });
      const garbage = await openGarbage(home.path, processes);
      await garbage.collect();
      expect(await garbage.checkJournals()).toEqual([]);
      await garbage.close();
      const again = await openObjectStore({ home: home.path });
      const found = trees.map((hash) => again.hasContent(hash) || lostBelow(again, [hash]).length === 0);
      again.close();
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      store.close();
      await storage.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

describe('a collection after retention', () => {
  it('Given trees that only pruned checkpoints and events name, When it runs, Then they are gone, and kept ones are not', async () => {
    await using stage = await openStage();
    const [first, second, third, last] = ['1', '2', '3', '4'].map((text) => stage.tree(text)) as string[];
    const text = putText(stage.store, 'changed');
    await stage.checkpoint(first as string);
    await stage.write(first as string, second as string, [text]);
    await stage.checkpoint(second as string);
    await stage.checkpoint(third as string, 'manual');
    await stage.write(third as string, last as string, []);
    await stage.checkpoint(last as string);
    const trees = [first, second, third, last, text] as string[];
    expect(await stage.left(trees)).toEqual([false, false, true, true, false]);
  });

  it('Given nothing was pruned, When it runs, Then all that an event names stays', async () => {
    await using stage = await openStage();
    const [first, second] = [stage.tree('1'), stage.tree('2')];
    await stage.write(first, second, []);
    await stage.checkpoint(null);
    expect(await stage.left([first, second])).toEqual([true, true]);
  });

  it('Given the last checkpoint holds no files, When it runs, Then the last tree that was seen stays', async () => {
    await using stage = await openStage();
    const [first, second] = [stage.tree('1'), stage.tree('2')];
    await stage.checkpoint(first);
    await stage.checkpoint(second);
    await stage.checkpoint(null);
    expect(await stage.left([first, second])).toEqual([false, true]);
  });

  it('Given long lists of changes, When it runs, Then those after the oldest that stays do too', async () => {
    await using stage = await openStage();
    const [a, b, c] = [stage.tree('a'), stage.tree('b'), stage.tree('c')];
    const [early, late] = [putText(stage.store, 'early'), putText(stage.store, 'late')];
    await stage.write(a, b, early);
    await stage.checkpoint(b);
    await stage.checkpoint(b, 'manual');
    await stage.write(b, c, late);
    const back = rolledBack(stage.history.rootId, 'x', []);
    await stage.history.journal.commit([
      { ...back, payload: { ...back.payload, changes: { count: 0, list: [] } } } as NewEvent,
    ]);
    await stage.checkpoint(c);
    await stage.checkpoint(c);
    await stage.checkpoint(c);
    expect(await stage.left([a, b, c, early, late])).toEqual([false, true, true, false, true]);
  });

  it.each([true, false])(
    'Given a write of which nobody knows what it did (looked at again: %s), When it runs, Then what it began with and what was seen next stay',
    async (isSeen) => {
      await using stage = await openStage();
      const [before, next, other, last] = ['1', '2', '3', '4'].map((text) => stage.tree(text)) as [
        string,
        string,
        string,
        string,
      ];
      await stage.checkpoint(before, 'manual');
      await stage.write(before, null, null);
      if (isSeen) await stage.checkpoint(next);
      await stage.checkpoint(isSeen ? other : null);
      await stage.checkpoint(null);
      await stage.checkpoint(last);
      expect(await stage.left([before, next, other, last])).toEqual([true, isSeen, false, true]);
    },
  );
});
