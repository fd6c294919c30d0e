import type { PlanId } from '../domain/ids.ts';
import { subplansOf, type PlanState, type TreeState } from '../domain/plan-state.ts';

/** A plan and the subplans that its state has, at any depth, each before those below it. */
export function plansWithin(tree: TreeState, planId: PlanId): readonly PlanState[] {
  const plan = tree.plans.get(planId);
  if (!plan) return [];
  // By what the states say: of an attempt that was given up, subplans of its own stay behind in the tree.
  return [plan, ...subplansOf(plan).flatMap((subplan) => plansWithin(tree, subplan.plan_id))];
}
