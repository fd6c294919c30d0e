import { runStateOf } from '../../domain/plan-state.ts';
import type { RunState } from '../../domain/plan.ts';
import type { PlanView } from '../store/plan-view.ts';

const ENDED: readonly RunState[] = ['complete', 'errored', 'cancelled', 'applied'];

function stateOf({ tree, rootId }: PlanView): RunState {
  const plan = tree.plans.get(rootId);
  return plan ? runStateOf(plan) : 'queued';
}

export const hasEnded = (view: PlanView): boolean => ENDED.includes(stateOf(view));

/** It goes on only from its failed step. */
export const hasFailed = (view: PlanView): boolean => stateOf(view) === 'errored';

export const isCancelled = (view: PlanView): boolean => stateOf(view) === 'cancelled';

/** Its result can be accepted. */
export const isComplete = (view: PlanView): boolean => stateOf(view) === 'complete';

/** Somebody is there who can go on with it. */
const hasRunner = ({ runner }: PlanView): boolean => runner.kind === 'running' || runner.kind === 'unknown';

/** Work is being done, or may be; false once the plan has ended, is paused, or nobody runs it. */
export const isRunning = (view: PlanView): boolean =>
  hasRunner(view) && !hasEnded(view) && stateOf(view) !== 'paused';

/** It rests: whoever paused it goes on with it, or where nobody runs it, a process is started for it. */
export const canResume = (view: PlanView): boolean =>
  !hasEnded(view) && (!hasRunner(view) || stateOf(view) === 'paused');

/** Why nothing can be stopped, or neither paused nor resumed. */
export function restingText(view: PlanView): string {
  if (hasEnded(view)) return 'the plan has ended';
  return hasRunner(view) ? 'the plan is paused; p resumes' : 'nobody runs the plan; p goes on with it';
}
