import { type Command, planArgument } from '../command.ts';
import { isOn, text, texts } from '../global-options.ts';
import { parseKeyValues } from '../option-values.ts';
import { startRun } from '../start-run.ts';

export const planExecute: Command = {
  streams: true,
  describe: (parser) =>
    planArgument(parser)
      .option('input', {
        alias: 'i',
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'a secret input again, for it is never stored: NAME=VALUE',
      })
      .option('rerun', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'run this step again, whose write was cut off',
      })
      .option('skip', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: 'leave this step, whose write was cut off, as it is',
      })
      .option('take-over', { type: 'boolean', describe: 'end the process that runs it now, and go on here' })
      .example('$0 plan execute last', 'the newest plan of this folder'),
  run: async (args, session) =>
    startRun(session, await session.plan(text(args, 'plan')), {
      inputs: parseKeyValues(texts(args, 'input'), '--input'),
      rerun: texts(args, 'rerun'),
      skip: texts(args, 'skip'),
      takeOver: isOn(args, 'take-over'),
    }),
};
