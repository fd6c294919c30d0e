import type { Checkpoint } from '../domain/checkpoint.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import { FIRST_SEQ } from '../domain/plan-event.ts';
import {
  isInRanges,
  KEPT_ERRORS,
  keptBecause,
  momentNotKept,
  overtaken,
  type RetainedCheckpoint,
} from '../domain/retention.ts';
import type { Commit } from '../ports/plan-store.ts';
import { isLast, isWayBack } from './memory-checkpoint-remover.ts';
import type { MemoryTables } from './memory-tables.ts';

const ofTree =
  (rootId: PlanId) =>
  ({ root_plan_id }: Checkpoint): boolean =>
    root_plan_id === rootId;

/** All of a tree, oldest first, with what keeps each. */
export function retainedOf(tables: MemoryTables, rootId: PlanId): readonly RetainedCheckpoint[] {
  const all = tables.checkpointsWhere(ofTree(rootId));
  const errors = new Set(all.filter(({ trigger }) => trigger === 'on_error').slice(-KEPT_ERRORS));
  const forked = new Set([...tables.plans.values()].map((plan) => plan.forkedFrom?.checkpoint_id));
  const progress = JSON.stringify([...tables.operations.values()]);
  return all.map((checkpoint) => {
    const { id, plan_id, number, seq, trigger, created_at, bytes, label, pinned } = checkpoint;
    const kept = keptBecause({
      label,
      trigger,
      pinned,
      isInUse: progress.includes(id),
      isLast: isLast(tables, checkpoint),
      isWayBack: isWayBack(tables, checkpoint),
      isForked: forked.has(id),
      isRecentError: errors.has(checkpoint),
    });
    return { id, plan_id, number, seq, trigger, created_at, bytes, kept };
  });
}

/** Those that the events of a commit take. @throws ConflictError `retention_overtaken` if one of them is gone, or has to stay */
export function prunedCheckpoints(
  tables: MemoryTables,
  { rootId, entries }: Commit,
): readonly CheckpointId[] {
  return entries.flatMap(({ event }) => {
    if (event.type !== 'checkpoint.pruned') return [];
    const { numbers, count } = event.payload;
    const found = retainedOf(tables, rootId).filter(({ number }) => isInRanges(numbers, number));
    if (found.length !== count || found.some(({ kept }) => kept !== null)) throw overtaken(rootId);
    return found.map(({ id }) => id);
  });
}

export function prunedTo(tables: MemoryTables, rootId: PlanId): number {
  const last = tables.journals.get(rootId)?.events.findLast(({ type }) => type === 'checkpoint.pruned');
  return last?.type === 'checkpoint.pruned' ? last.payload.to_seq : 0;
}

/** @throws ConflictError `moment_not_kept` */
export function requireKept(tables: MemoryTables, rootId: PlanId, seq: number): void {
  if (seq <= FIRST_SEQ || seq > prunedTo(tables, rootId)) return;
  const stands = tables.checkpointsWhere((one) => one.root_plan_id === rootId && one.seq === seq);
  if (stands.length === 0) throw momentNotKept(rootId, seq);
}
