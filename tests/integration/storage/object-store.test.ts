import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { objectsMigrations } from '../../../migrations/objects/index.ts';
import { OBJECTS_ENTITIES } from '../../../src/storage/entities/all-entities.ts';
import { TOUCH_AFTER_MS } from '../../../src/storage/object-age.ts';
import { ObjectFiles } from '../../../src/storage/object-files.ts';
import { openDatabase } from '../../../src/storage/open-database.ts';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import { SqliteObjectStore } from '../../../src/storage/sqlite-object-store.ts';
import { inFile, openPlans, putText, putTree, sha } from '../../support/object-places.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const processes = new StagedProcesses();
const text = (length: number): Buffer =>
  Buffer.from('plain words '.repeat(length / 12 + 1)).subarray(0, length);
const failing = (code: string): object => expect.objectContaining({ code, exitCode: 7 }) as object;
const fileOf = (home: string, hash: string): string => join(home, 'objects', hash.slice(0, 2), hash);
const NOISE = randomBytes(300_000);

describe('what one store puts and the other reads', () => {
  it.each([
    { what: 'small text', content: text(5000) },
    { what: 'large noise', content: NOISE },
    { what: 'large text', content: text(2_500_000) },
  ])('Given $what, When either has put it, Then both have it once', async ({ content }) => {
    for (const isFirst of [true, false]) {
      await using home = await freshHome();
      const storage = await openPlans(home.path, processes);
      const store = await openObjectStore({ home: home.path });
      const putObject = (): void => {
        store.putContent(sha(content), content);
        store.flush();
      };
      if (isFirst) putObject();
      const reference = await storage.blobs.put(content);
      if (!isFirst) putObject();
      expect(store.takeAddedBytes() > 0).toBe(isFirst);
      expect(reference).toBe(`sha256:${sha(content)}`);
      expect(Buffer.compare(await storage.blobs.get(reference), content)).toBe(0);
      expect(Buffer.compare(store.readContent(sha(content)), content)).toBe(0);
      expect(await storage.blobs.has(reference)).toBe(true);
      const rows = inFile(join(home.path, 'objects.db'), (db) =>
        db.prepare('select count(*) from blobs').pluck().get(),
      );
      const files = [...new ObjectFiles(join(home.path, 'objects')).all()];
      expect([rows, files.length]).toEqual(content.byteLength > 131_072 ? [0, 1] : [1, 0]);
      store.close();
      await storage.close();
    }
  });

  it('Given large text, When it is put, Then its file is smaller and private', async () => {
    await using home = await freshHome();
    const store = await openObjectStore({ home: home.path });
    const content = text(2_500_000);
    store.putContent(sha(content), content);
    const path = `${fileOf(home.path, sha(content))}.zst`;
    const { size, mode } = await stat(path);
    expect(size).toBeLessThan(100_000);
    expect(mode & 0o777).toBe(0o600);
    expect((await stat(join(home.path, 'objects', sha(content).slice(0, 2)))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(home.path, 'objects', 'drafts'))).toEqual([]);
    store.close();
  });

  it('Given a packed file is broken, When the plans read it, Then it is damaged', async () => {
    await using home = await freshHome();
    const content = text(2_500_000);
    const store = await openObjectStore({ home: home.path });
    store.putContent(sha(content), content);
    store.close();
    truncateSync(`${fileOf(home.path, sha(content))}.zst`, 50);
    const storage = await openPlans(home.path, processes);
    expect(await failureOf(storage.blobs.get(`sha256:${sha(content)}`))).toMatchObject({
      code: 'blob_damaged',
    });
    await storage.close();
  });
});

describe('an older objects.db', () => {
  it.each([1, 2])(
    'Given rows of schema %i, When it is opened, Then they are kept and a copy stays',
    async (version) => {
      await using home = await freshHome();
      const file = join(home.path, 'objects.db');
      const schema = {
        version,
        load: async () => ({ entities: OBJECTS_ENTITIES, migrations: objectsMigrations.slice(0, version) }),
      };
      await (await openDatabase({ file, schema, durability: 'full' })).close();
      inFile(file, (db) => {
        const at = '2026-11-21T00:00:00.000Z';
        db.prepare('insert into blobs values (?, ?, ?, ?, ?)').run(
          Buffer.from(sha('old'), 'hex'),
          3,
          'raw',
          at,
          Buffer.from('old'),
        );
        db.prepare('insert into trees values (?, ?, ?)').run(
          Buffer.from(sha('[]'), 'hex'),
          at,
          Buffer.from('[]'),
        );
      });
      const store = await openObjectStore({ home: home.path });
      expect(Buffer.from(store.readContent(sha('old'))).toString()).toBe('old');
      expect(Buffer.from(store.readTree(sha('[]'))).toString()).toBe('[]');
      store.writeIndex('/a', [{ path: '', packed: Buffer.from('x') }]);
      store.close();
      expect(inFile(file, (db) => db.pragma('user_version', { simple: true }))).toBe(
        objectsMigrations.length,
      );
      expect(await readdir(home.path)).toContain(`objects.db.before-upgrade-${version}`);
    },
  );
});

describe('damage', () => {
  it.each([
    { what: 'a row with other bytes', sql: "update blobs set content = x'00', codec = 'raw'" },
    { what: 'a row that cannot be unpacked', sql: "update blobs set content = x'00', codec = 'zstd'" },
    { what: 'a row cut short', sql: 'update blobs set content = substr(content, 1, 20)' },
  ])('Given $what, When it is read, Then it is damaged, not given', async ({ sql }) => {
    await using home = await freshHome();
    const store = await openObjectStore({ home: home.path });
    const hash = putText(store, 'words '.repeat(200));
    store.flush();
    inFile(join(home.path, 'objects.db'), (db) => db.exec(sql));
    expect(() => store.readContent(hash)).toThrow(failing('blob_damaged'));
    store.close();
  });

  it.each([
    { what: 'with other bytes', sql: "update trees set entries = x'00'" },
    { what: 'that cannot be unpacked', sql: "update trees set entries = x'28b52ffd00'" },
    { what: 'cut short', sql: 'update trees set entries = substr(entries, 1, 20)' },
  ])('Given a tree $what, When it is read, Then it is damaged', async ({ sql }) => {
    await using home = await freshHome();
    const store = await openObjectStore({ home: home.path });
    const hash = putTree(store, { trees: [], contents: Array.from({ length: 20 }, () => sha('x')) });
    store.flush();
    inFile(join(home.path, 'objects.db'), (db) => db.exec(sql));
    expect(() => store.readTree(hash)).toThrow(failing('tree_damaged'));
    store.close();
  });

  const big = text(2_500_000);
  it.each([
    { what: 'raw, cut short', content: NOISE, hurt: (path: string) => truncateSync(path, 1000) },
    { what: 'raw, empty', content: NOISE, hurt: (path: string) => truncateSync(path, 0) },
    { what: 'raw, changed', content: NOISE, hurt: (path: string) => flip(path, 5000) },
    { what: 'packed, cut in a header', content: big, hurt: (path: string) => truncateSync(path, 5) },
    { what: 'packed, cut in a piece', content: big, hurt: (path: string) => truncateSync(path, 30) },
    { what: 'packed, empty', content: big, hurt: (path: string) => truncateSync(path, 0) },
    { what: 'packed, a header changed', content: big, hurt: (path: string) => flip(path, 1) },
    { what: 'packed, a piece changed', content: big, hurt: (path: string) => flip(path, 14) },
  ])('Given a file $what, When it is read or copied, Then it is damaged', async ({ content, hurt }) => {
    await using home = await freshHome();
    const store = await openObjectStore({ home: home.path });
    store.putContent(sha(content), content);
    store.flush();
    hurt(content === NOISE ? fileOf(home.path, sha(content)) : `${fileOf(home.path, sha(content))}.zst`);
    expect(() => store.readContent(sha(content))).toThrow(failing('blob_damaged'));
    const target = openSync(join(home.path, 'target'), 'w');
    expect(() => store.copyContent(sha(content), target)).toThrow(failing('blob_damaged'));
    closeSync(target);
    store.close();
  });
});

describe('no room', () => {
  it('Given the database is full, When puts are flushed, Then that is said, and with room again nothing is missing', async () => {
    await using home = await freshHome();
    (await openObjectStore({ home: home.path })).close();
    const db = new Sqlite(join(home.path, 'objects.db'));
    const pages = db.pragma('page_count', { simple: true }) as number;
    db.pragma(`max_page_count = ${pages + 20}`);
    const store = new SqliteObjectStore(db, new ObjectFiles(join(home.path, 'objects')), { now: Date.now });
    const all = Array.from({ length: 30 }, () => randomBytes(60_000));
    const put = (): void => all.forEach((content) => store.putContent(sha(content), content));
    expect(put).toThrow(failing('disk_full'));
    expect(() => store.flush()).toThrow(failing('disk_full'));
    db.pragma('max_page_count = 1000000');
    put();
    store.flush();
    for (const content of all) expect(Buffer.compare(store.readContent(sha(content)), content)).toBe(0);
    store.close();
  });

  it.each(['ENOSPC', 'EDQUOT'])(
    'Given %s while a large content is written, When it is put, Then that is said and nothing of it stays',
    async (code) => {
      await using home = await freshHome();
      let isFull = true;
      const onStep = (step: string): void => {
        if (isFull && step === 'large.written') throw Object.assign(new Error('no room'), { code });
      };
      const store = await openObjectStore({ home: home.path, onStep });
      expect(() => store.putContent(sha(NOISE), NOISE)).toThrow(
        expect.objectContaining({
          code: 'disk_full',
          nextSteps: expect.arrayContaining(['agents storage gc']) as unknown,
        }),
      );
      expect(store.hasContent(sha(NOISE))).toBe(false);
      expect([...new ObjectFiles(join(home.path, 'objects')).all()]).toEqual([]);
      isFull = false;
      store.putContent(sha(NOISE), NOISE);
      expect(store.hasContent(sha(NOISE))).toBe(true);
      store.close();
    },
  );

  it('Given the folder may not be written, When a large content is put, Then that is said', async () => {
    await using home = await freshHome();
    const store = await openObjectStore({ home: home.path });
    await rm(join(home.path, 'objects'), { recursive: true });
    writeFileSync(join(home.path, 'objects'), '');
    expect(() => store.putContent(sha(NOISE), NOISE)).toThrow(failing('database_unreachable'));
    store.close();
  });

  it('Given a target that cannot be written, When content is copied, Then its own error is thrown', async () => {
    await using home = await freshHome();
    const store = await openObjectStore({ home: home.path });
    store.putContent(sha(NOISE), NOISE);
    const target = openSync(join(home.path, 'target'), 'w');
    closeSync(target);
    const source = openSync(join(home.path, 'target'), 'r');
    expect(() => store.copyContent(sha(NOISE), source)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    closeSync(source);
    store.close();
  });

  it('Given the home is no folder, or objects.db no database, When it is opened, Then that is said', async () => {
    await using home = await freshHome();
    writeFileSync(join(home.path, 'objects.db'), 'plain text '.repeat(1000));
    expect(await failureOf(openObjectStore({ home: home.path }))).toMatchObject({ code: 'database_damaged' });
    writeFileSync(join(home.path, 'file'), '');
    expect(await failureOf(openObjectStore({ home: join(home.path, 'file') }))).toMatchObject({
      code: 'database_unreachable',
    });
  });
});

describe('age', () => {
  it('Given what was put long ago, When it is asked for or put again, Then it is young again, but not at each look', async () => {
    await using home = await freshHome();
    let now = Date.now();
    const start = now;
    const store = await openObjectStore({ home: home.path, now: () => now });
    const tree = putTree(store, { trees: [], contents: [] });
    const small = putText(store, 'small');
    store.putContent(sha(NOISE), NOISE);
    store.flush();
    const ages = async (): Promise<readonly number[]> => {
      const file = (await stat(fileOf(home.path, sha(NOISE)))).mtimeMs;
      const row = (table: string): number =>
        Date.parse(
          inFile(join(home.path, 'objects.db'), (db) =>
            db.prepare(`select created_at from ${table}`).pluck().get(),
          ) as string,
        );
      return [row('trees'), row('blobs'), Math.round(file)].map((at) => at - start);
    };
    const ask = (): boolean =>
      [store.hasTree(tree), store.hasContent(small), store.hasContent(sha(NOISE))].every(Boolean);
    expect(await ages()).toEqual([0, 0, 0]);
    now += TOUCH_AFTER_MS - 1;
    expect(ask()).toBe(true);
    expect(await ages()).toEqual([0, 0, 0]);
    now += 1;
    expect(ask()).toBe(true);
    expect(await ages()).toEqual([TOUCH_AFTER_MS, TOUCH_AFTER_MS, TOUCH_AFTER_MS]);
    now += 5;
    expect(ask()).toBe(true);
    expect(await ages()).toEqual([TOUCH_AFTER_MS, TOUCH_AFTER_MS, TOUCH_AFTER_MS]);
    store.close();
  });

  it('Given a blob of a plan was put long ago, When it is put again, Then it is young again', async () => {
    await using home = await freshHome();
    const storage = await openPlans(home.path, processes);
    await storage.blobs.put(Buffer.from('small'));
    await storage.blobs.put(NOISE);
    const long = new Date(Date.now() - 10 * TOUCH_AFTER_MS);
    inFile(join(home.path, 'objects.db'), (db) =>
      db.prepare('update blobs set created_at = ?').run(long.toISOString()),
    );
    utimesSync(fileOf(home.path, sha(NOISE)), long, long);
    await storage.blobs.put(Buffer.from('small'));
    await storage.blobs.put(NOISE);
    const at = inFile(join(home.path, 'objects.db'), (db) =>
      db.prepare('select created_at from blobs').pluck().get(),
    );
    expect(Date.parse(at as string)).toBeGreaterThan(long.getTime());
    expect((await stat(fileOf(home.path, sha(NOISE)))).mtimeMs).toBeGreaterThan(long.getTime() + 1000);
    await storage.close();
  });

  it('Given another deleted what was there, When it is asked for once it is old, Then it is missing', async () => {
    await using home = await freshHome();
    let now = Date.now();
    const store = await openObjectStore({ home: home.path, now: () => now });
    const small = putText(store, 'small');
    store.putContent(sha(NOISE), NOISE);
    store.flush();
    expect(store.hasContent(small) && store.hasContent(sha(NOISE))).toBe(true);
    inFile(join(home.path, 'objects.db'), (db) => db.exec('delete from blobs'));
    await rm(fileOf(home.path, sha(NOISE)));
    now += TOUCH_AFTER_MS;
    expect([store.hasContent(small), store.hasContent(sha(NOISE))]).toEqual([false, false]);
    store.close();
  });
});

function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
}
