import { restText } from '../tui/words/rest-text.ts';
import type { RunOutcome } from '../app/run-options.ts';
import { shortId } from '../domain/ids.ts';
import type { TreeState } from '../domain/plan-state.ts';
import { explainPlanError, type ErrorReport } from './error-report.ts';
import { answerCommands } from './run-summary.ts';

type Ending = Pick<RunOutcome, 'plan' | 'pausedBecause' | 'error'>;

/** 0 done, 1 failed or cancelled, 5 rests, 7 a checkpoint failed. */
export function exitCodeOf({ plan, pausedBecause }: Ending): number {
  if (plan.state === 'complete') return 0;
  if (plan.state === 'errored' || plan.state === 'cancelled') return 1;
  return pausedBecause === 'checkpoint_failed' ? 7 : 5;
}

/** Why a run did not end with a complete plan; null if it did. */
export function errorOf(
  { plan, pausedBecause, error }: Ending,
  tree: TreeState,
  exitCode: number,
): ErrorReport | null {
  const id = shortId(plan.plan_id);
  if (plan.state === 'complete') return null;
  if (plan.state === 'errored' || plan.state === 'cancelled') {
    const cancelled = { code: 'plan_cancelled', message: `the plan ${plan.name} was cancelled`, hint: null };
    const failed = [`agents plan errors ${id}`, `agents plan retry ${id}`];
    const next = plan.state === 'errored' ? failed : [`agents plan status ${id}`];
    return explainPlanError(error ?? cancelled, exitCode, next);
  }
  const message = `the plan ${plan.name} is paused (${restText(pausedBecause)})`;
  const resting = { code: `plan_${pausedBecause ?? 'paused'}`, message, hint: null };
  return explainPlanError(error ?? resting, exitCode, [
    ...answerCommands(tree, id),
    `agents plan execute ${id}`,
  ]);
}
