import { randomBytes } from 'node:crypto';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CollectOptions } from '../../../src/ports/object-garbage.ts';
import { ObjectFiles } from '../../../src/storage/object-files.ts';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import type { SqliteObjectStore } from '../../../src/storage/sqlite-object-store.ts';
import type { Storage } from '../../../src/storage/open-storage.ts';
import {
  inFile,
  lostBelow,
  openGarbage,
  openPlans,
  putText,
  putTree,
  refer,
  sha,
} from '../../support/object-places.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { History } from '../../support/storage-history.ts';
import { freshHome, other, self, StagedProcesses } from '../../support/storage-places.ts';

const HOUR = 3_600_000;
const NOTHING = { trees: 0, contents: 0, drafts: 0, bytes: 0 };

interface GarbagePlace extends AsyncDisposable {
  readonly home: string;
  readonly processes: StagedProcesses;
  readonly plans: Storage;
  readonly store: SqliteObjectStore;
}

async function openPlace(): Promise<GarbagePlace> {
  const home = await freshHome();
  const processes = new StagedProcesses();
  const plans = await openPlans(home.path, processes);
  const store = await openObjectStore({ home: home.path });
  const dispose = async (): Promise<void> => {
    store.close();
    await plans.close();
    await home[Symbol.asyncDispose]();
  };
  return { home: home.path, processes, plans, store, [Symbol.asyncDispose]: dispose };
}

async function collect(
  { home, processes }: GarbagePlace,
  options: Partial<Parameters<typeof openGarbage>[2]> & Pick<CollectOptions, 'dryRun' | 'unasked'> = {},
): Promise<unknown> {
  const { dryRun = false, unasked = false, ...opening } = options;
  const garbage = await openGarbage(home, processes, opening);
  try {
    return await garbage.collect({ dryRun, unasked });
  } finally {
    await garbage.close();
  }
}

/** Two trees over one folder and a large file in common, each with a file of its own. */
function fill({ store }: GarbagePlace): { readonly kept: string; readonly gone: string } {
  const noise = Buffer.alloc(300_000, 'noise');
  store.putContent(sha(noise), noise);
  const shared = putTree(store, { trees: [], contents: [putText(store, 'shared'), sha(noise)] });
  const kept = putTree(store, { trees: [shared], contents: [putText(store, 'kept')] });
  const own = randomBytes(200_000);
  store.putContent(sha(own), own);
  const below = putTree(store, { trees: [shared], contents: [sha(own)] });
  const gone = putTree(store, { trees: [below, shared], contents: [putText(store, 'gone')] });
  store.flush();
  return { kept, gone };
}

describe('a collection', () => {
  it('Given a database of plans that was made anew, When nobody asked for it, Then nothing goes, until somebody does', async () => {
    await using place = await openPlace();
    fill(place);
    const all = { trees: 4, contents: 5, drafts: 0, bytes: expect.any(Number) as number };
    inFile(join(place.home, 'objects.db'), (db) =>
      db.exec("update trees set created_at = '2026-01-01T00:00:00.000Z'"),
    );
    expect(await collect(place, { unasked: true })).toEqual(NOTHING);
    expect(await collect(place, { dryRun: true })).toEqual(all);
    expect(await collect(place)).toEqual(all);
    fill(place);
    expect(await collect(place, { unasked: true })).toEqual(all);
  });

  it('Given trees in use and not, When it runs, Then only what nothing in use refers to is gone', async () => {
    await using place = await openPlace();
    const { kept, gone } = fill(place);
    refer(place.home, '/w', kept);
    const wanted = { trees: 2, contents: 2, drafts: 0, bytes: expect.any(Number) as number };
    expect(await collect(place, { dryRun: true })).toEqual(wanted);
    expect(lostBelow(place.store, [kept, gone])).toEqual([]);
    expect(await collect(place)).toEqual(wanted);
    expect(lostBelow(place.store, [kept])).toEqual([]);
    const store = await openObjectStore({ home: place.home });
    expect([store.hasTree(gone), store.hasContent(sha('gone')), store.hasContent(sha('kept'))]).toEqual([
      false,
      false,
      true,
    ]);
    store.close();
    expect(await collect(place)).toEqual(NOTHING);
  });

  it.each([
    [
      'a value of a plan',
      (history: History, hash: string) => history.set('tree', { deep: [`sha256:${hash}`] }),
    ],
    ['a name', (history: History, hash: string) => history.set(hash, 1)],
  ])('Given %s mentions a tree, When it runs, Then it stays', async (_what, mention) => {
    await using place = await openPlace();
    const { kept, gone } = fill(place);
    const history = await History.create(place.plans);
    await mention(history, gone);
    expect(await collect(place)).toMatchObject({ trees: 1 });
    expect(lostBelow(place.store, [gone])).toEqual([]);
    expect(() => place.store.readTree(kept)).toThrow(expect.objectContaining({ code: 'tree_missing' }));
  });

  it('Given an operation was interrupted, When it runs, Then what it needs to go on stays', async () => {
    await using place = await openPlace();
    const { kept, gone } = fill(place);
    place.processes.states.set(other.pid, 'gone');
    await place.plans.operations.begin({
      id: 'o',
      kind: 'rollback',
      root_plan_id: null,
      workspace: '/w',
      process: other,
      started_at: new Date(0).toISOString(),
      progress: { actions: [{ path: 'a', to: { type: 'file', hash: kept } }] },
    });
    expect(await collect(place)).toMatchObject({ trees: 2 });
    expect(lostBelow(place.store, [kept])).toEqual([]);
    await place.plans.operations.end('o');
    expect(await collect(place)).toMatchObject({ trees: 2 });
    expect(() => place.store.readTree(gone)).toThrow();
  });

  it.each([
    ['alive', NOTHING],
    ['unknown', NOTHING],
    ['gone', { trees: 4 }],
  ] as const)(
    'Given an operation whose process is %s, When it runs, Then what came since stays or not',
    async (state, wanted) => {
      await using place = await openPlace();
      place.processes.states.set(other.pid, state);
      await place.plans.operations.begin({
        id: 'o',
        kind: 'capture',
        root_plan_id: null,
        workspace: '/w',
        process: other,
        started_at: new Date().toISOString(),
        progress: null,
      });
      fill(place);
      expect(await collect(place)).toMatchObject(wanted);
    },
  );

  it('Given a plan runs, When it runs, Then what came since its run began stays', async () => {
    await using place = await openPlace();
    const history = await History.create(place.plans);
    const lease = await place.plans.leases.acquire(history.rootId, self, 'runner', null);
    fill(place);
    expect(await collect(place)).toEqual(NOTHING);
    if (lease) await place.plans.leases.release(lease);
    expect(await collect(place)).toMatchObject({ trees: 4 });
  });

  it('Given the clock was set back while somebody works, When it runs, Then nothing goes', async () => {
    await using place = await openPlace();
    fill(place);
    const work = {
      kind: 'capture',
      root_plan_id: null,
      workspace: '/w',
      process: self,
      progress: null,
    } as const;
    const before = { ...work, id: 'before', started_at: new Date(0).toISOString() };
    await place.plans.operations.begin({ ...work, id: 'o', started_at: '2999-01-01T00:00:00.000Z' });
    expect(await collect(place)).toEqual(NOTHING);
    await place.plans.operations.begin(before);
    expect(await collect(place)).toEqual(NOTHING);
    await place.plans.operations.end('before');
    await place.plans.operations.end('o');
    expect(await collect(place)).toMatchObject({ trees: 4 });
  });

  it('Given something was put just now, When it runs, Then it stays', async () => {
    await using place = await openPlace();
    fill(place);
    expect(await collect(place, { now: Date.now })).toEqual(NOTHING);
  });

  it.each([1, 2])(
    'Given a tree is asked for while it runs (%i), When it is over, Then all below it is there',
    async (time) => {
      await using place = await openPlace();
      const { kept, gone } = fill(place);
      let now = Date.now() + HOUR;
      const store = await openObjectStore({ home: place.home, now: () => now });
      now += HOUR;
      const steps: string[] = [];
      let has: boolean | undefined;
      const onStep = (step: string): void => {
        steps.push(step);
        // After the marking, or within the last look at the trees: there it has to wait, so it is asked afterwards.
        if (time === 1 && step === 'marked') has = store.hasTree(gone);
      };
      const report = await collect(place, { onStep, now: () => Date.now() + HOUR });
      has ??= store.hasTree(gone);
      expect(has).toBe(time === 1);
      expect(steps[0]).toBe('marked');
      expect(report).toMatchObject({ trees: time === 1 ? 1 : 4 });
      if (has) expect(lostBelow(place.store, [gone])).toEqual([]);
      expect(store.hasTree(kept)).toBe(false);
      store.close();
    },
  );

  it('Given content is asked for while it runs, When it is over, Then it is there', async () => {
    await using place = await openPlace();
    fill(place);
    const noise = sha(Buffer.alloc(300_000, 'noise'));
    const later = Date.now() + 2 * HOUR;
    const store = await openObjectStore({ home: place.home, now: () => later });
    const onStep = (step: string): void => {
      if (step === 'marked')
        expect([store.hasContent(noise), store.hasContent(sha('gone'))]).toEqual([true, true]);
    };
    expect(await collect(place, { onStep })).toMatchObject({ trees: 4, contents: 3 });
    expect([
      place.store.readContent(noise).byteLength,
      place.store.readContent(sha('gone')).byteLength,
    ]).toEqual([300_000, 4]);
    store.close();
  });

  it('Given what killed writers left, When it runs, Then it goes, but what is being written stays', async () => {
    await using place = await openPlace();
    fill(place);
    const folder = join(place.home, 'objects');
    const files = new ObjectFiles(folder);
    for (const path of [files.draft().path, `${files.pathOf(sha('x'), false)}.12-1`]) {
      rmSync(join(folder, sha('x').slice(0, 2)), { recursive: true, force: true });
      files.place(files.draft().path, path, Date.now());
      writeFileSync(path, 'half');
    }
    const young = files.draft().path;
    utimesSync(young, Date.now() / 1000 + 7200, Date.now() / 1000 + 7200);
    for (const tree of inTrees(place.home)) refer(place.home, tree, tree);
    expect(await collect(place)).toEqual({ trees: 0, contents: 0, drafts: 2, bytes: 8 });
    expect([...files.all()].map(({ path }) => path)).toContain(young);
  });

  it('Given a tree in use is damaged, When it runs, Then it refuses and deletes nothing', async () => {
    await using place = await openPlace();
    const { kept, gone } = fill(place);
    refer(place.home, '/w', kept);
    damageTree(place.home, kept);
    expect(await failureOf(collect(place))).toMatchObject({ code: 'tree_damaged', exitCode: 7 });
    expect(lostBelow(place.store, [gone])).toEqual([]);
  });

  it('Given a tree that nothing needs is damaged, When it runs, Then it goes with the others', async () => {
    await using place = await openPlace();
    const { gone } = fill(place);
    damageTree(place.home, gone);
    expect(await collect(place)).toMatchObject({ trees: 4 });
  });

  it('Given it is broken off by a signal, When it runs again, Then it ends its work', async () => {
    await using place = await openPlace();
    fill(place);
    const garbage = await openGarbage(place.home, place.processes);
    const stopped = garbage.collect({ signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const told: string[] = [];
    await garbage.collect({ onProgress: (_done, _total, what) => told.push(what) });
    expect(new Set(told)).toEqual(new Set(['plans', 'trees in use', 'trees', 'contents', 'files']));
    await garbage.close();
  });

  it('Given a home without plans, When it is opened, Then it refuses: nothing says what is in use', async () => {
    await using home = await freshHome();
    const refused = await failureOf(openGarbage(home.path, new StagedProcesses()));
    expect(refused).toMatchObject({ code: 'database_missing' });
  });

  it('Given many plans, parts and trees, When it runs, Then every page is read', async () => {
    await using place = await openPlace();
    const history = await History.create(place.plans);
    const trees = Array.from({ length: 450 }, (_, i) =>
      putTree(place.store, { trees: [], contents: [sha(`${i}`)] }),
    );
    place.store.flush();
    for (const [i, tree] of trees.entries()) if (i % 2 === 0) await history.set(`key ${i}`, tree);
    for (const tree of trees.filter((_, i) => i % 2 === 1)) refer(place.home, tree, tree);
    expect(await collect(place)).toEqual(NOTHING);
  });
});

describe('the usage', () => {
  it('Given plans, trees and contents, When it is asked, Then each is counted', async () => {
    await using place = await openPlace();
    fill(place);
    place.store.writeIndex('/w', [{ path: '', packed: Buffer.alloc(100) }]);
    const [small, large] = [await History.create(place.plans), await History.create(place.plans)];
    await large.set('text', 'x'.repeat(10_000));
    const garbage = await openGarbage(place.home, place.processes);
    const usage = await garbage.usage();
    await garbage.close();
    expect(usage.databases.map(({ name }) => name)).toEqual(['agents.db', 'objects.db']);
    expect(usage.trees.count).toBe(4);
    expect(usage.contents.count).toBe(5);
    expect(usage.contents.bytes).toBeGreaterThan(200_000);
    expect(usage.scans).toEqual({ count: 1, bytes: 100 });
    expect(usage.plans.map(({ plan_id }) => plan_id)).toEqual([large.rootId, small.rootId]);
    expect(usage.plans[0]?.bytes).toBeGreaterThan(10_000);
  });
});

function damageTree(home: string, hash: string): void {
  inFile(join(home, 'objects.db'), (db) =>
    db.prepare("update trees set entries = x'00' where hash = ?").run(Buffer.from(hash, 'hex')),
  );
}

function inTrees(home: string): readonly string[] {
  return inFile(join(home, 'objects.db'), (db) =>
    db.prepare('select lower(hex(hash)) from trees').pluck().all(),
  ) as string[];
}
