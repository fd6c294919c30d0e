import { hash as hashOf } from 'node:crypto';
import { cp, mkdir, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { CheckpointFiles } from '../../../src/domain/checkpoint.ts';
import type { PlanArchive } from '../../../src/ports/plan-archive.ts';
import { hashOfArchive } from '../../../src/storage/archive-file.ts';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import { openPlanArchive } from '../../../src/storage/plan-archive.ts';
import { openStorage, type Storage } from '../../../src/storage/open-storage.ts';
import { childrenOf, encodeTree, hashOfTree } from '../../../src/workspace/tree-codec.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { History, ids } from '../../support/storage-history.ts';
import { freshHome, NOW, NOW_TEXT, other, StagedProcesses } from '../../support/storage-places.ts';
import { plainTree } from '../../support/storage-trees.ts';

interface Home extends AsyncDisposable {
  readonly path: string;
  readonly storage: Storage;
  readonly archive: PlanArchive;
  readonly processes: StagedProcesses;
}

async function openHome(): Promise<Home> {
  const home = await freshHome();
  const common = { home: home.path, durability: 'normal' } as const;
  const processes = new StagedProcesses();
  const storage = await openStorage({ ...common, processes });
  const archive = await openPlanArchive({ ...common, childrenOf, processes, ids, now: () => NOW });
  const dispose = async (): Promise<void> => {
    await archive.close();
    await storage.close();
    await home[Symbol.asyncDispose]();
  };
  return { path: home.path, storage, archive, processes, [Symbol.asyncDispose]: dispose };
}

const SMALL = Buffer.from('hello\n');
/** Bytes that don't pack, in more than one row of an archive. */
const LARGE = Buffer.concat(
  Array.from({ length: 140_000 }, (_, i) => Buffer.from(hashOf('sha512', String(i)), 'hex')),
);

/** A folder with a folder in it, and an empty file. */
async function putFiles(
  home: string,
  large: Uint8Array,
): Promise<{ readonly root: string; readonly below: string }> {
  const objects = await openObjectStore({ home });
  const put = (content: Uint8Array): { hash: string; size: number } => {
    const hash = hashOf('sha256', content);
    objects.putContent(hash, content);
    return { hash, size: content.byteLength };
  };
  const tree = (...entries: Parameters<typeof encodeTree>[0]): string => {
    const encoded = encodeTree(entries);
    objects.putTree(hashOfTree(encoded), encoded);
    return hashOfTree(encoded);
  };
  const below = tree(
    { name: 'empty', entry: { type: 'file', mode: 0o600, ...put(Buffer.alloc(0)) } },
    { name: 'large', entry: { type: 'file', mode: 0o644, ...put(large) } },
  );
  const root = tree(
    { name: 'a', entry: { type: 'file', mode: 0o644, ...put(SMALL) } },
    { name: 'below', entry: { type: 'directory', mode: 0o755, hash: below } },
  );
  objects.flush();
  objects.close();
  return { root, below };
}

const filesOf = (tree: string): CheckpointFiles => ({
  tree,
  capture: { status: 'complete', reason: null, paths: [] },
  bytes: 1,
  error: null,
  previous: null,
});

/** A plan with a subplan, long values, a content in a value, and a checkpoint with files. */
async function fill({ path, storage }: Home, large = LARGE.subarray(0, 200_000)): Promise<History> {
  const { root } = await putFiles(path, large);
  const history = await History.create(storage, { name: 'notes' });
  const child = await history.spawn('child');
  const ref = await storage.blobs.put(Buffer.from('a long log'));
  await history.set('log', { ref, other: `sha256:${'0'.repeat(64)}` }, child);
  await history.call('x'.repeat(20_000));
  await history.checkpoint('manual', { label: 'with files', files: filesOf(root) });
  await history.checkpoint('on_tool_write', { planId: child });
  await History.create(storage, { name: 'another plan' });
  return history;
}

const listing = async (folder: string): Promise<readonly string[]> => (await readdir(folder)).sort();

describe('an archive of a plan', () => {
  it('Given a plan with files, When it is taken to another home, Then all of it is there, and it can go on', async () => {
    await using home = await openHome();
    await using other = await openHome();
    const history = await fill(home, LARGE);
    const file = join(home.path, 'notes.agents-plan');
    const report = await home.archive.exportPlan(history.rootId, file);
    expect(report).toEqual({
      plan_id: history.rootId,
      name: 'notes',
      exported_at: NOW_TEXT,
      plans: 2,
      events: 10,
      checkpoints: 2,
      trees: 2,
      contents: 4,
      bytes: SMALL.byteLength + LARGE.byteLength + 'a long log'.length,
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await listing(home.path)).filter((name) => name.startsWith('notes'))).toEqual([
      'notes.agents-plan',
    ]);

    expect(await other.archive.importPlan(file)).toEqual(report);
    const { plans, checkpoints, operations, blobs } = other.storage;
    expect(await plans.tree(history.rootId)).toEqual(await home.storage.plans.tree(history.rootId));
    expect(await plans.head(history.rootId)).toEqual(await home.storage.plans.head(history.rootId));
    const events = await home.storage.plans.events(history.rootId, 0, 100);
    expect(await plans.events(history.rootId, 0, 100)).toEqual(events);
    for (const { seq } of events) {
      const [here, there] = [home, other].map(({ storage }) => storage.plans.stateAt(history.rootId, seq));
      expect(plainTree((await there) as never)).toEqual(plainTree((await here) as never));
    }
    const { items } = await checkpoints.list({ planId: history.rootId, tree: true });
    expect(items).toHaveLength(2);
    for (const { id } of items) {
      expect(await checkpoints.snapshot(id)).toEqual(await home.storage.checkpoints.snapshot(id));
    }
    expect((await plans.list({})).items).toHaveLength(1);
    expect(Buffer.from(await blobs.get(`sha256:${hashOf('sha256', LARGE)}`)).equals(LARGE)).toBe(true);
    expect(await operations.open()).toEqual([]);
    const goesOn = await History.open(other.storage, history.rootId);
    expect(await goesOn.checkpoint()).toMatchObject({ number: 3 });
  });

  it('Given imports that were cut off, When one is made, Then only those whose process is gone are over', async () => {
    await using home = await openHome();
    const history = await fill(home);
    const file = join(home.path, 'a.agents-plan');
    await home.archive.exportPlan(history.rootId, file);
    await home.storage.plans.delete(history.rootId, 0);
    const { operations } = home.storage;
    const about = { root_plan_id: history.rootId, workspace: null, started_at: NOW_TEXT, progress: null };
    const gone = { ...other, pid: 300 };
    home.processes.states.set(gone.pid, 'gone');
    await operations.begin({ id: 'gone', kind: 'import', process: gone, ...about });
    await operations.begin({ id: 'gone-rollback', kind: 'rollback', process: gone, ...about });
    await operations.begin({ id: 'alive', kind: 'import', process: other, ...about });
    await operations.begin({ id: 'unknown', kind: 'import', process: { ...other, pid: 400 }, ...about });
    home.processes.states.set(400, 'unknown');
    await home.archive.importPlan(file);
    const open = async (): Promise<readonly string[]> => (await operations.open()).map(({ id }) => id);
    expect(await open()).toEqual(['alive', 'gone-rollback', 'unknown']);
    // One that was killed when all was done: its plan is there, and the next import says so.
    await operations.begin({ id: 'done', kind: 'import', process: gone, ...about });
    expect(await failureOf(home.archive.importPlan(file))).toMatchObject({ code: 'plan_exists' });
    expect(await open()).toEqual(['alive', 'gone-rollback', 'unknown']);
  });

  it('Given it is there already, or its file is, Then that is refused and nothing changes', async () => {
    await using home = await openHome();
    const history = await fill(home);
    const file = join(home.path, 'a.agents-plan');
    await home.archive.exportPlan(history.rootId, file);
    const before = await home.storage.plans.footprint(history.rootId);
    expect(await failureOf(home.archive.importPlan(file))).toMatchObject({
      code: 'plan_exists',
      exitCode: 6,
    });
    expect(await home.storage.plans.footprint(history.rootId)).toEqual(before);
    expect(await failureOf(home.archive.exportPlan(history.rootId, file))).toMatchObject({
      code: 'file_exists',
      exitCode: 6,
    });
    await home.storage.plans.delete(history.rootId, 0);
    await home.archive.importPlan(file);
    expect(await home.storage.plans.footprint(history.rootId)).toEqual(before);
  });

  it.each([
    { what: 'an unknown plan', id: ids.next(), file: 'x', code: 'plan_not_found' },
    { what: 'a folder that is not there', id: null, file: 'no/such/x', code: 'database_unreachable' },
  ])('Given $what, When it is exported, Then it fails and leaves nothing', async ({ id, file, code }) => {
    await using home = await openHome();
    const history = await History.create(home.storage);
    const before = await listing(home.path);
    const failed = await failureOf(home.archive.exportPlan(id ?? history.rootId, join(home.path, file)));
    expect(failed.code).toBe(code);
    expect(await listing(home.path)).toEqual(before);
  });

  it('Given the files of a checkpoint have gone, When it is exported, Then that is said, and no file is left', async () => {
    await using home = await openHome();
    const history = await History.create(home.storage);
    await history.checkpoint('manual', { files: filesOf('ab'.repeat(32)) });
    const failed = await failureOf(home.archive.exportPlan(history.rootId, join(home.path, 'x')));
    expect(failed).toMatchObject({ code: 'tree_missing', exitCode: 7 });
    expect((await listing(home.path)).filter((name) => name.startsWith('x'))).toEqual([]);
  });

  const forge = (db: Sqlite.Database, sql: string): void => {
    db.exec(sql);
    // Somebody who changes an archive can write its manifest too.
    db.prepare('update manifest set hash = ?').run(hashOfArchive(db));
  };
  it.each<{ what: string; code: string; damage: (file: string, db: () => Sqlite.Database) => unknown }>([
    {
      what: 'a text',
      code: 'archive_unreadable',
      damage: (file) => writeFile(file, 'PK this is no archive'),
    },
    { what: 'an empty file', code: 'archive_unreadable', damage: (file) => truncate(file, 0) },
    {
      what: 'cut off',
      code: 'archive_damaged',
      damage: async (file) => truncate(file, (await stat(file)).size / 2),
    },
    {
      what: 'any other database',
      code: 'archive_unreadable',
      damage: (_, db) => db().pragma('application_id = 7'),
    },
    { what: 'of a newer format', code: 'archive_newer', damage: (_, db) => db().pragma('user_version = 2') },
    {
      what: 'without a manifest',
      code: 'archive_damaged',
      damage: (_, db) => db().exec('delete from manifest'),
    },
    { what: 'without a table', code: 'archive_damaged', damage: (_, db) => db().exec('drop table pieces') },
    {
      what: 'changed',
      code: 'archive_damaged',
      damage: (_, db) => db().exec("update plans set goal = 'mine'"),
    },
    ...[
      ['changed in its journal', "update plan_events set payload = '{}' where seq = 3"],
      ['without its last event', 'delete from plan_events where seq = (select max(seq) from plan_events)'],
      ['without its plan', 'update plans set head_seq = 99'],
      ['changed in its state', `update state_parts set value = '"x"' where key = 'log'`],
      ['without a content', 'delete from contents where bytes > 1000'],
      [
        'without a folder',
        'delete from trees where hash not in (select tree_hash from checkpoints where tree_hash is not null)',
      ],
      ['without the files of a checkpoint', 'delete from trees'],
      ['changed in a folder', "update trees set entries = cast(entries || 'x' as blob)"],
      ['changed in a content', "update pieces set data = cast('other' as blob) where codec = 'raw'"],
      ['changed in a name', "update plans set id = 'x' where parent_id is null"],
    ].map(([what, sql]) => ({
      what: what as string,
      code: 'archive_damaged',
      damage: (_: string, db: () => Sqlite.Database) => forge(db(), sql as string),
    })),
  ])(
    'Given a file that is $what, When it is imported, Then $code and nothing is stored',
    async ({ code, damage }) => {
      await using home = await openHome();
      await using other = await openHome();
      const history = await fill(home);
      const file = join(other.path, 'copy');
      await home.archive.exportPlan(history.rootId, join(home.path, 'a'));
      await cp(join(home.path, 'a'), file);
      const open: Sqlite.Database[] = [];
      await damage(file, () => {
        const db = new Sqlite(file);
        open.push(db);
        return db;
      });
      for (const db of open) db.close();
      expect(await failureOf(other.archive.importPlan(file))).toMatchObject({ code, exitCode: 7 });
      expect((await other.storage.plans.list({})).items).toEqual([]);
      const objects = await openObjectStore({ home: other.path });
      expect(objects.hasContent(hashOf('sha256', SMALL))).toBe(false);
      objects.close();
    },
  );

  it.each(['..', '.', '', 'a/b', '/etc', '../../outside'])(
    'Given a folder in which something is called %j, all hashes right, When it is imported, Then it is refused',
    async (name) => {
      await using home = await openHome();
      await using other = await openHome();
      const history = await fill(home);
      const file = join(other.path, 'forged');
      await home.archive.exportPlan(history.rootId, file);
      const entries = encodeTree([{ name, entry: { type: 'symlink', target: '/etc' } }]);
      const db = new Sqlite(file);
      db.prepare('insert into trees (hash, entries) values (?, ?)').run(hashOfTree(entries), entries);
      forge(db, '');
      db.close();
      expect(await failureOf(other.archive.importPlan(file))).toMatchObject({
        code: 'archive_damaged',
        exitCode: 7,
        hint: expect.stringContaining('a name that no file can have') as string,
      });
      expect((await other.storage.plans.list({})).items).toEqual([]);
    },
  );

  type Folders = (put: (...entries: Parameters<typeof encodeTree>[0]) => string) => string;
  const folder = (name: string, hash: string) =>
    ({ name, entry: { type: 'directory', mode: 0o755, hash } }) as const;
  it.each<[what: string, make: Folders, said: string]>([
    [
      'folders in folders, deeper than any path goes',
      (put) => {
        let hash = put();
        for (let depth = 0; depth < 3000; depth += 1) hash = put(folder('d', hash));
        return hash;
      },
      'deeper than any path',
    ],
    [
      'forty folders that stand for more paths than there are atoms in a drop',
      (put) => {
        let hash = put();
        for (let depth = 0; depth < 40; depth += 1) hash = put(folder('a', hash), folder('b', hash));
        return hash;
      },
      'more paths than',
    ],
  ])('Given %s, all hashes right, When they are imported, Then that is refused', async (_, make, said) => {
    await using home = await openHome();
    await using other = await openHome();
    const history = await fill(home);
    const file = join(other.path, 'forged');
    await home.archive.exportPlan(history.rootId, file);
    const db = new Sqlite(file);
    const insert = db.prepare('insert or ignore into trees (hash, entries) values (?, ?)');
    db.exec('begin');
    const root = make((...entries) => {
      const encoded = encodeTree(entries);
      insert.run(hashOfTree(encoded), encoded);
      return hashOfTree(encoded);
    });
    forge(db, `update checkpoints set tree_hash = '${root}' where tree_hash is not null; commit`);
    db.close();
    expect(await failureOf(other.archive.importPlan(file))).toMatchObject({
      code: 'archive_damaged',
      hint: expect.stringContaining(said) as string,
    });
    expect((await other.storage.plans.list({})).items).toEqual([]);
  });

  it('Given a piece that unpacks to far more than any piece holds, When it is imported, Then it is not unpacked', async () => {
    await using home = await openHome();
    await using other = await openHome();
    const history = await fill(home);
    const file = join(other.path, 'forged');
    await home.archive.exportPlan(history.rootId, file);
    const bomb = Buffer.alloc(32 * 1024 * 1024);
    const hash = hashOf('sha256', bomb);
    const db = new Sqlite(file);
    db.prepare('insert into contents (hash, bytes) values (?, ?)').run(hash, bomb.byteLength);
    db.prepare("insert into pieces (hash, piece, codec, data) values (?, 0, 'zstd', ?)").run(
      hash,
      zstdCompressSync(bomb),
    );
    forge(db, '');
    db.close();
    expect(await failureOf(other.archive.importPlan(file))).toMatchObject({
      code: 'archive_damaged',
      exitCode: 7,
    });
    expect((await other.storage.plans.list({})).items).toEqual([]);
  });

  it('Given a home whose objects cannot be opened, When its archive is, Then that is said', async () => {
    await using home = await freshHome();
    await mkdir(join(home.path, 'objects.db'));
    const opened = openPlanArchive({
      home: home.path,
      durability: 'normal',
      childrenOf,
      processes: new StagedProcesses(),
      ids,
      now: () => NOW,
    });
    expect(await failureOf(opened)).toMatchObject({ exitCode: 7 });
  });

  it('Given a file that is not there, When it is imported, Then that is said', async () => {
    await using home = await openHome();
    expect(await failureOf(home.archive.importPlan(join(home.path, 'nowhere')))).toMatchObject({
      code: 'archive_unreadable',
      hint: 'there is no such file',
    });
  });
});
