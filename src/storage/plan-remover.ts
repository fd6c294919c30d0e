import type { PlanId } from '../domain/ids.ts';
import { planNotFound } from '../domain/references.ts';
import type { PlanFootprint } from '../ports/plan-store.ts';
import type { Database } from './database.ts';
import { TREE_NUMBERS } from './plan-number.ts';
import { leaseLost } from './journal-writer.ts';

const FENCE = 'select lease_fence from plans where id = ? and root_id = id';

const OF_ROOT = 'root_plan_id = @rootId';

/** The tables that a tree of plans has rows in, and which; `plans` last: the others refer to it. */
const TABLES = {
  requests: ['requests', OF_ROOT],
  checkpoints: ['checkpoints', OF_ROOT],
  parts: ['part_versions', `plan in ${TREE_NUMBERS}`],
  events: ['plan_events', OF_ROOT],
  plans: ['plans', 'root_id = @rootId'],
} as const satisfies Record<keyof PlanFootprint, readonly [table: string, where: string]>;

/** How many rows a tree has, in the transaction that is open. @throws NotFoundError */
export function countTree(database: Database, rootId: PlanId): PlanFootprint {
  readFence(database, rootId);
  return inEachTable(
    ([table, where]) =>
      database.statement(`select count(*) as rows from ${table} where ${where}`).get({ rootId }) as Rows,
  );
}

interface Rows {
  readonly rows: number;
}

/** Removes a tree with all its rows, in the transaction that is open. @throws NotFoundError, ConflictError `lease_lost` */
export function deleteTree(database: Database, rootId: PlanId, fence: number): PlanFootprint {
  if (readFence(database, rootId) !== fence) throw leaseLost(rootId);
  // Counted first: a removed plan takes its subplans with it, and those it doesn't say.
  const gone = countTree(database, rootId);
  inEachTable(([table, where]) => {
    database.statement(`delete from ${table} where ${where}`).run({ rootId });
    return { rows: 0 };
  });
  // What a killed process left open is about nothing any more.
  database.statement('delete from operations where root_plan_id = ?').run(rootId);
  return gone;
}

function inEachTable(work: (place: (typeof TABLES)[keyof PlanFootprint]) => Rows): PlanFootprint {
  const entries = Object.entries(TABLES).map(([name, place]) => [name, work(place).rows] as const);
  return Object.fromEntries(entries) as unknown as PlanFootprint;
}

function readFence(database: Database, rootId: PlanId): number {
  const row = database.statement(FENCE).get(rootId) as { readonly lease_fence: number } | undefined;
  if (!row) throw planNotFound(rootId);
  return row.lease_fence;
}
