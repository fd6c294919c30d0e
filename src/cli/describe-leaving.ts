import type { App } from '../app/compose.ts';
import { isFinal } from '../domain/event-handlers.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { PlanState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { outlineOf } from '../tui/rows/plan-outline.ts';
import type { LeaveIntent } from '../tui/shell/open-shell.tsx';
import { allCheckpoints } from './all-checkpoints.ts';
import type { SignalName } from './cli-io.ts';
import type { ErrorReport } from './error-report.ts';
import type { OwnEngine } from './own-engine.ts';
import { errorOf, exitCodeOf } from './run-ending.ts';
import { runToJson } from './run-shapes.ts';
import { EXIT_CODES } from './run-signals.ts';
import { summarizeRun, type Runner } from './run-summary.ts';
import type { CommandResult, Session } from './session.ts';

/** A screen that was left. */
export interface Leaving {
  readonly session: Session;
  readonly app: App;
  readonly plan: PlanSummary;
  readonly engine: OwnEngine;
  readonly how: LeaveIntent;
}

/** The exit code and the lines that stay on the terminal. */
export async function describeLeaving({ session, app, plan, engine, how }: Leaving): Promise<CommandResult> {
  const { plans, checkpoints } = await app.storage();
  const tree = await plans.stateAt(plan.root_plan_id);
  const now = await plans.get(plan.root_plan_id);
  const state = tree.plans.get(plan.root_plan_id) as PlanState;
  const pausedBecause = now.state === 'paused' ? await pauseReason(plans, now, tree.seq) : null;
  const outcome = { plan: now, pausedBecause, error: now.error };
  const loss = how.kind === 'detach' ? null : await engine.loss();
  const exitCode = exitCodeFor(how, outcome, engine, loss);
  const error = loss ?? (exitCode === 0 ? null : errorOf(outcome, tree, exitCode));
  const glyphs = await session.glyphs(plan.workspace);
  const runner = await runnerOf(app, now.root_plan_id, engine);
  const summary = {
    plan: now,
    tree,
    outcome,
    checkpoints: await allCheckpoints(checkpoints, plan.root_plan_id),
    durationMs: stepsLasted(state, runner === null ? null : session.clock.now()),
    runner,
    refusal: engine.refusal,
    quiet: false,
  };
  return {
    data: runToJson(now, state),
    exitCode,
    ...(error === null ? {} : { error }),
    show: () => {
      const { paint, print, note } = session.output;
      if (loss) note(`${loss.message}: agents plan execute ${shortId(plan.root_plan_id)}`);
      print(summarizeRun(summary, glyphs, paint));
    },
  };
}

/** From the first start of a step to the last end; until `now` where it goes on. In milliseconds. */
function stepsLasted(plan: PlanState, now: number | null): number {
  const { startedAt, endedAt } = outlineOf(plan);
  const end = now ?? endedAt;
  return startedAt === null || end === null ? 0 : end - startedAt;
}

async function runnerOf(app: App, rootId: PlanId, engine: OwnEngine): Promise<Runner | null> {
  // Its lease may be yet to come.
  if (engine.isAlive && engine.pid !== null) return { pid: engine.pid, ours: true };
  const lease = await (await app.storage()).leases.read(rootId);
  if (lease?.role !== 'runner' || app.processes.liveness(lease.holder) === 'gone') return null;
  return { pid: lease.holder.pid, ours: false };
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
