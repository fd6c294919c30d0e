import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/domain/checkpoint.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { lostBelow, openGarbage, openPlans, putText, putTree } from '../../support/object-places.ts';
import { runProgram, startProgram, endOf } from '../../support/storage-processes.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { History } from '../../support/storage-history.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const COUNT = 220;
const MOST = 10;
const PINNED = [7, 101, 150];

/** A home with one plan, and what its checkpoints are. */
class Kept {
  readonly place: string;
  readonly home: string;
  readonly checkpoints: Checkpoint[] = [];
  readonly states = new Map<string, JsonObject>();
  planId = '';

  constructor(place: string) {
    this.place = place;
    this.home = join(place, 'home');
  }

  /** Each checkpoint is of another state and another tree; one small state, one that stands in parts. */
  async fill(): Promise<void> {
    const storage = await openPlans(this.home, new StagedProcesses());
    const store = await openObjectStore({ home: this.home });
    const history = await History.create(storage);
    this.planId = history.rootId;
    await history.set('large', { text: 'x'.repeat(17_000) });
    for (let n = 1; n <= COUNT; n += 1) {
      await history.set(`k${n % 5}`, { n, text: 'y'.repeat(300) });
      const tree = putTree(store, { trees: [], contents: [putText(store, `content ${n}`)] });
      const capture = { status: 'complete', reason: null, paths: [] } as const;
      const files = { tree, capture, bytes: 1, error: null, previous: null };
      const made = await history.checkpoint('interval', { files });
      this.checkpoints.push(made);
      this.states.set(made.id, await storage.checkpoints.snapshot(made.id));
      if (PINNED.includes(n)) await history.mark(made, { pinned: true });
    }
    store.flush();
    store.close();
    await storage.close();
  }

  copy(name: string): string {
    const home = join(this.place, name);
    cpSync(this.home, home, { recursive: true });
    return home;
  }

  /** Whatever is there is whole, and what has to be there is. */
  async expectWhole(home: string, most = COUNT): Promise<void> {
    const storage = await openStorage({ home, durability: 'normal', processes: new StagedProcesses() });
    const { items } = await storage.checkpoints.list({ planId: this.planId });
    const numbers = items.map(({ number }) => number);
    expect(numbers.length).toBeLessThanOrEqual(most);
    expect(numbers).toEqual(expect.arrayContaining([...PINNED, COUNT]));
    for (const { id } of items) expect(await storage.checkpoints.snapshot(id)).toEqual(this.states.get(id));
    const ids = new Set(items.map(({ id }) => id));
    expect(items.filter(({ parent_id }) => parent_id !== null && !ids.has(parent_id))).toEqual([]);
    const store = await openObjectStore({ home });
    expect(
      lostBelow(
        store,
        items.map(({ tree_hash }) => tree_hash as string),
      ),
    ).toEqual([]);
    store.close();
    const garbage = await openGarbage(home, new StagedProcesses());
    expect(await garbage.checkJournals()).toEqual([]);
    await garbage.close();
    await storage.close();
  }
}

let root: Awaited<ReturnType<typeof freshHome>>;
let kept: Kept;

beforeAll(async () => {
  root = await freshHome();
  kept = new Kept(root.path);
  await kept.fill();
});

afterAll(() => root[Symbol.asyncDispose]());

describe('retention that is killed', () => {
  it.each<[string, number]>([
    ['before batch', 1],
    ['after batch', 2],
    ['before sweep', 1],
    ['marked', 1],
    ['swept', 1],
  ])(
    'Given SIGKILL %s (%i), Then what is there is whole, and the next time ends it',
    async (moment, time) => {
      const home = kept.copy(`${moment} ${time}`);
      const args = [home, kept.planId, String(MOST)];
      expect(await runProgram('retention-program', [...args, moment, String(time)])).toMatchObject({
        code: null,
      });
      await kept.expectWhole(home);
      expect(await runProgram('retention-program', args)).toMatchObject({ code: 0, stderr: '' });
      await kept.expectWhole(home, MOST);
    },
    20_000,
  );
});

describe('retention in one process', () => {
  it('Given another one reads old checkpoints, Then each is what it was, or is said to be gone', async () => {
    const home = kept.copy('read');
    const storage = await openStorage({ home, durability: 'normal', processes: new StagedProcesses() });
    const pruning = startProgram('retention-program', [home, kept.planId, String(MOST)]);
    const ended = endOf(pruning);
    const seen = { whole: 0, gone: 0 };
    do {
      await breathe();
      for (const { id, seq } of kept.checkpoints.slice(0, COUNT - MOST)) {
        const state = await storage.checkpoints.snapshot(id).catch(({ code }: { code: string }) => {
          expect(code).toBe('checkpoint_not_found');
          return null;
        });
        if (state === null) {
          seen.gone += 1;
          const failure = await failureOf(storage.plans.stateAt(kept.planId, seq));
          expect(failure).toMatchObject({ code: 'moment_not_kept' });
        } else {
          seen.whole += 1;
          expect(state).toEqual(kept.states.get(id));
        }
      }
    } while (pruning.exitCode === null && pruning.signalCode === null);
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect(seen.whole).toBeGreaterThan(0);
    await storage.close();
    await kept.expectWhole(home, MOST);
  }, 20_000);

  it('Given an operation of another one names a checkpoint, Then it stays until that has ended', async () => {
    const home = kept.copy('operation');
    const storage = await openStorage({ home, durability: 'normal', processes: new StagedProcesses() });
    const [first] = kept.checkpoints as [Checkpoint];
    const process = { host: 'h', boot_id: 'b', pid_namespace: null, pid: 1, start_time: 1 };
    const operation = {
      id: 'O',
      kind: 'rollback',
      root_plan_id: kept.planId,
      workspace: '/w',
      process,
    } as const;
    const [progress, started_at] = [{ to: first.id }, first.created_at];
    await storage.operations.begin({ ...operation, started_at, progress });
    const args = [home, kept.planId, String(MOST)];
    expect(await runProgram('retention-program', args)).toMatchObject({ code: 0, stderr: '' });
    expect(await storage.checkpoints.snapshot(first.id)).toEqual(kept.states.get(first.id));
    await storage.operations.end('O');
    await runProgram('retention-program', [home, kept.planId, '5']);
    expect(await failureOf(storage.checkpoints.snapshot(first.id))).toMatchObject({
      code: 'checkpoint_not_found',
    });
    await storage.close();
  }, 20_000);
});
