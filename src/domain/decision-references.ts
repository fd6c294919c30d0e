import type { PlanId } from './ids.ts';
import { decisionsOf, type DecisionState, type TreeState } from './plan-state.ts';

/** A decision with the plan that it belongs to. */
export type PlanDecision = readonly [PlanId, DecisionState];

/** How people call a decision: by its step, or by its own id where no step asks. */
export const decisionName = ({ step_id, id }: Pick<DecisionState, 'step_id' | 'id'>): string => step_id ?? id;

/**
 * The choices and answers of a tree that a text names: by their step's id, their own id, or a part of its beginning or end. Those of
 * `planId` come first.
 */
export function decisionsNamed(tree: TreeState, planId: PlanId, reference: string): readonly PlanDecision[] {
  const plans = [...tree.plans.values()];
  const named = plans.filter((plan) => plan.planId === planId);
  const others = plans.filter((plan) => plan.planId !== planId);
  const wanted = reference.toUpperCase();
  const isNamed = ({ step_id, id, superseded_by, type }: DecisionState): boolean => {
    const byId = id === wanted || (wanted.length >= 4 && (id.startsWith(wanted) || id.endsWith(wanted)));
    const isAsked = ['choice', 'answer', 'approval'].includes(type);
    return isAsked && superseded_by === null && (step_id === reference || byId);
  };
  return [...named, ...others].flatMap((plan) =>
    decisionsOf(plan)
      .filter(isNamed)
      .map((decision) => [plan.planId, decision] as const),
  );
}
