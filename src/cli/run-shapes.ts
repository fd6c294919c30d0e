import type { JsonObject, Json } from '../domain/json.ts';
import {
  errorOf,
  phaseOf,
  resultOf,
  runStateOf,
  stepsOf,
  type PlanState,
  type StepState,
} from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';

export interface StepCounts {
  readonly total: number;
  readonly complete: number;
  readonly failed: number;
  readonly skipped: number;
}

export function countSteps(steps: readonly StepState[]): StepCounts {
  const count = (status: StepState['status']): number =>
    steps.filter((step) => step.status === status).length;
  return {
    total: steps.length,
    complete: count('complete'),
    failed: count('failed'),
    skipped: count('skipped'),
  };
}

/** `data` of `plan run` and `plan execute` (docs/json.md). */
export function runToJson(plan: PlanSummary, state: PlanState): JsonObject {
  return {
    plan_id: plan.plan_id,
    name: plan.name,
    phase: phaseOf(state),
    state: runStateOf(state),
    steps: { ...countSteps(stepsOf(state)) },
    checkpoints: plan.checkpoints,
    outputs: resultOf(state) ?? {},
    error: errorOf(state) as unknown as Json,
  };
}

/** A plan as lists give it (docs/json.md). */
export function planToJson(plan: PlanSummary): JsonObject {
  const { plan_id, root_plan_id, parent_id, name, goal, phase, state, workspace, checkpoints } = plan;
  const { last_checkpoint_id, created_at, updated_at } = plan;
  const error = plan.error as unknown as Json;
  const ids = { plan_id, root_plan_id, parent_id };
  return {
    ...ids,
    name,
    goal,
    phase,
    state,
    workspace,
    checkpoints,
    last_checkpoint_id,
    error,
    created_at,
    updated_at,
  };
}
