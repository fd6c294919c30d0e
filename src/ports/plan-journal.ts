import type { CheckpointContext, Trigger, Checkpoint } from '../domain/checkpoint.ts';
import type { PlanId } from '../domain/ids.ts';
import type { NewEvent, PlanEvent } from '../domain/plan-event.ts';
import type { PlanState, TreeState } from '../domain/plan-state.ts';
import type { NewPlan } from './plan-store.ts';

/** What becomes true together with a checkpoint. */
export interface CheckpointCommit {
  /** Come first: the checkpoint holds the state after them. */
  readonly events?: readonly NewEvent[];
  /** The checkpoint before it on its branch, if that isn't the plan's last one. */
  readonly parentId?: string;
  /** An operation that ends with it. */
  readonly endOperation?: string;
}

/** The journal of the root plan that this process runs: commits in order, then publishes. */
export interface PlanJournal {
  readonly rootId: PlanId;
  readonly workspace: string;
  /** The state of the whole tree after everything that was added to the journal. */
  readonly tree: TreeState;
  /** The state of one plan of it. */
  plan(planId: PlanId): PlanState;
  /**
   * Appends events in one transaction, together with the rows of plans they create; listeners hear of them afterwards.
   * Calls are put in line.
   * @throws StorageError, ConflictError; then nothing happened
   */
  commit(
    events: readonly NewEvent[],
    newPlans?: readonly NewPlan[],
    endOperation?: string,
  ): Promise<readonly PlanEvent[]>;
  /**
   * Appends events that nobody relies on yet: they are written with the next commit, a few milliseconds later at the latest. What
   * follows them in time follows them in the journal; if they can't be written, the next commit fails in their place.
   */
  commitSoon(events: readonly NewEvent[]): Promise<void>;
  /** Resolves when everything that was added is written. @throws as `commit` */
  flush(): Promise<void>;
  /** Appends a checkpoint of the state as it is when its turn comes, with its event, in one transaction. */
  commitCheckpoint(
    trigger: Trigger,
    context: CheckpointContext,
    more?: CheckpointCommit,
  ): Promise<Checkpoint>;
}
