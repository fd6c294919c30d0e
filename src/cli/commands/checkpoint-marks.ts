import type { CheckpointMark } from '../../domain/checkpoint.ts';
import { checkpointLine, checkpointToJson } from '../checkpoint-views.ts';
import { checkpointArgument, type Command, planArgument } from '../command.ts';
import { optionalText, text, type ParsedArgs } from '../global-options.ts';
import { checkedLabel } from './checkpoint-create.ts';
import { untilSignal } from './plan-control.ts';

type MarkOf = (args: ParsedArgs) => CheckpointMark;

/** A command that changes what may change of a checkpoint, whoever runs its plan, and shows it afterwards. */
function markCommand(example: readonly [command: string, about: string], markOf: MarkOf): Command {
  return {
    describe: (parser) =>
      checkpointArgument(planArgument(parser)).example(`$0 plan checkpoint ${example[0]}`, example[1]),
    run: async (args, session) => {
      const mark = markOf(args);
      const plan = await session.plan(text(args, 'plan'));
      const app = await session.app();
      const { checkpoints } = await app.storage();
      const { id } = await checkpoints.resolve(plan.plan_id, text(args, 'checkpoint'));
      const control = await app.control();
      const checkpoint = await untilSignal(session, (ask) => control.mark(plan.plan_id, id, mark, ask));
      const glyphs = await session.glyphs(plan.workspace);
      return {
        data: { checkpoint: checkpointToJson(checkpoint) },
        show: () => {
          const line = checkpointLine(checkpoint, glyphs, session.output.paint);
          session.output.print(checkpoint.pinned ? `${line}  pinned` : line);
        },
      };
    },
  };
}

export const checkpointPin = markCommand(['pin last 12', 'keep it'], () => ({ pinned: true }));

export const checkpointUnpin = markCommand(['unpin last 12', 'let it go'], () => ({ pinned: false }));

const label = markCommand(['label last 12 good', 'then "good" names it'], (args) => ({
  label: checkedLabel(optionalText(args, 'text')),
}));

export const checkpointLabel: Command = {
  ...label,
  describe: (parser) =>
    label
      .describe(parser)
      .positional('text', { type: 'string', describe: 'the name; absent: take the name away' }),
};
