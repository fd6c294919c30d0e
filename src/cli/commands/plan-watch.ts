import { isFinal } from '../../domain/event-handlers.ts';
import { shortId } from '../../domain/ids.ts';
import { FIRST_SEQ } from '../../domain/plan-event.ts';
import type { PlanState } from '../../domain/plan-state.ts';
import type { PlanSummary } from '../../domain/plan.ts';
import { type Command, planArgument } from '../command.ts';
import { followPlan } from '../follow-plan.ts';
import { text } from '../global-options.ts';
import { isRunByNobody } from '../run-by-nobody.ts';
import { runToJson } from '../run-shapes.ts';
import { createReporter, standingIn } from '../reporters.ts';
import type { CommandResult, Session } from '../session.ts';
import { showOnScreen } from '../start-run.ts';
import { StreamReporter } from '../stream-reporter.ts';
import { uiModeFor } from '../ui-mode.ts';

export const planWatch: Command = {
  streams: true,
  describe: (parser) =>
    planArgument(parser)
      .epilogue('Ctrl-C only ends the watching: the plan goes on.')
      .example('$0 plan watch last', 'the newest plan of this folder'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    return (await showOnScreen(session, plan, null)) ?? (await tellPlan(session, plan));
  },
};

/** Tells of a plan as it goes on, without a screen. */
async function tellPlan(session: Session, named: PlanSummary): Promise<CommandResult> {
  const { options, output } = session;
  const { plans } = await (await session.app()).storage();
  const mode = await uiModeFor(session, named.workspace);
  const within = named.plan_id;
  const tree = await plans.stateAt(named.root_plan_id, FIRST_SEQ);
  const reporter = await createReporter(session, named, { mode, tree, within });
  const stream = new StreamReporter(output);
  const signalCode = await followPlan(session, named, {
    follow: true,
    onEvent: (event) => {
      reporter.onEvent(event);
      if (options.json === 'stream' && reporter.covers(event)) stream.onEvent(event);
    },
    onCaughtUp: () => noteIfNobodyRuns(session, named),
  });
  const plan = await plans.get(named.plan_id);
  const state = reporter.tree.plans.get(plan.plan_id) as PlanState;
  const failed = plan.state === 'errored' || plan.state === 'cancelled';
  const glyphs = await session.glyphs(named.workspace);
  return {
    data: runToJson(plan, state),
    exitCode: signalCode ?? (failed ? 1 : 0),
    show: () => {
      if (signalCode !== null) output.note('no longer watching; the plan is not touched by that');
      else output.print(standingIn(mode, plan, glyphs, output.paint));
    },
  };
}

/** A plan that rests would be watched for ever without a word. */
async function noteIfNobodyRuns(session: Session, plan: PlanSummary): Promise<void> {
  if (!(await isRunByNobody(session, plan))) return;
  const { plans } = await (await session.app()).storage();
  if (isFinal((await plans.get(plan.root_plan_id)).state)) return;
  session.output.note(`nobody runs it now: agents plan execute ${shortId(plan.root_plan_id)}`);
}
