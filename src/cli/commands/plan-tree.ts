import { List } from 'immutable';
import type { Json } from '../../domain/json.ts';
import type { PlanSummary } from '../../domain/plan.ts';
import type { PlanStore } from '../../ports/plan-store.ts';
import { treeRowLine } from '../../tui/rows/tree-row-line.ts';
import { treeRows } from '../../tui/rows/tree-rows.ts';
import { treeNodes, type TreeNode } from '../../tui/rows/tree-nodes.ts';
import type { PhaseSpan, PlanView } from '../../tui/store/plan-view.ts';
import { GrowingTimeline } from '../../tui/store/growing-timeline.ts';
import { NO_SETTINGS } from '../../tui/store/plan-settings.ts';
import { NO_HISTORY } from '../../tui/store/node-history.ts';
import { NONE_TOLERATED, withTolerated } from '../../tui/store/tolerated-steps.ts';
import { followPhases } from '../../tui/store/phase-spans.ts';
import { allCheckpoints } from '../all-checkpoints.ts';
import { allEvents } from '../all-events.ts';
import { type Command, planArgument } from '../command.ts';
import { isOn, text } from '../global-options.ts';
import type { Session } from '../session.ts';

/** Where the reader's width isn't known: a pipe, a file. */
const PLAIN_COLUMNS = 120;

export const planTree: Command = {
  describe: (parser) =>
    planArgument(parser)
      .option('all', {
        alias: 'a',
        type: 'boolean',
        describe: 'open what is folded: subplans that went well',
      })
      .example('$0 plan tree last --all', 'every step of every subplan'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const view = await viewOf(session, plan);
    const nodes = treeNodes(view);
    return {
      data: { plan_id: plan.plan_id, name: plan.name, nodes: nodes.map((node) => nodeToJson(node)) },
      show: await showTree(session, plan, view, isOn(args, 'all') ? everyId(nodes) : []),
    };
  },
};

async function showTree(
  session: Session,
  plan: PlanSummary,
  view: PlanView,
  opened: readonly string[],
): Promise<() => void> {
  const glyphs = await session.glyphs(plan.workspace);
  const { stdout } = session.io;
  const width = stdout.isTTY ? stdout.columns : PLAIN_COLUMNS;
  const folds = new Map(opened.map((id) => [id, true]));
  const options = { folds, filter: '', keepOpen: null, glyphs, now: session.clock.now() };
  return () => {
    const { paint, print } = session.output;
    for (const row of treeRows(view, options)) {
      // The first one marks the selected row, and here is none.
      const [, ...spans] = treeRowLine(row, { width: width + 1, glyphs, selected: false });
      // Blanks at the end are only there to fill a screen.
      const end = spans.findLastIndex((span) => span.text.trim() !== '');
      const shown = spans.slice(0, end + 1).map(({ tone, text: words }, index) => {
        return paint(tone, index === end ? words.trimEnd() : words);
      });
      print(shown.join(''));
    }
  };
}

/** The plan as the screen has it, at this moment. */
async function viewOf(session: Session, plan: PlanSummary): Promise<PlanView> {
  const { plans, checkpoints } = await (await session.app()).storage();
  const tree = await plans.stateAt(plan.root_plan_id);
  const timeline = new GrowingTimeline();
  for (const checkpoint of await allCheckpoints(checkpoints, plan.plan_id)) timeline.add(checkpoint);
  const { phases, tolerated } = await readHistory(plans, plan, tree.seq, timeline);
  return {
    rootId: plan.plan_id,
    name: plan.name,
    workspace: plan.workspace,
    goal: plan.goal,
    tree,
    checkpoints: timeline.value(),
    log: List(),
    phases,
    tolerated,
    history: NO_HISTORY,
    settings: NO_SETTINGS,
    outputs: new Map(),
    waiting: [],
    runner: { kind: 'nobody' },
    caughtUp: true,
    fault: null,
  };
}

/** The phases of a plan, and what its steps may do; what was rolled back goes into the timeline. */
async function readHistory(
  plans: PlanStore,
  plan: PlanSummary,
  lastSeq: number,
  timeline: GrowingTimeline,
): Promise<Pick<PlanView, 'phases' | 'tolerated'>> {
  let phases: readonly PhaseSpan[] = [];
  let tolerated = NONE_TOLERATED;
  for await (const event of allEvents(plans, plan.root_plan_id, lastSeq)) {
    timeline.take(event);
    tolerated = withTolerated(tolerated, event);
    if (event.plan_id === plan.plan_id) phases = followPhases(phases, event);
  }
  return { phases, tolerated };
}

function everyId(nodes: readonly TreeNode[]): readonly string[] {
  return nodes.flatMap((node) => [node.id, ...everyId(node.children)]);
}

function nodeToJson({ ref, subject, children }: TreeNode): Json {
  const below = children.map((child) => nodeToJson(child));
  if (subject.kind === 'phase' && ref.kind === 'phase') {
    return { kind: 'phase', phase: ref.phase, state: subject.state, children: below };
  }
  if (subject.kind === 'step') {
    const { decision } = subject;
    const asked = decision && { id: decision.id, question: decision.question, chosen: decision.chosen };
    return { kind: 'step', step: subject.step as unknown as Json, decision: asked, children: below };
  }
  return {
    kind: 'subplan',
    subplan: (subject as { subplan: unknown }).subplan as Json,
    children: below,
  };
}
