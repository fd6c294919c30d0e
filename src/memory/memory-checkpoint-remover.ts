import type { Checkpoint } from '../domain/checkpoint.ts';
import { whyKept } from '../domain/checkpoint-keeping.ts';
import type { ConflictError } from '../domain/errors.ts';
import type { CheckpointId } from '../domain/ids.ts';
import { checkpointNotFound } from '../domain/references.ts';
import type { MemoryTables } from './memory-tables.ts';

/** Why a checkpoint may not be deleted now; null if it may. @throws NotFoundError */
export function refusalToDelete(tables: MemoryTables, id: CheckpointId): ConflictError | null {
  const checkpoint = tables.checkpoints.get(id)?.checkpoint;
  if (!checkpoint) throw checkpointNotFound(id);
  const fork = [...tables.plans.values()].find((plan) => plan.forkedFrom?.checkpoint_id === id);
  const operation = [...tables.operations.values()].find(({ progress }) =>
    JSON.stringify(progress).includes(id),
  );
  return whyKept(checkpoint, {
    isLast: isLast(tables, checkpoint),
    isWayBack: isWayBack(tables, checkpoint),
    fork: fork?.made.plan_id ?? null,
    operation: operation?.kind ?? null,
  });
}

/** Those after it come after the one before it. */
export function deleteCheckpoint(tables: MemoryTables, id: CheckpointId): void {
  const parent_id = tables.checkpoints.get(id)?.checkpoint.parent_id ?? null;
  for (const [child, { checkpoint, snapshot }] of tables.checkpoints) {
    if (checkpoint.parent_id === id)
      tables.checkpoints.set(child, { checkpoint: { ...checkpoint, parent_id }, snapshot });
  }
  tables.checkpoints.delete(id);
}

export function isLast(tables: MemoryTables, { id, plan_id, seq }: Checkpoint): boolean {
  const later = tables.checkpointsWhere((other) => other.plan_id === plan_id && other.seq > seq);
  return later.length === 0 || tables.plan(plan_id).lastCheckpointId === id;
}

export function isWayBack(tables: MemoryTables, { id, root_plan_id }: Checkpoint): boolean {
  const last = tables.journal(root_plan_id).events.findLast((event) => event.type === 'plan.rolled_back');
  return last?.payload.pre_rollback_id === id;
}
