import { TRIGGERS, type Trigger } from '../../domain/checkpoint.ts';
import { checkpointTable, checkpointToJson } from '../checkpoint-views.ts';
import { type Command, planArgument } from '../command.ts';
import { isOn, optionalText, text, texts } from '../global-options.ts';
import { parseChoice, parseLimit } from '../option-values.ts';
import type { CheckpointFilter } from '../../ports/checkpoint-store.ts';

export const checkpointList: Command = {
  describe: (parser) =>
    planArgument(parser)
      .option('trigger', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: `only those made by this trigger: ${TRIGGERS.join(', ')}`,
      })
      .option('tree', { type: 'boolean', describe: 'those of its subplans too' })
      .option('newest', { type: 'boolean', describe: 'the newest first' })
      .option('limit', { type: 'string', requiresArg: true, describe: 'at most this many (default 1000)' })
      .option('cursor', { type: 'string', requiresArg: true, describe: 'go on after the page before' })
      .example('$0 plan checkpoint list last --tree --trigger on_error', 'what failed, and where'),
  run: async (args, session) => {
    const triggers = texts(args, 'trigger').map(
      (word) => parseChoice(word, TRIGGERS, '--trigger') as Trigger,
    );
    const limit = parseLimit(optionalText(args, 'limit'));
    const cursor = optionalText(args, 'cursor');
    const plan = await session.plan(text(args, 'plan'));
    const { plans, checkpoints } = await (await session.app()).storage();
    const tree = isOn(args, 'tree');
    const filter: CheckpointFilter = {
      planId: plan.plan_id,
      tree,
      ...(triggers.length === 0 ? {} : { triggers }),
      newestFirst: isOn(args, 'newest'),
      ...(limit === undefined ? {} : { limit }),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const { items, nextCursor } = await checkpoints.list(filter);
    const names = tree
      ? new Map((await plans.tree(plan.root_plan_id)).map(({ plan_id, name }) => [plan_id, name]))
      : null;
    const glyphs = await session.glyphs(plan.workspace);
    return {
      data: { plan_id: plan.plan_id, checkpoints: items.map(checkpointToJson), next_cursor: nextCursor },
      show: () => {
        const { output, clock } = session;
        const look = { glyphs, paint: output.paint, now: clock.now() };
        if (items.length > 0) output.print(checkpointTable(items, look, names));
        else output.note(triggers.length === 0 ? 'no checkpoints yet' : 'no checkpoint fits');
        if (nextCursor !== null) output.note(`more: add --cursor ${nextCursor}`);
      },
    };
  },
};
