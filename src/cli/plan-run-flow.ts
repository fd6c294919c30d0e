import type { App } from '../app/compose.ts';
import type { RunHandle, RunOptions, RunOutcome } from '../app/run-options.ts';
import { FIRST_SEQ } from '../domain/plan-event.ts';
import type { PlanState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { EventListener } from '../ports/event-listener.ts';
import type { Prompter } from '../ports/prompter.ts';
import { allCheckpoints } from './all-checkpoints.ts';
import { explainThrown } from './error-report.ts';
import { errorOf, exitCodeOf } from './run-ending.ts';
import { createPrompter, createReporter, summaryIn } from './reporters.ts';
import { runToJson } from './run-shapes.ts';
import { steerBySignals, type RunSignals } from './run-signals.ts';
import type { CommandResult, Session } from './session.ts';
import { StreamReporter } from './stream-reporter.ts';
import type { PlanReporter } from './told-plan.ts';
import { uiModeFor, type UiMode } from './ui-mode.ts';

/** What a start can be told beside the plan. */
export type StartChoices = Pick<RunOptions, 'inputs' | 'rerun' | 'skip' | 'takeOver' | 'retry'>;

/** How a run is tied to its surroundings, where that isn't the terminal. */
export interface RunPlace {
  readonly prompter: Prompter | null;
  /** Hears what is committed, beside the reporters. */
  readonly listener: EventListener;
  readonly onStarted: (handle: RunHandle) => void;
}

/** Runs a stored plan to its end or rest, reports as it goes, and says how it ended. */
export async function runPlan(
  session: Session,
  plan: PlanSummary,
  choices: StartChoices,
  place: RunPlace | null = null,
): Promise<CommandResult> {
  const { plans } = await (await session.app()).storage();
  const tree = await plans.stateAt(plan.root_plan_id);
  // A plan that never ran is told from its creation on.
  const history = plan.phase === 'strategize' ? await plans.events(plan.root_plan_id, 0, tree.seq) : [];
  const mode = await uiModeFor(session, plan.workspace);
  const before = history.length > 0 ? await plans.stateAt(plan.root_plan_id, FIRST_SEQ) : tree;
  const takesDefaults = place === null && createPrompter(session, mode) === null;
  const reporter = await createReporter(session, plan, { mode, tree: before, takesDefaults });
  const reporters =
    session.options.json === 'stream' ? [reporter, new StreamReporter(session.output)] : [reporter];
  for (const event of history) for (const listener of reporters) listener.onEvent(event);
  try {
    const listeners = place ? [...reporters, place.listener] : reporters;
    return await startAndFollow({ session, plan, choices, place, mode, reporter, listeners });
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
  readonly place: RunPlace | null;
  readonly mode: UiMode;
  readonly reporter: PlanReporter;
  readonly listeners: readonly EventListener[];
}

async function startAndFollow(start: Start): Promise<CommandResult> {
  const { session, plan, choices, place, mode, reporter, listeners } = start;
  const app = await session.app();
  const started = session.clock.elapsed();
  const handle = await app.startPlan(plan.root_plan_id, {
    inputs: choices.inputs,
    rerun: choices.rerun,
    skip: choices.skip,
    takeOver: choices.takeOver,
    retry: choices.retry ?? false,
    listeners,
    prompter: place ? place.prompter : createPrompter(session, mode),
    // Whoever pauses from another terminal can resume from there; `plan stop` ends the process.
    stayWhenPaused: true,
    ...(place ? {} : { aside: session.output }),
  });
  place?.onStarted(handle);
  const signals = steerBySignals(session, handle);
  try {
    const outcome = await handle.outcome;
    const durationMs = session.clock.elapsed() - started;
    return await describeOutcome({ session, app, outcome, signals, mode, reporter, durationMs });
  } finally {
    signals.off();
  }
}

interface Ended {
  readonly session: Session;
  readonly app: App;
  readonly outcome: RunOutcome;
  readonly signals: RunSignals;
  readonly mode: UiMode;
  readonly reporter: PlanReporter;
  readonly durationMs: number;
}

async function describeOutcome(ended: Ended): Promise<CommandResult> {
  const { session, app, outcome, signals, mode, reporter, durationMs } = ended;
  const { plan, state } = outcome;
  const { checkpoints } = await app.storage();
  const items = await allCheckpoints(checkpoints, plan.plan_id);
  const glyphs = await session.glyphs(plan.workspace);
  const exitCode = signals.exitCode() ?? exitCodeOf(outcome);
  const error = errorOf(outcome, reporter.tree, exitCode);
  return {
    data: runToJson(plan, state),
    exitCode,
    ...(error === null ? {} : { error }),
    show: () => {
      const { paint, print } = session.output;
      const { quiet } = session.options;
      print(
        summaryIn(
          mode,
          { plan, tree: reporter.tree, outcome, checkpoints: items, durationMs, quiet },
          glyphs,
          paint,
        ),
      );
    },
  };
}
