import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { agentsMigrations } from '../../../migrations/index.ts';
import type { Database } from '../../../src/storage/database.ts';
import { AGENTS_SCHEMA } from '../../../src/storage/database-schema.ts';
import { openDatabase } from '../../../src/storage/open-database.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { SqliteCheckpointStore } from '../../../src/storage/sqlite-checkpoint-store.ts';
import { SqlitePlanStore } from '../../../src/storage/sqlite-plan-store.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { History } from '../../support/storage-history.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const processes = new StagedProcesses();

const holder = (call_id: string) => ({
  plan_id: 'p',
  step_id: 's',
  call_id,
  tool: 't',
  process: processes.self,
  since: '2026-01-01T00:00:00.000Z',
});

const openPatient = (home: string, waitMs: number): Promise<Database> =>
  openDatabase({
    file: join(home, 'agents.db'),
    schema: AGENTS_SCHEMA,
    durability: 'full',
    waitMs,
  });

describe('a database that another process holds', () => {
  it('Given it is held for too long, When something is written, Then that is said; afterwards all works again', async () => {
    await using home = await freshHome();
    const database = await openPatient(home.path, 60);
    const stores = { plans: new SqlitePlanStore(database), checkpoints: new SqliteCheckpointStore(database) };
    const history = await History.create(stores);
    const made = await history.checkpoint();
    const holder = new Sqlite(join(home.path, 'agents.db'));
    holder.exec('begin immediate');
    const busy = { code: 'database_busy', exitCode: 7, nextSteps: ['try again in a moment'] };
    expect(await failureOf(history.set('a', 1))).toMatchObject(busy);
    expect(await failureOf(history.mark(made, { pinned: true }))).toMatchObject(busy);
    expect(await stores.plans.get(history.rootId)).toMatchObject({ checkpoints: 1 }); // readers are never held up
    holder.exec('rollback');
    holder.close();
    await history.set('a', 1);
    await history.mark(made, { pinned: true });
    expect(await stores.checkpoints.resolve(history.rootId, made.id)).toMatchObject({ pinned: true });
    await database.close();
  });

  it('Given it is held for a moment, When many write at once, Then timers still fire and all is written in order', async () => {
    await using home = await freshHome();
    const database = await openPatient(home.path, 10_000);
    const stores = { plans: new SqlitePlanStore(database), checkpoints: new SqliteCheckpointStore(database) };
    const history = await History.create(stores);
    const holder = new Sqlite(join(home.path, 'agents.db'));
    holder.exec('begin immediate');
    const writing = Promise.all([1, 2, 3].map((n) => history.set('n', n)));
    await new Promise((resolve) => setTimeout(resolve, 30)); // fires although three writers wait
    holder.exec('rollback');
    holder.close();
    await writing;
    const events = await stores.plans.events(history.rootId, 1, 9);
    expect(events.map((event) => event.payload)).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }]);
    await database.close();
  });
});

describe('a database that fails', () => {
  it('Given there is no space, When something is written, Then that is said, nothing stays, and it goes on later', async () => {
    await using home = await freshHome();
    const database = await openPatient(home.path, 100);
    const stores = { plans: new SqlitePlanStore(database), checkpoints: new SqliteCheckpointStore(database) };
    const history = await History.create(stores);
    const limit = (pages: number): unknown => database.statement(`pragma max_page_count = ${pages}`).get();
    limit(1); // as many as there are
    const full = await failureOf(history.set('large', 'x'.repeat(1_000_000)));
    expect(full).toMatchObject({ code: 'database_full', exitCode: 7 });
    expect(full.nextSteps).toEqual(['free some space on that disk']);
    expect(await stores.plans.events(history.rootId, 1, 9)).toEqual([]);
    limit(1_000_000);
    await history.set('large', 'x');
    await database.close();
  });

  it('Given a mistake in the work, When it throws, Then the transaction is taken back and the next one runs', async () => {
    await using home = await freshHome();
    const database = await openPatient(home.path, 100);
    const mistake = database.write((inside) => {
      inside.statement('delete from mikro_orm_migrations').run();
      throw new Error('oops');
    });
    expect(await failureOf(mistake)).toMatchObject({ code: 'database_failed' });
    const count = await database.read((inside) =>
      inside.statement('select count(*) as n from mikro_orm_migrations').get(),
    );
    expect(count).toEqual({ n: agentsMigrations.length });
    await database.close();
  });

  it('Given a transaction that the work ended itself, When it throws, Then its own error is told', async () => {
    await using home = await freshHome();
    const database = await openPatient(home.path, 100);
    const mistake = database.write((inside) => {
      inside.statement('rollback').run();
      throw new Error('oops');
    });
    expect((await failureOf(mistake)).hint).toContain('oops');
    await database.close();
  });
});

describe('large content', () => {
  const LARGE = Buffer.alloc(200_000, 'l');

  it('Given it is stored, When the folders are looked at, Then only the owner may enter, and no draft is left', async () => {
    await using home = await freshHome();
    const storage = await openStorage({ home: home.path, durability: 'full', processes });
    expect(await readdir(home.path)).not.toContain('objects.db');
    const hex = (await storage.blobs.put(LARGE)).slice('sha256:'.length);
    const folder = join(home.path, 'objects', hex.slice(0, 2));
    expect(await readdir(folder)).toEqual([hex]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, hex))).mode & 0o777).toBe(0o600);
    await storage.close();
  });

  it('Given its file was changed, or is not readable, When it is read, Then that is said', async () => {
    await using home = await freshHome();
    const storage = await openStorage({ home: home.path, durability: 'full', processes });
    const reference = await storage.blobs.put(LARGE);
    const hex = reference.slice('sha256:'.length);
    const file = join(home.path, 'objects', hex.slice(0, 2), hex);
    await writeFile(file, 'other');
    expect(await failureOf(storage.blobs.get(reference))).toMatchObject({
      code: 'blob_damaged',
      exitCode: 7,
    });
    const folderInstead = 'sha256:' + 'f'.repeat(64);
    await mkdir(join(home.path, 'objects', 'ff', 'f'.repeat(64)), { recursive: true });
    expect(await failureOf(storage.blobs.get(folderInstead))).toMatchObject({ code: 'database_unreachable' });
    await storage.close();
  });

  it('Given a file where its folder should be, When it is stored, Then that is said', async () => {
    await using home = await freshHome();
    const storage = await openStorage({ home: home.path, durability: 'full', processes });
    await writeFile(join(home.path, 'objects'), 'in the way');
    expect(await failureOf(storage.blobs.put(LARGE))).toMatchObject({ code: 'database_unreachable' });
    await storage.close();
  });

  it.each([
    { what: 'changed', content: Buffer.from([1, 2, 3]), codec: 'raw' },
    { what: 'not to be unpacked', content: Buffer.from([1, 2, 3]), codec: 'zstd' },
  ])('Given a row that was $what, When it is read, Then that is said', async ({ content, codec }) => {
    await using home = await freshHome();
    const storage = await openStorage({ home: home.path, durability: 'full', processes });
    const reference = await storage.blobs.put(Buffer.from('hello'));
    const db = new Sqlite(join(home.path, 'objects.db'));
    db.prepare('update blobs set content = ?, codec = ?').run(content, codec);
    db.close();
    expect(await failureOf(storage.blobs.get(reference))).toMatchObject({ code: 'blob_damaged' });
    await storage.close();
  });

  it('Given objects.db cannot be opened, When that is mended, Then the same storage goes on', async () => {
    await using home = await freshHome();
    const storage = await openStorage({ home: home.path, durability: 'full', processes });
    const file = join(home.path, 'objects.db');
    await writeFile(file, 'no database '.repeat(500));
    expect(await failureOf(storage.blobs.put(Buffer.from('x')))).toMatchObject({ code: 'database_damaged' });
    await writeFile(file, '');
    expect(await storage.blobs.put(Buffer.from('x'))).toMatch(/^sha256:/);
    await storage.close();
  });
});

describe('the write lock between two storages', () => {
  it('Given another storage holds it, When this one and those behind it wait, Then all are told, once, and all get it', async () => {
    await using home = await freshHome();
    const [first, second] = await Promise.all(
      [1, 2].map(() => openStorage({ home: home.path, durability: 'normal', processes })),
    );
    if (!first || !second) throw new Error('no storage');
    const told: string[] = [];
    const take = async (storage: typeof first, name: string, signal = new AbortController().signal) =>
      storage.workspaceLock.acquire(home.path, holder(name), {
        signal,
        onWait: (other) => told.push(`${name}<${other.call_id}`),
      });
    const held = await take(first, 'a');
    const controller = new AbortController();
    const tired = take(second, 'b', controller.signal);
    const patient = take(second, 'c');
    while (told.length < 2) await new Promise(setImmediate);
    expect(told.sort()).toEqual(['b<a', 'c<a']);
    controller.abort(new Error('enough'));
    expect(await failureOf(tired)).toMatchObject({ message: 'enough' });
    await held.release();
    const taken = await patient;
    expect(await first.workspaceLock.read(home.path)).toEqual(holder('c'));
    await taken.release();
    expect(told).toEqual(['b<a', 'c<a']);
    await first.close();
    await second.close();
  });

  it('Given a holder of unknown fate, or gone, When it is asked for, Then it is held, or free', async () => {
    await using home = await freshHome();
    const own = new StagedProcesses();
    const storage = await openStorage({ home: home.path, durability: 'normal', processes: own });
    await storage.workspaceLock.acquire('/w', holder('c'), {
      signal: new AbortController().signal,
      onWait: () => undefined,
    });
    own.states.set(own.self.pid, 'unknown');
    expect(await storage.workspaceLock.read('/w')).toEqual(holder('c'));
    own.states.set(own.self.pid, 'gone');
    expect(await storage.workspaceLock.read('/w')).toBeNull();
    await storage.close();
  });
});
