import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ObjectFiles } from '../../../src/storage/object-files.ts';
import { ObjectReader } from '../../../src/storage/object-reader.ts';
import { openObjectStore } from '../../../src/storage/open-object-store.ts';
import { inFile, openGarbage, openPlans, putTree, refer, sha } from '../../support/object-places.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const processes = new StagedProcesses();
const line = 'words that come again and again\n';
/** Alike, and none like another. */
const some = (count: number, bytes = 2000): readonly Buffer[] =>
  Array.from({ length: count }, (_, n) => Buffer.from(`${n} ${line.repeat(bytes / line.length)}`));

async function openWith(contents: readonly Buffer[]): Promise<
  AsyncDisposable & {
    readonly home: string;
    readonly store: Awaited<ReturnType<typeof openObjectStore>>;
    count(table: 'blobs' | 'bundles', where?: string): number;
  }
> {
  const home = await freshHome();
  await (await openPlans(home.path, processes)).close();
  const store = await openObjectStore({ home: home.path });
  for (const content of contents) store.putContent(sha(content), content);
  store.flush();
  return {
    home: home.path,
    store,
    count: (table, where = 'true') =>
      inFile(join(home.path, 'objects.db'), (db) =>
        db.prepare(`select count(*) from ${table} where ${where}`).pluck().get(),
      ) as number,
    [Symbol.asyncDispose]: async () => {
      store.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

async function collect(home: string, dryRun = false): Promise<unknown> {
  const garbage = await openGarbage(home, processes);
  try {
    return await garbage.collect({ dryRun });
  } finally {
    await garbage.close();
  }
}

const failing = (code: string): object => expect.objectContaining({ code, exitCode: 7 }) as object;

describe('small contents of one batch', () => {
  it('Given many, When they are put, Then they take few rows and little room, and both stores read each', async () => {
    const contents = [...some(300), Buffer.alloc(0), randomBytes(16 * 1024), randomBytes(16 * 1024 + 1)];
    await using place = await openWith(contents);
    expect(place.count('bundles')).toBe(5);
    expect(place.count('blobs', "codec <> 'bundle'")).toBe(1);
    expect(place.store.takeAddedBytes()).toBeLessThan(60_000);
    const plans = await openPlans(place.home, processes);
    for (const content of contents) {
      expect(Buffer.compare(place.store.readContent(sha(content)), content)).toBe(0);
      expect(Buffer.compare(await plans.blobs.get(`sha256:${sha(content)}`), content)).toBe(0);
    }
    await plans.close();
  });

  it('Given few, When they are put, Then each has a row of its own', async () => {
    await using place = await openWith(some(7));
    expect([place.count('bundles'), place.count('blobs', "codec = 'zstd'")]).toEqual([0, 7]);
  });

  it('Given some are there already, When they are put again among others, Then they stay where they were', async () => {
    const contents = some(40);
    await using place = await openWith(contents.slice(0, 20));
    for (const content of contents) place.store.putContent(sha(content), content);
    place.store.flush();
    expect([place.count('blobs', 'bundle_id = 1'), place.count('blobs', 'bundle_id = 2')]).toEqual([20, 20]);
  });

  it('Given more bundles than are kept unpacked, When all is read twice, Then all is as it was put', async () => {
    const contents = Array.from({ length: 180 }, () => randomBytes(15_000));
    await using place = await openWith(contents);
    expect(place.count('bundles')).toBeGreaterThan(16);
    for (const content of [...contents, ...contents])
      expect(Buffer.compare(place.store.readContent(sha(content)), content)).toBe(0);
  });
});

describe('a damaged bundle', () => {
  it.each([
    ['cannot be unpacked', 'update bundles set content = substr(content, 1, 20)'],
    ['holds other bytes', "update bundles set content = x'00', codec = 'raw'"],
    ['is gone', 'delete from bundles'],
  ])('Given it %s, When a content of it is read, Then that is damaged, not given', async (_what, sql) => {
    const [content = Buffer.alloc(0), ...more] = some(20);
    await using place = await openWith([content, ...more]);
    inFile(join(place.home, 'objects.db'), (db) => db.exec(sql));
    expect(() => place.store.readContent(sha(content))).toThrow(failing('blob_damaged'));
    const plans = await openPlans(place.home, processes);
    expect(await failureOf(plans.blobs.get(`sha256:${sha(content)}`))).toMatchObject({
      code: 'blob_damaged',
    });
    await plans.close();
  });
});

describe('a collection over bundles', () => {
  it.each([
    { kept: 20, left: { bundles: 1, members: 20, alone: 0 } },
    { kept: 15, left: { bundles: 1, members: 15, alone: 0 } },
    { kept: 5, left: { bundles: 0, members: 0, alone: 5 } },
    { kept: 0, left: { bundles: 0, members: 0, alone: 0 } },
  ])(
    'Given $kept of 20 are in use, When it runs, Then those are read as before, and $left stay',
    async ({ kept, left }) => {
      const contents = some(20);
      await using place = await openWith(contents);
      const used = contents.slice(0, kept);
      refer(place.home, '/w', putTree(place.store, { trees: [], contents: used.map(sha) }));
      place.store.flush();
      const planned = await collect(place.home, true);
      expect(place.count('blobs')).toBe(20);
      expect(await collect(place.home)).toEqual(planned);
      expect(planned).toMatchObject({ contents: 20 - kept });
      const alone = place.count('blobs', "codec <> 'bundle'");
      expect({ bundles: place.count('bundles'), members: place.count('blobs') - alone, alone }).toEqual(left);
      for (const content of used)
        expect(Buffer.compare(place.store.readContent(sha(content)), content)).toBe(0);
    },
  );

  it('Given a content is moved out between two looks of a reader, Then it is read from where it is', async () => {
    const [content = Buffer.alloc(0), ...more] = some(20);
    await using place = await openWith([content, ...more]);
    const db = new Sqlite(join(place.home, 'objects.db'));
    const prepare = db.prepare.bind(db);
    db.prepare = ((sql: string) => {
      const statement = prepare(sql);
      if (!sql.includes('from bundles')) return statement;
      const get = statement.get.bind(statement);
      statement.get = (...values) => {
        prepare("update blobs set bundle_id = null, bundle_at = null, codec = 'raw', content = ?").run(
          content,
        );
        db.exec('delete from bundles');
        return get(...values);
      };
      return statement;
    }) as typeof db.prepare;
    const reader = new ObjectReader(db, new ObjectFiles(join(place.home, 'objects')));
    expect(reader.smallContent(sha(content))).toEqual(content);
    db.close();
  });

  it('Given a bundle is damaged, When it runs, Then what is left of it stays to be named', async () => {
    const [content = Buffer.alloc(0), ...more] = some(20);
    await using place = await openWith([content, ...more]);
    refer(place.home, '/w', putTree(place.store, { trees: [], contents: [sha(content)] }));
    place.store.flush();
    inFile(join(place.home, 'objects.db'), (db) =>
      db.exec('update bundles set content = substr(content, 1, 20)'),
    );
    await collect(place.home);
    expect([place.count('bundles'), place.count('blobs')]).toEqual([1, 1]);
    expect(() => place.store.readContent(sha(content))).toThrow(failing('blob_damaged'));
  });
});
