import {
  decisionsOf,
  stepsOf,
  subplansOf,
  type DecisionState,
  type TreeState,
} from '../domain/plan-state.ts';
import type { StepStatus } from '../domain/plan.ts';
import type { RollbackCounts } from '../ports/rollback-control.ts';

const OPEN: readonly StepStatus[] = ['pending', 'running'];

/** How far a tree of plans has come. What the document decides by itself is nobody's choice. */
export function countTree(tree: TreeState): RollbackCounts {
  const plans = [...tree.plans.values()];
  const count = (of: (plan: (typeof plans)[number]) => number): number =>
    plans.reduce((sum, plan) => sum + of(plan), 0);
  return {
    steps: count((plan) => stepsOf(plan).filter(({ status }) => !OPEN.includes(status)).length),
    decisions: count((plan) => decisionsOf(plan).filter(isOfPerson).length),
    child_plans: count((plan) => subplansOf(plan).length),
  };
}

/** Whoever answers from another process is known by it. */
const isOfPerson = ({ by, chosen, superseded_by }: DecisionState): boolean =>
  (by === 'human' || by.startsWith('pid ')) && chosen !== null && superseded_by === null;
