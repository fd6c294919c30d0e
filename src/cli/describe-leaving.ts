import type { App } from '../app/compose.ts';
import { isFinal } from '../domain/event-handlers.ts';
import { shortId } from '../domain/ids.ts';
import type { PlanState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { LeaveIntent } from '../tui/shell/open-shell.tsx';
import type { SignalName } from './cli-io.ts';
import type { ErrorReport } from './error-report.ts';
import type { OwnEngine } from './own-engine.ts';
import { errorOf, exitCodeOf } from './run-ending.ts';
import { runToJson } from './run-shapes.ts';
import { EXIT_CODES } from './run-signals.ts';
import { summarizeRun } from './run-summary.ts';
import type { CommandResult, Session } from './session.ts';

/** A screen that was left. */
export interface Leaving {
  readonly session: Session;
  readonly app: App;
  readonly plan: PlanSummary;
  readonly engine: OwnEngine;
  readonly how: LeaveIntent;
  readonly durationMs: number;
}

/** The exit code and the lines that stay on the terminal. */
export async function describeLeaving({
  session,
  app,
  plan,
  engine,
  how,
  durationMs,
}: Leaving): Promise<CommandResult> {
  const { plans, checkpoints } = await app.storage();
  const { items } = await checkpoints.list({ planId: plan.root_plan_id, tree: true });
  const tree = await plans.stateAt(plan.root_plan_id);
  const now = await plans.get(plan.root_plan_id);
  const state = tree.plans.get(plan.root_plan_id) as PlanState;
  const pausedBecause = now.state === 'paused' ? await pauseReason(plans, now, tree.seq) : null;
  const outcome = { plan: now, pausedBecause, error: now.error };
  const loss = how.kind === 'detach' ? null : await engine.loss();
  const exitCode = exitCodeFor(how, outcome, engine, loss);
  const error = loss ?? (exitCode === 0 ? null : errorOf(outcome, exitCode));
  const glyphs = await session.glyphs(plan.workspace);
  return {
    data: runToJson(now, state),
    exitCode,
    ...(error === null ? {} : { error }),
    show: () => {
      const { paint, print, note } = session.output;
      if (loss) note(`${loss.message}: agents plan execute ${shortId(plan.root_plan_id)}`);
      print(
        summarizeRun(
          { plan: now, tree, outcome, checkpoints: items, durationMs, quiet: false },
          glyphs,
          paint,
        ),
      );
    },
  };
}

/** Whoever only looked, or left the plan to itself, is done well; else the plan's end counts. */
function exitCodeFor(
  how: LeaveIntent,
  outcome: Parameters<typeof exitCodeOf>[0],
  engine: OwnEngine,
  loss: ErrorReport | null,
): number {
  if (how.kind === 'signal') return EXIT_CODES[how.name as SignalName];
  if (loss) return loss.exitCode;
  if (how.kind === 'detach') return 0;
  const ran = engine.pid !== null;
  return ran || isFinal(outcome.plan.state) ? exitCodeOf(outcome) : 0;
}

const LAST_EVENTS = 200;

/** Why it rests: its last pause says it. */
async function pauseReason(
  plans: Awaited<ReturnType<App['storage']>>['plans'],
  plan: PlanSummary,
  seq: number,
): Promise<string | null> {
  const events = await plans.events(plan.root_plan_id, Math.max(0, seq - LAST_EVENTS), LAST_EVENTS);
  const pause = events.findLast((event) => event.type === 'plan.paused');
  return pause?.type === 'plan.paused' ? pause.payload.reason : null;
}
