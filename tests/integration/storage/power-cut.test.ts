import Sqlite from 'better-sqlite3';
import { basename } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { openObjectGarbage } from '../../../src/storage/object-garbage.ts';
import { openObjectStore, openObjectWriter } from '../../../src/storage/open-object-store.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

/** What SQLite calls them. */
const SYNCHRONOUS = ['off', 'normal', 'full', 'extra'];

/** How each connection that may write waited for the disk, as it said itself right before its end. */
function hearConnections(): string[] {
  const heard: string[] = [];
  const close = Sqlite.prototype.close;
  vi.spyOn(Sqlite.prototype, 'close').mockImplementation(function (this: Sqlite.Database) {
    // Some are closed twice; and who only reads has nothing to wait for.
    if (this.open && !this.readonly)
      heard.push(
        `${basename(this.name)} ${SYNCHRONOUS[this.pragma('synchronous', { simple: true }) as number]}`,
      );
    return close.call(this);
  });
  return heard;
}

afterEach(() => {
  vi.restoreAllMocks();
});

it.each(['full', 'normal'] as const)(
  'Given durability %s, then each commit of both databases waits for the disk accordingly',
  async (durability) => {
    await using home = await freshHome();
    const heard = hearConnections();
    const storage = await openStorage({ home: home.path, durability, processes: new StagedProcesses() });
    await storage.blobs.put(Buffer.from('content'));
    await storage.close();
    expect(heard.toSorted()).toEqual([`agents.db ${durability}`, `objects.db ${durability}`]);
  },
);

it('Given objects, then their commits do not wait, as a flush does that for all of them; a collection waits for each', async () => {
  await using home = await freshHome();
  await (
    await openStorage({ home: home.path, durability: 'full', processes: new StagedProcesses() })
  ).close();
  (await openObjectStore({ home: home.path })).close();
  const heard = hearConnections();
  (await openObjectStore({ home: home.path })).close();
  // The thread that a store gives much to: it opens its own.
  (await openObjectWriter(home.path)).close();
  expect(heard).toEqual(['objects.db full', 'objects.db normal', 'objects.db normal']);
  heard.length = 0;
  const garbage = await openObjectGarbage({
    home: home.path,
    processes: new StagedProcesses(),
    childrenOf: () => ({ trees: [], contents: [] }),
  });
  await garbage.close();
  expect(heard.at(-1)).toBe('objects.db full');
});
