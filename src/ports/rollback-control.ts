import type { Checkpoint } from '../domain/checkpoint.ts';
import type { Compensation } from '../domain/compensation.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import type {
  ConflictChoice,
  RestoreAction,
  RestoreConflict,
  RestoreExclusion,
} from '../domain/plan-restore.ts';
import type { RollbackScope } from '../domain/plan-event.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { PlanStanding } from './plan-control.ts';
import type { FileChange } from '../domain/file-state.ts';
import type { StateChange } from '../domain/state-diff.ts';

/** How far a rollback goes and what it does where somebody else changed a path. */
export interface RollbackChoices {
  readonly scope: RollbackScope;
  /** Only these and what is below them: then the plan's state stays. [] means all. */
  readonly paths: readonly RawPath[];
  readonly onConflict: ConflictChoice;
  /** Answers for single paths; they beat `onConflict`. */
  readonly choices?: ReadonlyMap<RawPath, ConflictChoice>;
  /** Leaves the paths whose stored content is missing or damaged, instead of refusing. */
  readonly leaveDamaged?: boolean;
}

export interface RollbackOptions {
  /** Aborted before the first file is touched: nothing happens. */
  readonly signal: AbortSignal;
  /** Hears what it is at, and how far. */
  readonly onProgress: (message: string) => void;
}

/** A plan that runs: `stop` ends its running tool and its runner first, `refuse` says so. */
export type RunningPlan = 'stop' | 'refuse';

/** How much of the plan's state goes back. */
export interface RollbackImpact {
  readonly decisions: number;
  readonly steps: number;
  readonly tool_calls: number;
  readonly child_plans: number;
}

/** How far a tree of plans had come at one place of its journal. */
export interface RollbackCounts {
  /** Steps that had ended, whatever came of them. */
  readonly steps: number;
  /** Choices and answers of people that held. */
  readonly decisions: number;
  readonly child_plans: number;
}

/** The place in a plan's history that a rollback goes to. */
export interface RollbackTarget {
  /** null: a place between two checkpoints. */
  readonly checkpointId: CheckpointId | null;
  readonly number: number | null;
  readonly seq: number;
  /** The files there; null if they were not captured. */
  readonly tree: string | null;
  /** It is what stood there before a rollback: then a plan that rested or had ended does so again. */
  readonly isWayBack?: boolean;
}

/** What a rollback does, or would do. */
export interface RollbackPreview {
  readonly planId: PlanId;
  /** The folder whose files go back. */
  readonly workspace: string;
  readonly target: RollbackTarget;
  readonly scope: RollbackScope;
  readonly actions: readonly RestoreAction[];
  readonly conflicts: readonly RestoreConflict[];
  readonly excluded: readonly RestoreExclusion[];
  /** Paths whose stored content is missing or damaged: left, or the reason to refuse. */
  readonly damaged: readonly RawPath[];
  /** What happened outside of the files since then, and can't be taken back. */
  readonly notUndone: readonly { readonly step_id: string; readonly what: string }[];
  /**
   * What takes back what undone steps did outside, newest first: offered once all else is back, never run by itself. Absent: nothing
   * does.
   */
  readonly compensations?: readonly Compensation[];
  readonly impact: RollbackImpact;
  /** Before and after; absent where the state stays. */
  readonly counts?: { readonly before: RollbackCounts; readonly after: RollbackCounts };
  /** Repositories whose HEAD isn't where it was: it stays. `path`: of the `.git`. */
  readonly heads: readonly { readonly path: RawPath; readonly before: string; readonly after: string }[];
  /** True: plan and files are already as they were then. */
  readonly isNothing: boolean;
}

export interface RollbackResult extends RollbackPreview {
  /** What was there before; null if nothing was to do. */
  readonly preRollback: Checkpoint | null;
  readonly rollback: Checkpoint | null;
  /** Paths that somebody changed while it ran: left as they are. */
  readonly left: readonly { readonly path: RawPath; readonly reason: string }[];
  readonly standing: PlanStanding;
  /** Checkpoints of the tree by now. */
  readonly checkpoints: number;
}

/** A rollback or an apply that was cut off. */
export interface InterruptedOperation {
  readonly id: string;
  readonly kind: 'rollback' | 'apply';
  readonly planId: PlanId;
  readonly workspace: string;
  readonly startedAt: string;
  /** In words: `rollback to checkpoint 12, 40 paths`. */
  readonly what: string;
}

export interface ForkedPlan {
  readonly planId: PlanId;
  /** Real path of the folder that it works in. */
  readonly workspace: string;
  /** What was not captured, so isn't in a new folder; [] in the same one. */
  readonly excluded: readonly RestoreExclusion[];
}

export interface PlanDifference {
  readonly from: Checkpoint;
  /** null: the plan and its files as they are now. */
  readonly to: Checkpoint | null;
  readonly state: readonly StateChange[];
  /** null if one of the two holds no files. */
  readonly files: readonly FileChange[] | null;
}

/** Goes back in a plan's history, with its files, and on from there. */
export interface RollbackControl {
  /** Looks, and changes nothing. @throws ConflictError `plan_applied`, `no_files`; NotFoundError */
  preview(
    planId: PlanId,
    checkpointId: CheckpointId,
    choices: RollbackChoices,
    options: RollbackOptions,
  ): Promise<RollbackPreview>;
  /**
   * Takes plan and files back. What is there now is stored before the first change.
   * @throws ConflictError if it runs, is applied, or stored content is missing or damaged: then nothing was changed
   * @throws WorkspaceError, StorageError if it was cut off: `continue` and `abort` go on from there
   */
  rollBack(
    planId: PlanId,
    checkpointId: CheckpointId,
    choices: RollbackChoices,
    running: RunningPlan,
    options: RollbackOptions,
  ): Promise<RollbackResult>;
  /** Where an undo of the last rollback goes, with the scope it had. @throws ConflictError `nothing_to_undo` */
  undoTarget(planId: PlanId): Promise<{ readonly checkpoint: Checkpoint; readonly scope: RollbackScope }>;
  /** Rollbacks and applies that were cut off and that nobody works on, oldest first. */
  interrupted(): Promise<readonly InterruptedOperation[]>;
  /** Brings what was cut off to its end. */
  continue(operation: InterruptedOperation, options: RollbackOptions): Promise<RollbackResult>;
  /** Puts back what was cut off: files and plan are as they were before it. */
  abort(operation: InterruptedOperation, options: RollbackOptions): Promise<PlanStanding>;
  /** A new root plan that begins at a checkpoint. `into`: absolute path of a folder that is new or empty; null: the same workspace. */
  fork(
    planId: PlanId,
    checkpointId: CheckpointId,
    into: string | null,
    options: RollbackOptions,
  ): Promise<ForkedPlan>;
  /** @param to null: now */
  diff(
    planId: PlanId,
    from: CheckpointId,
    to: CheckpointId | null,
    options: RollbackOptions,
  ): Promise<PlanDifference>;
  /** What `correct` would take back; changes nothing. @throws as `correct` */
  previewCorrect(
    planId: PlanId,
    decision: string,
    choice: string,
    choices: RollbackChoices,
    options: RollbackOptions,
  ): Promise<RollbackPreview>;
  /**
   * Goes back to before a decision and takes another choice; the old branch stays in the history.
   * @throws NotFoundError, ConflictError, UsageError with the options
   */
  correct(
    planId: PlanId,
    decision: string,
    choice: string,
    choices: RollbackChoices,
    running: RunningPlan,
    options: RollbackOptions,
  ): Promise<RollbackResult>;
  /** What `apply` of a sandbox would do to the folder it was made from; null for a plan without one. */
  previewApply(
    planId: PlanId,
    onConflict: ConflictChoice,
    options: RollbackOptions,
  ): Promise<RollbackPreview | null>;
  /**
   * Accepts the result of a complete plan: pins its last checkpoint, closes rollback; a sandbox's files go to their folder.
   * @throws ConflictError `not_complete`, `plan_applied`
   */
  apply(
    planId: PlanId,
    onConflict: ConflictChoice,
    options: RollbackOptions,
  ): Promise<{ readonly standing: PlanStanding; readonly files: RollbackResult | null }>;
}
