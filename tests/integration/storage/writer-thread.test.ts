import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { connectObjects, openObjectStore, openObjectWriter } from '../../../src/storage/open-object-store.ts';
import { ObjectFiles } from '../../../src/storage/object-files.ts';
import { ObjectWriter } from '../../../src/storage/object-writer.ts';
import { PendingObjects } from '../../../src/storage/pending-objects.ts';
import { serveWriter } from '../../../src/storage/serve-writer.ts';
import { SqliteObjectStore } from '../../../src/storage/sqlite-object-store.ts';
import { WriterThread, type WriterReply } from '../../../src/storage/writer-thread.ts';
import { bundleThread } from '../../support/bundle-thread.ts';
import { inFile, putTree, sha } from '../../support/object-places.ts';
import { freshHome } from '../../support/storage-places.ts';

const PROGRAM = bundleThread('tests/support/writer-thread-program.ts');
/** For a thread that never answers. */
const SHORT_MS = 300;

const FEW = Array.from({ length: 700 }, (_, n) => Buffer.from(`${n} ${'word '.repeat(400)}`));
/** More than is kept for one that starts no thread. */
const CONTENTS = [...FEW, ...Array.from({ length: 32 }, () => randomBytes(128 * 1024))];

async function openWith(home: string, what: string, patienceMs?: number): Promise<SqliteObjectStore> {
  const startThread = (): WriterThread => new WriterThread(PROGRAM, `${what}${home}`, patienceMs);
  const files = new ObjectFiles(join(home, 'objects'));
  return new SqliteObjectStore(await connectObjects(home), files, { now: Date.now, startThread });
}

/** Puts more than a batch holds; asks for what is under way; puts a folder over all of it. */
function putAll(store: SqliteObjectStore): string {
  for (const content of CONTENTS) store.putContent(sha(content), content);
  const [first = Buffer.alloc(0)] = CONTENTS;
  expect(store.putContent(sha(first), first)).toBe(false);
  expect(Buffer.compare(store.readContent(sha(first)), first)).toBe(0);
  const large = { trees: [], contents: CONTENTS.map(sha) };
  const tree = putTree(store, large);
  expect(store.hasTree(tree)).toBe(true);
  expect(JSON.parse(Buffer.from(store.readTree(tree)).toString())).toEqual(large);
  return tree;
}

describe('more than a batch, written by a thread', () => {
  it.each<[string, string, number?]>([
    ['writes all', ''],
    ['ends at once', 'die:', SHORT_MS],
    ['does not begin', 'throw:', SHORT_MS],
    ['cannot open the database', 'refuse:'],
    ['fails after a batch', 'fail-later:'],
    ['never answers', 'sleep:', SHORT_MS],
  ])('Given it %s, When all is flushed, Then nothing is missing', async (_what, told, patienceMs) => {
    await using home = await freshHome();
    (await openObjectStore({ home: home.path })).close();
    const store = await openWith(home.path, told, patienceMs);
    for (let round = 0; round < 2; round += 1) {
      const tree = putAll(store);
      store.flush();
      expect(store.takeAddedBytes() > 0).toBe(round === 0);
      const reader = await openObjectStore({ home: home.path });
      expect(reader.hasTree(tree)).toBe(true);
      for (const content of CONTENTS)
        expect(Buffer.compare(reader.readContent(sha(content)), content)).toBe(0);
      reader.close();
    }
    store.close();
  });

  it('Given the database is full, When it is flushed, Then that is said, and with room again nothing is missing', async () => {
    await using home = await freshHome();
    (await openObjectStore({ home: home.path })).close();
    const db = new Sqlite(join(home.path, 'objects.db'));
    db.pragma(`max_page_count = ${(db.pragma('page_count', { simple: true }) as number) + 20}`);
    const startThread = (): WriterThread => new WriterThread(PROGRAM, `refuse:${home.path}`);
    const files = new ObjectFiles(join(home.path, 'objects'));
    const store = new SqliteObjectStore(db, files, { now: Date.now, startThread });
    const full = expect.objectContaining({ code: 'disk_full' }) as object;
    expect(() => {
      for (const content of CONTENTS) store.putContent(sha(content), content);
      store.flush();
    }).toThrow(full);
    expect(() => store.flush()).toThrow(full);
    db.pragma('max_page_count = 1000000');
    for (const content of CONTENTS) store.putContent(sha(content), content);
    store.flush();
    for (const content of CONTENTS) expect(Buffer.compare(store.readContent(sha(content)), content)).toBe(0);
    store.close();
  });
});

describe('a store that may start a thread', () => {
  it.each([
    ['some batches', FEW, 0],
    ['many', CONTENTS, 1],
  ])(
    'Given %s, When they are written, Then it starts one only if that is worth it',
    async (_what, contents, count) => {
      await using home = await freshHome();
      const startThread = vi.fn(() => new WriterThread(PROGRAM, home.path));
      const files = new ObjectFiles(join(home.path, 'objects'));
      const store = new SqliteObjectStore(await connectObjects(home.path), files, {
        now: Date.now,
        startThread,
      });
      for (const content of contents) store.putContent(sha(content), content);
      for (const content of contents)
        expect(Buffer.compare(store.readContent(sha(content)), content)).toBe(0);
      store.flush();
      expect(startThread).toHaveBeenCalledTimes(count);
      store.close();
      const reader = await openObjectStore({ home: home.path });
      for (const content of contents) expect(reader.hasContent(sha(content))).toBe(true);
      reader.close();
    },
  );

  it.each([100, 2500])(
    'Given %i are there, When they are put again, Then nothing is added',
    async (count) => {
      await using home = await freshHome();
      const contents = Array.from({ length: count }, (_, n) => Buffer.from(`${n} ${'word '.repeat(200)}`));
      const put = async (): Promise<number> => {
        const store = await openObjectStore({ home: home.path, writerEntry: PROGRAM });
        for (const content of contents) store.putContent(sha(content), content);
        store.flush();
        const added = store.takeAddedBytes();
        store.close();
        return added;
      };
      expect(await put()).toBeGreaterThan(0);
      expect(await put()).toBe(0);
    },
  );
});

describe('the side of the thread', () => {
  it('Given a batch could not be written, Then none after it is, and it ends when told', async () => {
    await using home = await freshHome();
    (await openObjectStore({ home: home.path })).close();
    const { port1, port2 } = new MessageChannel();
    const replies = new Int32Array(new SharedArrayBuffer(4));
    const heard: WriterReply[] = [];
    port1.on('message', (reply: WriterReply) => heard.push(reply));
    const isClosed = new Promise((resolve) => port1.on('close', resolve));
    serveWriter({ port: port2, replies }, () => openObjectWriter(home.path));
    const batch = (text: string, bytes: unknown): object => ({
      contents: new Map([[sha(text), bytes]]),
      trees: new Map(),
    });
    port1.postMessage(batch('a', Buffer.from('a')));
    port1.postMessage(batch('b', 'no bytes'));
    port1.postMessage(batch('c', Buffer.from('c')));
    port1.postMessage(null);
    await isClosed;
    expect(heard).toEqual([{ added: 1 }, { added: null }]);
    expect(Atomics.load(replies, 0)).toBe(2);
    const count = inFile(join(home.path, 'objects.db'), (db) =>
      db.prepare('select count(*) from blobs').pluck().get(),
    );
    expect(count).toBe(1);
  });

  it('Given its database cannot be opened, Then it ends when told', async () => {
    const { port1, port2 } = new MessageChannel();
    const replies = new Int32Array(new SharedArrayBuffer(4));
    const isClosed = new Promise((resolve) => port1.on('close', resolve));
    port1.on('message', () => undefined);
    serveWriter({ port: port2, replies }, () => openObjectWriter('/nowhere'));
    port1.postMessage({ contents: new Map(), trees: new Map() });
    port1.postMessage(null);
    await isClosed;
    expect(Atomics.load(replies, 0)).toBe(1);
  });
});

describe('what waits to be written', () => {
  it('Given more than its memory holds, Then all of it is as it was added', () => {
    const pending = new PendingObjects();
    const [some, more] = [randomBytes(1_000_000), randomBytes(400_000)];
    pending.add('contents', 'a', some);
    pending.add('trees', 'b', more);
    expect(pending.isFull).toBe(true);
    expect(Buffer.compare(some, pending.contents.get('a') ?? more)).toBe(0);
    expect(Buffer.compare(more, pending.trees.get('b') ?? some)).toBe(0);
    more.fill(0);
    expect(pending.trees.get('b')?.every((byte) => byte === 0)).toBe(false);
  });

  it('Given writing takes long, Then there are more transactions, and others get between them', async () => {
    await using home = await freshHome();
    const db = await connectObjects(home.path);
    let [now, committed] = [0, 0];
    using clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 20));
    const writer = new ObjectWriter(
      db,
      Date.now,
      (step) => (committed += step === 'batch.committed' ? 1 : 0),
    );
    const contents = new Map([1, 2, 3].map((n) => [sha(`${n}`), Buffer.from(`${n}`)]));
    writer.write({ contents, trees: new Map() });
    expect([committed, contents.size, clock.mock.calls.length > 0]).toEqual([3, 0, true]);
    db.close();
  });
});

describe('a quiet moment', () => {
  it.each([
    ['much was written', 40, true],
    ['little was written', 1, false],
  ])(
    'Given %s, When it comes, Then the log is brought to its place or not',
    async (_what, count, isMoved) => {
      await using home = await freshHome();
      const store = await openObjectStore({ home: home.path });
      for (let n = 0; n < count; n += 1) {
        const content = randomBytes(128 * 1024);
        store.putContent(sha(content), content);
      }
      store.flush();
      const before = inFile(join(home.path, 'objects.db'), (db) => db.pragma('page_count', { simple: true }));
      store.rest();
      const moved = inFile(
        join(home.path, 'objects.db'),
        (db) => (db.pragma('wal_checkpoint(noop)') as [{ log: number; checkpointed: number }])[0],
      );
      expect(before).toBeGreaterThan(0);
      expect(moved.checkpointed > 0 && moved.checkpointed === moved.log).toBe(isMoved);
      store.close();
    },
  );

  it('Given the log cannot be brought to its place, When it comes, Then nothing is said: a commit will', async () => {
    await using home = await freshHome();
    const store = await openObjectStore({ home: home.path });
    // Who has it open keeps the log there.
    const other = await connectObjects(home.path);
    for (let n = 0; n < 40; n += 1) {
      const content = randomBytes(128 * 1024);
      store.putContent(sha(content), content);
    }
    store.flush();
    store.close();
    expect(() => store.rest()).not.toThrow();
    other.close();
  });
});
