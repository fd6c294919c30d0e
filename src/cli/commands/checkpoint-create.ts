import { checkpointLine, checkpointToJson } from '../checkpoint-views.ts';
import { findLabelFault } from '../../domain/ids.ts';
import { UsageError } from '../../domain/errors.ts';
import { type Command, planArgument } from '../command.ts';
import { optionalText, text } from '../global-options.ts';
import { parseTimeout } from '../option-values.ts';
import { untilSignal } from './plan-control.ts';

export const checkpointCreate: Command = {
  describe: (parser) =>
    planArgument(parser)
      .option('label', { type: 'string', requiresArg: true, describe: 'a name to find it by' })
      .option('timeout', {
        type: 'string',
        requiresArg: true,
        describe: 'wait at most this long for a write to end: 30s, 5m (default: no limit)',
      })
      .epilogue('While a step writes, the checkpoint waits for its end; Ctrl-C takes the wish back.')
      .example('$0 plan checkpoint create last --label before-lunch', 'take one and name it'),
  run: async (args, session) => {
    const label = checkedLabel(optionalText(args, 'label'));
    const timeoutMs = parseTimeout(optionalText(args, 'timeout'));
    const plan = await session.plan(text(args, 'plan'));
    const control = await (await session.app()).control();
    const checkpoint = await untilSignal(
      session,
      (ask) => control.checkpoint(plan.plan_id, label, ask),
      timeoutMs,
    );
    const glyphs = await session.glyphs(plan.workspace);
    return {
      data: { checkpoint: checkpointToJson(checkpoint) },
      show: () => session.output.print(checkpointLine(checkpoint, glyphs, session.output.paint)),
    };
  },
};

/** @throws UsageError if a text cannot be a label */
export function checkedLabel(label: string | undefined): string | null {
  if (label === undefined) return null;
  const fault = findLabelFault(label);
  if (fault === null) return label;
  throw new UsageError('invalid_label', `"${label}" cannot be a label`, { hint: fault });
}
