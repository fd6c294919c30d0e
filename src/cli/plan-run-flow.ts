import type { App } from '../app/compose.ts';
import type { RunOptions, RunOutcome } from '../app/start-plan.ts';
import { EMPTY_TREE, type PlanState, type TreeState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { EventListener } from '../ports/event-listener.ts';
import { explainThrown } from './error-report.ts';
import { errorOf, exitCodeOf } from './run-ending.ts';
import { runToJson } from './run-shapes.ts';
import { steerBySignals, type RunSignals } from './run-signals.ts';
import { summarizeRun } from './run-summary.ts';
import type { CommandResult, Session } from './session.ts';
import { StreamReporter } from './stream-reporter.ts';
import { TerminalPrompter } from './terminal-prompter.ts';
import { TextReporter } from './text-reporter.ts';

/** What a start can be told beside the plan. */
export type StartChoices = Pick<RunOptions, 'inputs' | 'rerun' | 'skip' | 'takeOver'>;

/** Runs a stored plan to its end or rest, reports as it goes, and says how it ended. */
export async function runPlan(
  session: Session,
  plan: PlanSummary,
  choices: StartChoices,
): Promise<CommandResult> {
  const { plans } = await (await session.app()).storage();
  const tree = await plans.stateAt(plan.root_plan_id);
  // A plan that never ran is told from its creation on.
  const history = plan.phase === 'strategize' ? await plans.events(plan.root_plan_id, 0, tree.seq) : [];
  const reporter = await createReporter(session, plan, history.length > 0 ? EMPTY_TREE : tree);
  const listeners =
    session.options.json === 'stream' ? [reporter, new StreamReporter(session.output)] : [reporter];
  for (const event of history) for (const listener of listeners) listener.onEvent(event);
  try {
    return await startAndFollow({ session, plan, choices, reporter, listeners });
  } catch (thrown) {
    // The plan exists whatever went wrong: a program still gets to know where it stands.
    const error = explainThrown(thrown);
    const state = reporter.tree.plans.get(plan.root_plan_id) as PlanState;
    return { data: runToJson(plan, state), exitCode: error.exitCode, error };
  }
}

interface Start {
  readonly session: Session;
  readonly plan: PlanSummary;
  readonly choices: StartChoices;
  readonly reporter: TextReporter;
  readonly listeners: readonly EventListener[];
}

async function startAndFollow(start: Start): Promise<CommandResult> {
  const { session, plan, choices, reporter, listeners } = start;
  const app = await session.app();
  const started = session.clock.now();
  const handle = await app.startPlan(plan.root_plan_id, {
    ...choices,
    listeners,
    prompter: prompterFor(session),
    // Whoever pauses from another terminal can resume from there; `plan stop` ends the process.
    stayWhenPaused: true,
  });
  const signals = steerBySignals(session, handle);
  try {
    const outcome = await handle.outcome;
    const durationMs = session.clock.now() - started;
    return await describeOutcome({ session, app, outcome, signals, reporter, durationMs });
  } finally {
    signals.off();
  }
}

async function createReporter(session: Session, plan: PlanSummary, tree: TreeState): Promise<TextReporter> {
  const { options, output, clock } = session;
  const quiet = options.quiet || options.json !== 'none';
  const glyphs = await session.glyphs(plan.workspace);
  return new TextReporter({ output, clock, glyphs, tree, verbose: options.verbose, quiet });
}

/** null where nobody can be asked. */
function prompterFor({ io, options, output }: Session): TerminalPrompter | null {
  const isTerminal = io.stdin.isTTY === true && io.stderr.isTTY;
  return isTerminal && options.input ? new TerminalPrompter(io, output.notePaint) : null;
}

interface Ended {
  readonly session: Session;
  readonly app: App;
  readonly outcome: RunOutcome;
  readonly signals: RunSignals;
  readonly reporter: TextReporter;
  readonly durationMs: number;
}

async function describeOutcome(ended: Ended): Promise<CommandResult> {
  const { session, app, outcome, signals, reporter, durationMs } = ended;
  const { plan, state } = outcome;
  const { checkpoints } = await app.storage();
  const { items } = await checkpoints.list({ planId: plan.plan_id, tree: true });
  const glyphs = await session.glyphs(plan.workspace);
  const exitCode = signals.exitCode() ?? exitCodeOf(outcome);
  const error = errorOf(outcome, exitCode);
  return {
    data: runToJson(plan, state),
    exitCode,
    ...(error === null ? {} : { error }),
    show: () => {
      const { paint, print } = session.output;
      const { quiet } = session.options;
      print(
        summarizeRun(
          { plan, tree: reporter.tree, outcome, checkpoints: items, durationMs, quiet },
          glyphs,
          paint,
        ),
      );
    },
  };
}
