import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStorage, type Storage } from '../../../src/storage/open-storage.ts';
import { QuietLog } from '../../../src/storage/quiet-log.ts';
import { History } from '../../support/storage-history.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

/** Events that stand in the file itself, not in the log beside it. */
function eventsInFile(home: string): number {
  const copy = join(home, 'copy.db');
  copyFileSync(join(home, 'agents.db'), copy);
  const db = new Sqlite(copy);
  try {
    return db.prepare('select count(*) from plan_events').pluck().get() as number;
  } finally {
    db.close();
  }
}

async function openHistory(durability: 'full' | 'normal') {
  const home = await freshHome();
  // Made before, so that the file has tables without its log.
  await (await openStorage({ home: home.path, durability, processes: new StagedProcesses() })).close();
  const storage: Storage = await openStorage({
    home: home.path,
    durability,
    processes: new StagedProcesses(),
  });
  const history = await History.create(storage);
  return {
    path: home.path,
    storage,
    /** Each a commit of its own; how many events there are then. */
    write: async (count: number): Promise<number> => {
      for (let n = 0; n < count; n += 1) await history.set(`key ${n % 3}`, 'x'.repeat(1000));
      return (await storage.plans.head(history.rootId)).seq;
    },
    [Symbol.asyncDispose]: async () => {
      await storage.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

describe('the log of agents.db', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('Given many commits without a pause, Then none of them brings the log to its place; a quiet moment does', async () => {
    await using home = await openHistory('full');
    const events = await home.write(200);
    expect(eventsInFile(home.path)).toBe(0);
    vi.advanceTimersByTime(20);
    expect(eventsInFile(home.path)).toBe(events);
    expect(await home.write(31)).toBe(events + 31);
    vi.advanceTimersByTime(1000);
    expect(eventsInFile(home.path)).toBe(events);
    const more = await home.write(40);
    vi.advanceTimersByTime(1000);
    expect(eventsInFile(home.path)).toBe(more);
  });

  it('Given somebody who still reads an older moment, When it is quiet, Then it goes on, and the rest follows later', async () => {
    await using home = await openHistory('full');
    const reader = new Sqlite(join(home.path, 'agents.db'));
    reader.exec('begin');
    reader.prepare('select count(*) from plan_events').get();
    await home.write(40);
    vi.advanceTimersByTime(20);
    expect(eventsInFile(home.path)).toBeLessThan(40);
    reader.exec('commit');
    reader.close();
    const events = await home.write(40);
    vi.advanceTimersByTime(20);
    expect(eventsInFile(home.path)).toBe(events);
  });

  it('Given a transaction that is open in that moment, Then it is left alone, and the next moment serves', async () => {
    await using home = await freshHome();
    const db = new Sqlite(join(home.path, 'agents.db'));
    db.pragma('journal_mode = wal');
    db.exec('create table plan_events (seq integer)');
    const log = new QuietLog(db);
    const commit = (): void => {
      db.exec('insert into plan_events values (1)');
      for (let n = 0; n < 40; n += 1) log.committed();
    };
    commit();
    db.exec('begin immediate; insert into plan_events values (2)');
    vi.advanceTimersByTime(20);
    expect(db.inTransaction).toBe(true);
    db.exec('commit');
    commit();
    vi.advanceTimersByTime(20);
    expect(eventsInFile(home.path)).toBe(3);
    log.close();
    db.close();
  });

  it('Given a database that is closed, When the moment comes, Then nothing happens', async () => {
    const home = await openHistory('full');
    await home.write(40);
    await home[Symbol.asyncDispose]();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('Given commits that wait for no flush, Then the log stays as short as ever: it is what a power cut may take', async () => {
    await using home = await openHistory('normal');
    await home.write(300);
    expect(eventsInFile(home.path)).toBeGreaterThan(0);
  });
});
