import { stepOf } from '../../domain/plan-state.ts';
import type { PlanView } from '../store/plan-view.ts';
import { outlineOf, type StepCounts } from './plan-outline.ts';

/** Of a whole tree of plans. `tolerated`: of those that failed, those that stop nothing; they count as ended. */
export interface TreeCounts extends StepCounts {
  readonly tolerated: number;
}

export function countSteps({ tree, tolerated }: Pick<PlanView, 'tree' | 'tolerated'>): TreeCounts {
  let [total, ended, complete, failed] = [0, 0, 0, 0];
  for (const plan of tree.plans.values()) {
    const { counts } = outlineOf(plan);
    total += counts.total;
    ended += counts.ended;
    complete += counts.complete;
    failed += counts.failed;
  }
  const allowed = [...tolerated].filter((key) => {
    const [planId = '', ...stepId] = key.split('/');
    const plan = tree.plans.get(planId);
    return plan !== undefined && stepOf(plan, stepId.join('/'))?.status === 'failed';
  }).length;
  return { total, ended: ended + allowed, complete, failed, tolerated: allowed };
}
