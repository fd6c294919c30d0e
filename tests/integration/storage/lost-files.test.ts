import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { AGENTS_SCHEMA } from '../../../src/storage/database-schema.ts';
import type { Database } from '../../../src/storage/database.ts';
import { OpenFiles } from '../../../src/storage/open-files.ts';
import { openDatabase } from '../../../src/storage/open-database.ts';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agents-lost-'));
  file = join(home, 'agents.db');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const open = (): Promise<Database> => openDatabase({ file, schema: AGENTS_SCHEMA, durability: 'full' });
const put = (database: Database, key: string): Promise<unknown> =>
  database.write((db) => db.statement('insert into meta_test values (?)').run(key));
const rows = (database: Database): Promise<unknown> =>
  database.read((db) => db.statement('select key from meta_test').pluck().all());

async function openWithRow(): Promise<Database> {
  const database = await open();
  await database.write((db) => db.statement('create table meta_test (key text)').run());
  await put(database, 'stored');
  return database;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a database whose file is taken away while it is open', () => {
  it.each([
    ['deleted', (path: string) => rmSync(path), /agents\.db was deleted/],
    ['deleted with its log', (path: string) => removeAll(path), /agents\.db was deleted/],
    ['moved', (path: string) => renameSync(path, `${path}.away`), /agents\.db was deleted/],
  ])(
    'Given that it is %s, then nothing more is written, and its rows are put back',
    async (_, take, said) => {
      const database = await openWithRow();
      take(file);
      await expect(put(database, 'lost')).rejects.toMatchObject({
        code: 'storage_lost',
        exitCode: 7,
        message: expect.stringMatching(said),
        hint: expect.stringContaining(`is in ${file}`),
      });
      await expect(put(database, 'lost')).rejects.toMatchObject({ code: 'storage_lost' });
      expect(await rows(database)).toEqual(['stored']);
      await database.close();
      const again = await open();
      expect(await rows(again)).toEqual(['stored']);
      await put(again, 'more');
      await again.close();
      expect(statSync(file).mode & 0o777).toBe(0o600);
    },
  );

  it.each([
    ['replaced', replace, /agents\.db was replaced by another/],
    ['without its log', (path: string) => rmSync(`${path}-wal`), /agents\.db-wal was deleted/],
  ])('Given that it is %s, then its rows are kept beside it', async (_, take, said) => {
    const database = await openWithRow();
    take(file);
    await expect(put(database, 'lost')).rejects.toThrow(said);
    const kept = join(home, readdirSync(home).find((name) => name.includes('.rescued-')) ?? '');
    await database.close();
    file = kept;
    const again = await open();
    expect(await rows(again)).toEqual(['stored']);
    await again.close();
  });

  it('Given that it is cut off, then nothing more is written, and that rows are lost is said', async () => {
    // Closed once, so that all is at its place: a file that is all log has nothing that could be cut off.
    await (await openWithRow()).close();
    const database = await open();
    await put(database, 'stored too');
    truncateSync(file, 4096);
    await expect(put(database, 'lost')).rejects.toMatchObject({
      message: expect.stringMatching(/agents\.db was cut off/),
      hint: expect.stringMatching(/may be lost/),
    });
    await database.close();
  });

  it('Given that nothing can be written where it was, then that is said', async () => {
    const database = await openWithRow();
    renameSync(home, `${home}-away`);
    symlinkSync(home, home);
    const lost = put(database, 'lost');
    await expect(lost).rejects.toMatchObject({
      message: expect.stringMatching(/may not be reached any more/),
      hint: expect.stringMatching(/may be lost/),
    });
    rmSync(home);
    renameSync(`${home}-away`, home);
    await database.close();
  });

  it('Given that its pages are broken as well, then no copy of it is left', async () => {
    await (await openWithRow()).close();
    const database = await open();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0x55, 8192));
    removeAll(file);
    await expect(put(database, 'lost')).rejects.toMatchObject({ hint: expect.stringMatching(/may be lost/) });
    expect(readdirSync(home)).toEqual([]);
    await database.close();
  });
});

describe('an object store that is taken away while it is open', () => {
  it('Given that its database is deleted, then its contents are put back', async () => {
    const store = await openObjectStore({ home });
    store.putContent(sha256('content'), Buffer.from('content'));
    store.flush();
    removeAll(join(home, 'objects.db'));
    expect(() => store.requireThere()).toThrow(/objects\.db was deleted/);
    // Put back, it is another: this store stays out of use.
    expect(() => store.flush()).toThrow(/objects\.db was replaced/);
    store.close();
    const again = await openObjectStore({ home });
    expect(Buffer.from(again.readContent(sha256('content'))).toString()).toBe('content');
    again.close();
  });

  it('Given that the folder of its files is deleted, then the next one counts on nothing that was seen before', async () => {
    const store = await openObjectStore({ home });
    store.writeIndex('/w', [{ path: 'a', packed: Buffer.from('seen') }]);
    expect([...store.readIndex('/w')]).toHaveLength(1);
    rmSync(join(home, 'objects'), { recursive: true });
    expect(() => store.requireThere()).toThrow(/objects\/ was deleted/);
    store.close();
    const again = await openObjectStore({ home });
    expect([...again.readIndex('/w')]).toEqual([]);
    expect(existsSync(join(home, 'objects'))).toBe(true);
    again.requireThere();
    again.close();
  });
});

describe('files that are watched over', () => {
  it('Given one that comes later, then it counts from when it is there', () => {
    const late = join(home, 'late');
    const files = new OpenFiles([late]);
    expect(files.findLost()).toBeNull();
    copyFileSync('/dev/null', late);
    expect(files.findLost()).toBeNull();
    rmSync(late);
    expect(files.findLost()).toEqual({ path: late, loss: 'gone' });
  });
});

function removeAll(path: string): void {
  for (const side of ['', '-wal', '-shm']) rmSync(`${path}${side}`, { force: true });
}

function replace(path: string): void {
  copyFileSync(path, `${path}.new`);
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}
