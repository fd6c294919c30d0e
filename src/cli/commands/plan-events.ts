import type { Json } from '../../domain/json.ts';
import { FIRST_SEQ } from '../../domain/plan-event.ts';
import { type Command, planArgument } from '../command.ts';
import { followPlan } from '../follow-plan.ts';
import { isOn, text } from '../global-options.ts';
import { eventToJson, StreamReporter } from '../stream-reporter.ts';
import { TextReporter } from '../text-reporter.ts';

export const planEvents: Command = {
  streams: true,
  describe: (parser) =>
    planArgument(parser)
      .option('follow', { alias: 'f', type: 'boolean', describe: 'go on until the plan has ended' })
      .example('$0 plan events last --follow --json=stream', 'for programs, as it happens'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const { options, output, clock } = session;
    const glyphs = await session.glyphs(plan.workspace);
    const quiet = options.json !== 'none';
    const within = plan.plan_id;
    const { plans } = await (await session.app()).storage();
    const reporter = new TextReporter({
      output,
      clock,
      glyphs,
      tree: await plans.stateAt(plan.root_plan_id, FIRST_SEQ),
      verbose: true,
      quiet,
      within,
    });
    const stream = new StreamReporter(output);
    const collected: Json[] = [];
    const signalCode = await followPlan(session, plan, {
      follow: isOn(args, 'follow'),
      onEvent: (event) => {
        reporter.onEvent(event);
        if (!reporter.covers(event)) return;
        if (options.json === 'stream') stream.onEvent(event);
        if (options.json === 'envelope') collected.push(eventToJson(event));
      },
    });
    return {
      data: {
        plan_id: plan.plan_id,
        seq: reporter.tree.seq,
        ...(options.json === 'stream' ? {} : { events: collected }),
      },
      exitCode: signalCode ?? 0,
    };
  },
};
