import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CheckpointService } from '../../src/checkpoints/checkpoint-service.ts';
import { snapshotOf } from '../../src/domain/state-snapshot.ts';
import { createRootPlan } from '../../src/execution/create-root-plan.ts';
import { EventBus } from '../../src/execution/event-bus.ts';
import { LiveJournal } from '../../src/execution/live-journal.ts';
import { tryAcquireLease } from '../../src/execution/plan-lease.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { UlidSource } from '../../src/host/ulid-source.ts';
import { openStorage, type Storage } from '../../src/storage/open-storage.ts';
import { FixedSettings } from '../support/fixed-settings.ts';
import { timePairs } from './measure.ts';

const ROUNDS = 200;
const VALUE_BYTES = 1000;

/** A checkpoint after one changed value, through the real service, against a raw insert of the full JSON state. */
export async function benchCheckpoints(folder: string): Promise<object[]> {
  const results: object[] = [];
  for (const kilobytes of [10, 100, 1000]) results.push(await benchSize(folder, kilobytes));
  return results;
}

async function benchSize(folder: string, kilobytes: number): Promise<object> {
  const home = join(folder, `checkpoints-${kilobytes}`);
  mkdirSync(home);
  const processes = new SystemProcessTable();
  const storage = await openStorage({ home, durability: 'full', processes });
  const raw = new Database(join(home, 'raw.db'));
  try {
    const journal = await openJournal(storage, processes);
    const noWindow = { holder: null, between: <T>(body: () => Promise<T>): Promise<T> => body() };
    const service = new CheckpointService(journal, new FixedSettings(), systemClock, noWindow);
    const planId = journal.rootId;
    const set = (key: string, value: string): Promise<unknown> =>
      journal.commit([{ type: 'context.set', plan_id: planId, payload: { key, value } }]);
    for (let n = 0; n < kilobytes; n += 1) await set(`key-${n}`, 'x'.repeat(VALUE_BYTES));
    raw.pragma('journal_mode = wal');
    raw.pragma('synchronous = full');
    raw.exec(
      'create table checkpoints (id text primary key, plan_id text, created_at text, state_snapshot text not null)',
    );
    const insert = raw.prepare('insert into checkpoints values (?, ?, ?, ?)');
    const before = bytesOf(raw, join(home, 'agents.db'));
    const timed = await timePairs(
      ROUNDS,
      async (round) => {
        await set(`key-${round % kilobytes}`, `${round}`.padEnd(VALUE_BYTES, 'y'));
        await service.fire('on_tool_write_complete', { planId });
      },
      (round) => insert.run(`${round}`, planId, '', JSON.stringify(snapshotOf(journal.plan(planId)))),
    );
    const after = bytesOf(raw, join(home, 'agents.db'));
    return {
      state_kb: kilobytes,
      change_and_checkpoint_ms: timed.a,
      raw_full_json_insert_ms: timed.b,
      ratio: timed.ratio,
      bytes_per_checkpoint: Math.round((after - before) / ROUNDS),
    };
  } finally {
    raw.close();
    await storage.close();
  }
}

/** Bytes in use, free pages and the write-ahead log left out. */
function bytesOf(raw: Database.Database, file: string): number {
  raw.prepare('attach database ? as measured').run(file);
  const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map(
    (name) => raw.pragma(`measured.${name}`, { simple: true }) as number,
  );
  raw.exec('detach database measured');
  return ((pages ?? 0) - (free ?? 0)) * (size ?? 0);
}

async function openJournal(storage: Storage, processes: SystemProcessTable): Promise<LiveJournal> {
  const ids = new UlidSource(systemClock);
  const plan_id = ids.next();
  const empty = { document: {}, included_documents: {}, inputs: {}, effective_config: {} };
  const created_at = new Date().toISOString();
  await createRootPlan(
    storage.plans,
    plan_id,
    { name: 'bench', goal: null, workspace: '/', created_at, ...empty },
    [],
  );
  const held = await tryAcquireLease(storage.leases, processes, plan_id, 'runner');
  if (!held) throw new Error('the lease of a new plan is not free');
  return await LiveJournal.open(
    { plans: storage.plans, bus: new EventBus(), clock: systemClock, ids },
    plan_id,
    held.lease.fence,
  );
}
