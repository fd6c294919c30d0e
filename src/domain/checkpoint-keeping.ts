import type { Checkpoint } from './checkpoint.ts';
import { ConflictError } from './errors.ts';
import { shortId, type PlanId } from './ids.ts';

/** What holds a checkpoint in its place. */
export interface CheckpointTies {
  /** The plan's newest one, or the one that its next will come after. */
  readonly isLast: boolean;
  /** The `pre_rollback` of the tree's last rollback. */
  readonly isWayBack: boolean;
  /** A plan that was forked from it; null if there is none. */
  readonly fork: PlanId | null;
  /** What a running operation that names it is called; null if there is none. */
  readonly operation: string | null;
}

/** Why a checkpoint may not be deleted; null if it may. */
export function whyKept(checkpoint: Checkpoint, ties: CheckpointTies): ConflictError | null {
  const { number, plan_id } = checkpoint;
  const refuse = (code: string, why: string, ...nextSteps: string[]): ConflictError =>
    new ConflictError(code, `checkpoint #${number} can't be deleted: ${why}`, { nextSteps });
  if (checkpoint.pinned)
    return refuse(
      'checkpoint_pinned',
      'it is pinned',
      `agents plan checkpoint unpin ${shortId(plan_id)} ${number}`,
    );
  if (ties.operation !== null)
    return refuse('checkpoint_in_use', `a ${ties.operation} needs it now`, 'try again when it has ended');
  if (ties.isLast) return refuse('checkpoint_last', 'it is the last one of its plan');
  if (ties.isWayBack) return refuse('checkpoint_way_back', 'the last rollback is undone with it');
  if (ties.fork !== null)
    return refuse(
      'checkpoint_forked',
      `plan ${shortId(ties.fork)} was forked from it`,
      `agents plan status ${shortId(ties.fork)}`,
    );
  return null;
}
