import type { PlanId } from '../../domain/ids.ts';
import type { PlanState } from '../../domain/plan-state.ts';
import { outlineOf } from '../rows/plan-outline.ts';
import type { NodeRef } from '../rows/tree-row.ts';
import type { PlanView } from '../store/plan-view.ts';

/** The plan whose state a node shows; undefined before its first event. */
export function planOfNode({ tree, rootId }: PlanView, node: NodeRef | null): PlanState | undefined {
  return tree.plans.get(node === null || node.kind === 'phase' ? rootId : node.planId);
}

/** The plans that lie wholly inside a node: for a step those of its subplans. */
export function plansWithin(view: PlanView, node: NodeRef | null): ReadonlySet<PlanId> {
  const found = new Set<PlanId>();
  const plan = planOfNode(view, node);
  if (plan && node?.kind === 'step') addChildren(view, plan, node.stepId, found);
  else if (plan) addPlan(view, plan.planId, found);
  return found;
}

function addPlan(view: PlanView, planId: PlanId, found: Set<PlanId>): void {
  const plan = view.tree.plans.get(planId);
  if (!plan) return;
  found.add(planId);
  for (const stepId of outlineOf(plan).subplansOfStep.keys()) addChildren(view, plan, stepId, found);
}

function addChildren(view: PlanView, plan: PlanState, stepId: string, found: Set<PlanId>): void {
  for (const { plan_id } of outlineOf(plan).subplansOfStep.get(stepId) ?? []) addPlan(view, plan_id, found);
}
