import type { CheckpointContext, Trigger, Checkpoint } from '../domain/checkpoint.ts';
import type { PlanId } from '../domain/ids.ts';
import type { NewEvent, PlanEvent } from '../domain/plan-event.ts';
import type { PlanState, TreeState } from '../domain/plan-state.ts';
import type { NewPlan } from './plan-store.ts';

/** The journal of the root plan that this process runs: commits in order, then publishes. */
export interface PlanJournal {
  readonly rootId: PlanId;
  readonly workspace: string;
  /** The committed state of the whole tree. */
  readonly tree: TreeState;
  /** The committed state of one plan of it. */
  plan(planId: PlanId): PlanState;
  /**
   * Appends events in one transaction, together with the rows of plans they create; listeners hear of them afterwards.
   * Calls are put in line.
   * @throws StorageError, ConflictError; then nothing happened
   */
  commit(events: readonly NewEvent[], newPlans?: readonly NewPlan[]): Promise<readonly PlanEvent[]>;
  /** Appends a checkpoint of the state as it is when its turn comes, with its event, in one transaction. */
  commitCheckpoint(trigger: Trigger, context: CheckpointContext): Promise<Checkpoint>;
}
