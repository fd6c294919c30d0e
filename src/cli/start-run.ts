import type { PlanSummary } from '../domain/plan.ts';
import { runPlan, type StartChoices } from './plan-run-flow.ts';
import type { CommandResult, Session } from './session.ts';
import { uiModeFor } from './ui-mode.ts';

/** Runs a plan in the way that fits where it was asked for: on the screen, or here with lines of text. */
export async function startRun(
  session: Session,
  plan: PlanSummary,
  choices: StartChoices,
): Promise<CommandResult> {
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
