import type { PlanSummary } from '../domain/plan.ts';
import { runPlan, type StartChoices } from './plan-run-flow.ts';
import type { CommandResult, Session } from './session.ts';
import { uiModeFor } from './ui-mode.ts';

/** Behind commands that run a plan. */
export const DETACH_OPTION = {
  type: 'boolean',
  describe: 'leave it to a process of its own, which goes on when the terminal is closed',
} as const;

/**
 * Runs a plan in the way that fits where it was asked for: on the screen, or here with lines of text; `detach`: by a
 * process of its own, without waiting for it.
 */
export async function startRun(
  session: Session,
  plan: PlanSummary,
  choices: StartChoices,
  detach: boolean,
): Promise<CommandResult> {
  if (detach) {
    const { runDetached } = await import('./run-detached.ts');
    return await runDetached(session, plan, choices);
  }
  return (await showOnScreen(session, plan, choices)) ?? (await runPlan(session, plan, choices));
}

/** null where no screen is to be opened. Without `choices` the plan is only watched. */
export async function showOnScreen(
  session: Session,
  plan: PlanSummary,
  choices: StartChoices | null,
): Promise<CommandResult | null> {
  const { terminal } = session.io;
  if (!terminal || (await uiModeFor(session, plan.workspace)) !== 'shell') return null;
  const { showPlan } = await import('./show-plan.ts');
  return await showPlan({ session, plan, choices, terminal });
}
