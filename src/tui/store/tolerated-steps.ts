import type { PlanId } from '../../domain/ids.ts';
import type { PlanEvent } from '../../domain/plan-event.ts';

/** The steps whose failure doesn't stop their plan (`continue_on_error`), by `stepKey`. */
export type ToleratedSteps = ReadonlySet<string>;

export const NONE_TOLERATED: ToleratedSteps = new Set();

export const stepKey = (planId: PlanId, stepId: string): string => `${planId}/${stepId}`;

/** What an event adds to them; the same set if nothing. */
export function withTolerated(before: ToleratedSteps, { type, plan_id, payload }: PlanEvent): ToleratedSteps {
  if (type !== 'step.failed' || !payload.continued) return before;
  const key = stepKey(plan_id, payload.step_id);
  return before.has(key) ? before : new Set([...before, key]);
}
