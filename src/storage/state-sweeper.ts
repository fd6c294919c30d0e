import type { PlanId } from '../domain/ids.ts';
import { FIRST_SEQ } from '../domain/plan-event.ts';
import type { SweepPlace } from '../ports/plan-store.ts';
import type { Database } from './database.ts';
import { readPrunedTo } from './pruned-moments.ts';

const KEY = '(plan_id, section, key, from_seq)';
const AFTER = `root_plan_id = @rootId and ${KEY} > (@planId, @section, @key, @seq)`;
const PAGE_END = `select plan_id as planId, section, key, from_seq as seq from state_parts where ${AFTER}
  order by plan_id, section, key, from_seq limit 1 offset @rest`;

/**
 * Parts of times that are pruned, but for those that a checkpoint which stayed needs, those of the first event (a fold starts from
 * them) and those that a rollback wrote: its event doesn't repeat them, and a fold of the journal goes through it.
 */
const DELETE = `delete from state_parts where ${AFTER} and ${KEY} <= (@endPlan, @endSection, @endKey, @endSeq)
  and to_seq <= @prunedTo + 1 and from_seq > ${FIRST_SEQ}
  and not exists (select 1 from checkpoints
    where root_plan_id = @rootId and seq >= state_parts.from_seq and seq < state_parts.to_seq)
  and not exists (select 1 from plan_events
    where root_plan_id = @rootId and seq = state_parts.from_seq and type = 'plan.rolled_back')`;

/** Behind every key there is. */
const END: SweepPlace = { planId: '\u{10FFFF}', section: '', key: '', seq: 0 };
const START: SweepPlace = { planId: '', section: '', key: '', seq: 0 };

/** Looks at so many rows, in the transaction that is open; null: they were the last. */
export function sweepStates(
  database: Database,
  rootId: PlanId,
  after: SweepPlace | null,
  rows: number,
): { readonly deleted: number; readonly next: SweepPlace | null } {
  const prunedTo = readPrunedTo(database, rootId);
  if (prunedTo === 0) return { deleted: 0, next: null };
  const from = { rootId, ...(after ?? START) };
  const next =
    (database.statement(PAGE_END).get({ ...from, rest: rows - 1 }) as SweepPlace | undefined) ?? null;
  const { planId, section, key, seq } = next ?? END;
  const end = { endPlan: planId, endSection: section, endKey: key, endSeq: seq };
  const { changes } = database.statement(DELETE).run({ ...from, ...end, prunedTo });
  return { deleted: changes, next };
}
