import type { Json } from '../../domain/json.ts';
import type { PlanEvent } from '../../domain/plan-event.ts';
import type { PlanSummary } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { Glyphs } from '../../tui/words/glyphs.ts';
import { allCheckpoints } from '../all-checkpoints.ts';
import { allEvents } from '../all-events.ts';
import { type Command, planArgument } from '../command.ts';
import { text } from '../global-options.ts';
import type { Paint } from '../paint.ts';
import { troublesOf, type Trouble, type TroubleSources } from '../plan-troubles.ts';
import type { Session } from '../session.ts';

export const planErrors: Command = {
  describe: (parser) =>
    planArgument(parser).example('$0 plan errors last', 'each thing that failed, and what to type next'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const troubles = troublesOf(await readSources(session, plan));
    const glyphs = await session.glyphs(plan.workspace);
    return {
      data: { plan_id: plan.plan_id, errors: troubles as unknown as Json },
      show: () => {
        const { paint, print, note } = session.output;
        if (troubles.length === 0) note('nothing has failed');
        else print(troubles.map((trouble) => troubleText(trouble, glyphs, paint)).join('\n'));
      },
    };
  },
};

async function readSources(session: Session, plan: PlanSummary): Promise<TroubleSources> {
  const { plans, checkpoints } = await (await session.app()).storage();
  const tree = await plans.stateAt(plan.root_plan_id);
  const failedCheckpoints: Extract<PlanEvent, { type: 'checkpoint.failed' }>[] = [];
  for await (const event of allEvents(plans, plan.root_plan_id, tree.seq)) {
    if (event.type === 'checkpoint.failed') failedCheckpoints.push(event);
  }
  return {
    tree,
    planId: plan.plan_id,
    rootId: plan.root_plan_id,
    checkpoints: await allCheckpoints(checkpoints, plan.root_plan_id),
    failedCheckpoints,
  };
}

/** What failed and why, where it came from, and what to type next. */
function troubleText(trouble: Trouble, glyphs: Glyphs, paint: Paint): string {
  const { path, step_id, kind, what, error, next_steps } = trouble;
  const around = kind === 'call' || kind === 'subplan' ? [...path, step_id as string] : path;
  const name = toPrintableLine([...around, what].join(` ${glyphs.within} `));
  const head = paint('bad', `${glyphs.step.failed} ${name}`);
  return [
    `${head}: ${toPrintableLine(error.message)}`,
    ...(error.hint === null ? [] : [`    ${toPrintableLine(error.hint)}`]),
    ...(next_steps.length === 0
      ? []
      : [`    ${paint('dim', 'next:')} ${toPrintableLine(next_steps.join('   or: '))}`]),
  ].join('\n');
}
