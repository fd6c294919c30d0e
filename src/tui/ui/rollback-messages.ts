import type { Compensation } from '../../domain/compensation.ts';
import type { CheckpointId, PlanId } from '../../domain/ids.ts';
import type { ConflictChoice } from '../../domain/plan-restore.ts';
import type { RollbackScope } from '../../domain/plan-event.ts';
import type { RawPath } from '../../domain/raw-path.ts';
import type { RollbackPreview, RunningPlan } from '../../ports/rollback-control.ts';
import type { Tone } from '../words/tone.ts';
import type { Failure } from './failure.ts';

/** What goes back isn't to a checkpoint, but to before a decision that is made anew; or the plan's result is accepted. */
export type RollbackOrder =
  | { readonly kind: 'correct'; readonly decision: string; readonly choice: string }
  | { readonly kind: 'apply' };

/** What the shell is asked to do where something goes back. */
export type RollbackEffect =
  | {
      readonly kind: 'preview-rollback';
      /** null: where an undo of the last rollback goes. */
      readonly checkpointId: CheckpointId | null;
      /** null: that of the rollback that is undone. */
      readonly scope: RollbackScope | null;
      readonly choices: ReadonlyMap<RawPath, ConflictChoice>;
      readonly token: number;
      readonly order?: RollbackOrder;
    }
  /** Nobody waits for the look any more. */
  | { readonly kind: 'end-preview' }
  | {
      readonly kind: 'roll-back';
      /** null with an order. */
      readonly checkpointId: CheckpointId | null;
      readonly scope: RollbackScope;
      readonly choices: ReadonlyMap<RawPath, ConflictChoice>;
      /** Only these, and what is below them; []: all. */
      readonly paths: readonly RawPath[];
      readonly leaveDamaged: boolean;
      readonly running: RunningPlan;
      readonly order?: RollbackOrder;
    }
  /** `into`: a folder as it was typed; null: the same workspace. */
  | { readonly kind: 'fork'; readonly checkpointId: CheckpointId; readonly into: string | null }
  /** Runs one, or records that what its step did stays; the others are offered then. */
  | {
      readonly kind: 'compensate';
      readonly one: Compensation;
      readonly word: 'run' | 'skip';
      readonly rest: readonly Compensation[];
    }
  /** Leaves this screen for that of another plan. `goesOn`: this one runs, and does so without a screen. */
  | { readonly kind: 'open-plan'; readonly planId: PlanId; readonly goesOn: boolean }
  /** Stops it, as long as no file has been touched. */
  | { readonly kind: 'stop-work' };

/** What comes of it. */
export type RollbackEvent =
  | {
      readonly kind: 'rollback-previewed';
      readonly token: number;
      readonly checkpointId: CheckpointId | null;
      readonly preview: RollbackPreview;
    }
  | { readonly kind: 'preview-progress'; readonly token: number; readonly message: string }
  | { readonly kind: 'preview-failed'; readonly token: number; readonly failure: Failure }
  | { readonly kind: 'work-progress'; readonly message: string }
  /** `text`: not yet printable. */
  | {
      readonly kind: 'work-ended';
      readonly tone: Tone;
      readonly text: string;
      /** The new plan, where one was made. */
      readonly forked?: PlanId;
      /** What can be run now, newest first. */
      readonly offered?: readonly Compensation[];
    }
  | { readonly kind: 'work-failed'; readonly failure: Failure };
