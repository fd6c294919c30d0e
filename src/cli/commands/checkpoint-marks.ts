import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { CheckpointStore } from '../../ports/checkpoint-store.ts';
import { checkpointLine, checkpointToJson } from '../checkpoint-views.ts';
import { checkpointArgument, type Command, planArgument } from '../command.ts';
import { optionalText, text, type ParsedArgs } from '../global-options.ts';
import { checkedLabel } from './checkpoint-create.ts';

type Mark = (store: CheckpointStore, checkpoint: Checkpoint, args: ParsedArgs) => Promise<Checkpoint>;

/** A command that changes what may change of a checkpoint, and shows it afterwards. */
function markCommand(example: readonly [command: string, about: string], mark: Mark): Command {
  return {
    describe: (parser) =>
      checkpointArgument(planArgument(parser)).example(`$0 plan checkpoint ${example[0]}`, example[1]),
    run: async (args, session) => {
      const plan = await session.plan(text(args, 'plan'));
      const { checkpoints } = await (await session.app()).storage();
      const found = await checkpoints.resolve(plan.plan_id, text(args, 'checkpoint'));
      const checkpoint = await mark(checkpoints, found, args);
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

export const checkpointPin = markCommand(['pin last 12', 'keep it'], (store, { id }) =>
  store.setPinned(id, true),
);

export const checkpointUnpin = markCommand(['unpin last 12', 'let it go'], (store, { id }) =>
  store.setPinned(id, false),
);

const label = markCommand(['label last 12 good', 'then "good" names it'], (store, { id }, args) =>
  store.setLabel(id, checkedLabel(optionalText(args, 'text'))),
);

export const checkpointLabel: Command = {
  ...label,
  describe: (parser) =>
    label
      .describe(parser)
      .positional('text', { type: 'string', describe: 'the name; absent: take the name away' }),
};
