import type { PlanId, SubplanId } from '../domain/ids.ts';

/** An attempt that failed and that another one follows. */
export interface FailedAttempt {
  /** The plan of the step that is tried again, or that has the subplan that is. */
  readonly planId: PlanId;
  readonly stepId: string;
  /** From 1. */
  readonly attempt: number;
  /** null: the step itself is tried again. */
  readonly subplan: { readonly id: SubplanId; readonly planId: PlanId } | null;
}

/**
 * Puts the files back to before an attempt. The same again does nothing more.
 * @throws PlanError `no_files`, `content_damaged`: it can't be done, and nothing was changed
 * @throws CheckpointError if workspace or store failed in it: the run is to rest; the signal's reason if it is aborted in time
 */
export type RestoreAttempt = (attempt: FailedAttempt, signal: AbortSignal) => Promise<void>;
