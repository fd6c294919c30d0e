import type { PlanId } from '../domain/ids.ts';
import { FIRST_SEQ } from '../domain/plan-event.ts';
import type { SweepPlace } from '../ports/plan-store.ts';
import type { Database } from './database.ts';
import { TREE_NUMBERS } from './plan-number.ts';
import { readPrunedTo } from './pruned-moments.ts';

const FIRST_PLAN = `select min(number) as plan from plan_numbers where number in ${TREE_NUMBERS}`;
const NEXT_PLAN = `${FIRST_PLAN} and number > @plan`;

const AFTER = 'plan = @plan and (from_seq, id) > (@seq, @row)';
const PAGE_END = `select plan, from_seq as seq, id as row from part_versions where ${AFTER}
  order by from_seq, id limit 1 offset @rest`;

/**
 * Parts of times that are pruned, but for those that a checkpoint which stayed needs, those of the first event (a fold starts from
 * them) and those that a rollback wrote: its event doesn't repeat them, and a fold of the journal goes through it.
 */
const DELETE = `delete from part_versions where ${AFTER} and (from_seq, id) <= (@endSeq, @endRow)
  and to_seq <= @prunedTo + 1 and from_seq > ${FIRST_SEQ}
  and not exists (select 1 from checkpoints
    where root_plan_id = @rootId and seq >= part_versions.from_seq and seq < part_versions.to_seq)
  and not exists (select 1 from plan_events
    where root_plan_id = @rootId and seq = part_versions.from_seq and type = 'plan.rolled_back')`;

/** Behind every version that a plan can have. */
const END = { seq: Number.MAX_SAFE_INTEGER, row: 0 };

/** Looks at so many rows, all of one plan, in the transaction that is open; next is null if they were the last. */
export function sweepStates(
  database: Database,
  rootId: PlanId,
  after: SweepPlace | null,
  rows: number,
): { readonly deleted: number; readonly next: SweepPlace | null } {
  const prunedTo = readPrunedTo(database, rootId);
  if (prunedTo === 0) return { deleted: 0, next: null };
  // A journal that was pruned has a plan.
  const from = after ?? (beginOf(database, rootId, FIRST_PLAN) as SweepPlace);
  const page = database.statement(PAGE_END).get({ ...from, rest: rows - 1 }) as SweepPlace | undefined;
  const { seq, row } = page ?? END;
  const { changes } = database.statement(DELETE).run({ ...from, rootId, endSeq: seq, endRow: row, prunedTo });
  return { deleted: changes, next: page ?? beginOf(database, rootId, NEXT_PLAN, from.plan) };
}

/** Before all versions of the first plan that a statement finds; null if there is none. */
function beginOf(database: Database, rootId: PlanId, sql: string, after = 0): SweepPlace | null {
  const { plan } = database.statement(sql).get({ rootId, plan: after }) as { readonly plan: number | null };
  return plan === null ? null : { plan, seq: 0, row: 0 };
}
