import type { Checkpoint } from '../domain/checkpoint.ts';
import { whyKept, type CheckpointTies } from '../domain/checkpoint-keeping.ts';
import type { ConflictError } from '../domain/errors.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import { checkpointNotFound } from '../domain/references.ts';
import { CHECKPOINT_COLUMNS, toCheckpoint, type CheckpointColumns } from './checkpoint-mapper.ts';
import type { Database } from './database.ts';

const READ = `select ${CHECKPOINT_COLUMNS} from checkpoints where id = ?`;
const IS_LAST = `select 1 from plans where id = @plan and (last_checkpoint_id = @id
  or not exists (select 1 from checkpoints where plan_id = @plan and seq > @seq))`;
/** The `pre_rollback` that the last rollback of a tree made. */
export const LAST_WAY_BACK = `select payload ->> '$.pre_rollback_id' as id from plan_events
  where root_plan_id = ? and type = 'plan.rolled_back' order by seq desc limit 1`;
const FORK = `select id from plans where forked_from ->> '$.checkpoint_id' = ? order by created_at, id limit 1`;
const OPERATION = `select kind from operations where ended_at is null and instr(progress, ?) > 0
  order by started_at limit 1`;
const LINK = 'update checkpoints set parent_id = ? where parent_id = ? and root_plan_id = ?';
const DELETE = 'delete from checkpoints where id = ?';

/** Why a checkpoint may not be deleted now; null if it may. In the transaction that is open. @throws NotFoundError */
export function refusalToDelete(database: Database, id: CheckpointId): ConflictError | null {
  const checkpoint = readCheckpoint(database, id);
  return whyKept(checkpoint, tiesOf(database, checkpoint));
}

/** In the transaction that is open; those after it come after the one before it. @throws NotFoundError, ConflictError */
export function deleteCheckpoint(database: Database, id: CheckpointId): void {
  const refusal = refusalToDelete(database, id);
  if (refusal) throw refusal;
  const { parent_id, root_plan_id } = readCheckpoint(database, id);
  database.statement(LINK).run(parent_id, id, root_plan_id);
  database.statement(DELETE).run(id);
}

function readCheckpoint(database: Database, id: CheckpointId): Checkpoint {
  const row = database.statement(READ).get(id) as CheckpointColumns | undefined;
  if (!row) throw checkpointNotFound(id);
  return toCheckpoint(row);
}

function tiesOf(database: Database, checkpoint: Checkpoint): CheckpointTies {
  const { id, seq, plan_id: plan, root_plan_id: root } = checkpoint;
  const wayBack = database.statement(LAST_WAY_BACK).get(root) as { readonly id: string | null } | undefined;
  const fork = database.statement(FORK).get(id) as { readonly id: PlanId } | undefined;
  const operation = database.statement(OPERATION).get(id) as { readonly kind: string } | undefined;
  return {
    isLast: database.statement(IS_LAST).get({ id, plan, seq }) !== undefined,
    isWayBack: wayBack?.id === id,
    fork: fork?.id ?? null,
    operation: operation?.kind ?? null,
  };
}
