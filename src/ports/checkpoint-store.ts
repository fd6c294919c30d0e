import type { Checkpoint, Trigger } from '../domain/checkpoint.ts';
import type { ConflictError } from '../domain/errors.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import type { RetainedCheckpoint } from '../domain/retention.ts';
import type { Page } from './plan-store.ts';

export interface CheckpointFilter {
  /** The plan; with `tree` its subplans' too. */
  readonly planId: PlanId;
  readonly tree?: boolean;
  readonly triggers?: readonly Trigger[];
  /** At most this many, in order of seq; default 1000. */
  readonly limit?: number;
  /** From the newest back; default from the oldest on. A cursor goes on in the order that it came from. */
  readonly newestFirst?: boolean;
  readonly cursor?: string;
}

/** Reads checkpoints. They are written, marked and deleted by `PlanStore.append`. */
export interface CheckpointStore {
  /** Never reads a snapshot. */
  list(filter: CheckpointFilter): Promise<Page<Checkpoint>>;
  /**
   * The checkpoint of a plan's tree that a text names: number, full id, unique prefix, label, or `last`.
   * @throws NotFoundError if none or more than one fits; then it lists the candidates
   */
  resolve(planId: PlanId, reference: string): Promise<Checkpoint>;
  /**
   * The whole state of the checkpoint's plan, whatever form the row has.
   * @throws StorageError `snapshot_damaged` if it doesn't match the checkpoint's state hash
   */
  snapshot(id: CheckpointId): Promise<JsonObject>;
  /**
   * Why it may not be deleted now: pinned, in use, the last of its plan, the way back from the last rollback, the base of a fork. Null
   * if it may.
   * @throws NotFoundError
   */
  refusalToDelete(id: CheckpointId): Promise<ConflictError | null>;
  /** How many a root plan and its subplans have. */
  count(rootId: PlanId): Promise<number>;
  /** Those of a root plan and its subplans after a seq, oldest first, at most `limit`, each with why it stays whatever retention says. */
  oldest(rootId: PlanId, after: number, limit: number): Promise<readonly RetainedCheckpoint[]>;
}
