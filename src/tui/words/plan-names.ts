import type { PlanId } from '../../domain/ids.ts';
import { stepOf, type PlanState, type SubplanState, type TreeState } from '../../domain/plan-state.ts';
import { cutCells } from './cells.ts';

/** The names of the subplans that lead to a plan, from the outermost; empty for a root plan. */
export function planPath(tree: TreeState, planId: PlanId): readonly string[] {
  const parentId = tree.plans.get(planId)?.parentId ?? null;
  const parent = parentId === null ? undefined : tree.plans.get(parentId);
  if (!parent) return [];
  // Looked for as they stand: to put them in order first would cost more than all the rest of an event's line.
  const part = parent.parts.subplans.find(
    ({ value }) => (value as unknown as SubplanState).plan_id === planId,
  );
  const names = part ? [(part.value as unknown as SubplanState).name] : [];
  return [...planPath(tree, parent.planId), ...names];
}

/** True if a plan is `ancestorId` or one of its subplans, at any depth. */
export function isWithin(tree: TreeState, planId: PlanId, ancestorId: PlanId): boolean {
  if (planId === ancestorId) return true;
  const parentId = tree.plans.get(planId)?.parentId ?? null;
  return parentId !== null && isWithin(tree, parentId, ancestorId);
}

const NAME_CELLS = 40;

/** How a step is called: its id, and its name if it has one of its own. */
export function stepName(plan: PlanState, stepId: string, ellipsis?: string): string {
  const name = stepOf(plan, stepId)?.name ?? stepId;
  return name === stepId ? stepId : `${stepId} ${cutCells(name, NAME_CELLS, ellipsis)}`;
}
