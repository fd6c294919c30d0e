import { decisionsOf, type DecisionState, type PlanState } from './plan-state.ts';

/** A person's word on a plan as a whole, given or waited for; undefined: it needs none. */
export function planApproval(state: PlanState): DecisionState | undefined {
  return decisionsOf(state).find(
    ({ type, step_id, superseded_by }) => type === 'approval' && step_id === null && superseded_by === null,
  );
}

/** True if a person doesn't want the plan. */
export const isRejected = (state: PlanState): boolean => planApproval(state)?.chosen === 'reject';
