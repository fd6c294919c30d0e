import type { DecisionId } from '../../domain/ids.ts';
import {
  decisionsOf,
  stepsOf,
  subplansOf,
  type DecisionState,
  type PlanState,
  type StepState,
  type SubplanState,
} from '../../domain/plan-state.ts';

/** How many steps a plan has, and what has become of them. */
export interface StepCounts {
  readonly total: number;
  /** Complete or skipped: neither what failed is done, nor what a cancelled plan left out. */
  readonly ended: number;
  readonly complete: number;
  readonly failed: number;
}

/** One plan's state in the order and by the names that rows ask for. */
export interface PlanOutline {
  readonly steps: readonly StepState[];
  readonly subplansOfStep: ReadonlyMap<string, readonly SubplanState[]>;
  /** The decision that holds for a step. */
  readonly decisionOfStep: ReadonlyMap<string, DecisionState>;
  /** The one that it took the place of, by its id. */
  readonly corrected: ReadonlyMap<DecisionId, DecisionState>;
  readonly counts: StepCounts;
  /** Milliseconds since 1970 of the first start and the last end of its steps; null if there is none. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

const known = new WeakMap<PlanState, PlanOutline>();

/** Made once for each state of a plan. */
export function outlineOf(plan: PlanState): PlanOutline {
  const before = known.get(plan);
  if (before) return before;
  const outline = makeOutline(plan);
  known.set(plan, outline);
  return outline;
}

function makeOutline(plan: PlanState): PlanOutline {
  const steps = stepsOf(plan);
  return {
    steps,
    subplansOfStep: Map.groupBy(subplansOf(plan), ({ step_id }) => step_id),
    decisionOfStep: new Map(
      decisionsOf(plan).flatMap((decision) =>
        decision.step_id === null || decision.superseded_by !== null ? [] : [[decision.step_id, decision]],
      ),
    ),
    corrected: new Map(
      decisionsOf(plan).flatMap((decision) =>
        decision.superseded_by === null ? [] : [[decision.superseded_by, decision]],
      ),
    ),
    counts: countSteps(steps),
    startedAt: pick(
      steps,
      ({ started_at }) => started_at,
      (at, least) => at < least,
    ),
    endedAt: pick(
      steps,
      ({ ended_at }) => ended_at,
      (at, last) => at > last,
    ),
  };
}

/** The time that comes before all others, or after them; times of one form are in the order of their texts. */
function pick(
  steps: readonly StepState[],
  timeOf: (step: StepState) => string | null,
  isBetter: (at: string, best: string) => boolean,
): number | null {
  let best: string | null = null;
  for (const step of steps) {
    const at = timeOf(step);
    if (at !== null && (best === null || isBetter(at, best))) best = at;
  }
  return best === null ? null : Date.parse(best);
}

function countSteps(steps: readonly StepState[]): StepCounts {
  const count = (...statuses: readonly StepState['status'][]): number =>
    steps.filter(({ status }) => statuses.includes(status)).length;
  return {
    total: steps.length,
    ended: count('complete', 'skipped'),
    complete: count('complete'),
    failed: count('failed'),
  };
}
