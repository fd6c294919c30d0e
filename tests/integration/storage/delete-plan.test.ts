import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { History } from '../../support/storage-history.ts';
import { freshHome, StagedProcesses } from '../../support/storage-places.ts';

const TABLES = ['plans', 'plan_events', 'part_versions', 'plan_numbers', 'checkpoints', 'requests'];

describe('a plan that is deleted', () => {
  it('Given the last of its rows refuses to go, then none has gone; without that, nothing of it is left', async () => {
    await using home = await freshHome();
    const storage = await openStorage({
      home: home.path,
      durability: 'full',
      processes: new StagedProcesses(),
    });
    const history = await History.create(storage);
    await history.set('a', 1, await history.spawn('child'));
    await history.checkpoint('manual');
    const before = await storage.plans.footprint(history.rootId);
    const beside = new Sqlite(join(home.path, 'agents.db'));
    const rows = (): readonly number[] =>
      TABLES.map((table) => (beside.prepare(`select count(*) as n from ${table}`).get() as { n: number }).n);
    beside.exec("create trigger stay before delete on plans begin select raise(abort, 'no'); end");
    expect(await failureOf(storage.plans.delete(history.rootId, 0))).toMatchObject({ exitCode: 7 });
    expect(await storage.plans.footprint(history.rootId)).toEqual(before);
    beside.exec('drop trigger stay');
    await storage.plans.delete(history.rootId, 0);
    expect(rows()).toEqual([0, 0, 0, 0, 0, 0]);
    beside.close();
    await storage.close();
  });
});
