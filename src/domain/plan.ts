import type { CheckpointId, PlanId } from './ids.ts';
import type { ErrorValue } from './errors.ts';
import type { Json } from './json.ts';

export const PHASES = ['strategize', 'execute', 'apply'] as const;
export type Phase = (typeof PHASES)[number];

export const RUN_STATES = [
  'queued',
  'processing',
  'paused',
  'complete',
  'errored',
  'cancelled',
  'applied',
] as const;
export type RunState = (typeof RUN_STATES)[number];

export const STEP_STATUSES = ['pending', 'running', 'complete', 'failed', 'skipped', 'cancelled'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const STEP_KINDS = ['run', 'uses', 'decide', 'subplans', 'ask', 'sleep', 'agent'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export type Effect = 'read' | 'write';

/** How people see a plan: `execute/errored`. */
export function formatPhaseState(phase: Phase, state: RunState): string {
  return `${phase}/${state}`;
}

/** What lists show of a plan, and the head of its history. */
export interface PlanSummary {
  readonly plan_id: PlanId;
  /** Itself for a root plan. */
  readonly root_plan_id: PlanId;
  readonly parent_id: PlanId | null;
  /** Of a fork: the root plan and the checkpoint that it began from. */
  readonly forked_from: { readonly plan_id: PlanId; readonly checkpoint_id: CheckpointId } | null;
  readonly name: string;
  readonly goal: string | null;
  readonly phase: Phase;
  readonly state: RunState;
  /** Absolute real path of the folder the plan works in. */
  readonly workspace: string;
  readonly checkpoints: number;
  readonly last_checkpoint_id: string | null;
  readonly error: ErrorValue | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A plan with everything needed to run it again. */
export interface PlanRecord extends PlanSummary {
  readonly document: Json;
  /** Documents that the main one includes, by path as written. */
  readonly included_documents: Json;
  /** Resolved inputs; a secret one is a reference (`secret-reference.ts`), never its value. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** The configuration in force when the plan was created. */
  readonly effective_config: Json;
}
