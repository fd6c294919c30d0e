import type { PlanId, SubplanId } from '../../domain/ids.ts';
import type { Phase } from '../../domain/plan.ts';
import type { Tone } from '../words/tone.ts';

/** What a row of the plan's tree stands for. */
export type NodeRef =
  | { readonly kind: 'phase'; readonly phase: Phase }
  | { readonly kind: 'step'; readonly planId: PlanId; readonly stepId: string }
  | {
      readonly kind: 'subplan';
      /** The child's. */
      readonly planId: PlanId;
      readonly subplanId: SubplanId;
      readonly parentPlanId: PlanId;
    };

/** A checkpoint of a step, beside its name. */
export interface CheckpointMark {
  readonly glyph: string;
  readonly number: number;
}

/** One row of the plan's tree. All texts are printable. */
export interface TreeRow {
  /** The same for the same node at all times. */
  readonly id: string;
  readonly parentId: string | null;
  readonly node: NodeRef;
  /** From 0. */
  readonly depth: number;
  readonly fold: 'open' | 'folded' | 'leaf';
  readonly glyph: string;
  readonly tone: Tone;
  readonly name: string;
  /** `write`, `retry 1/3`, `attempt 2`, an error's first line, `waits for you [a]`, a reason, `4 steps` when folded. */
  readonly info: string;
  readonly infoTone: Tone;
  /** The last few checkpoints of the step. */
  readonly marks: readonly CheckpointMark[];
  /** Empty if it hasn't begun. */
  readonly duration: string;
  readonly running: boolean;
  readonly failed: boolean;
  readonly waits: boolean;
}
