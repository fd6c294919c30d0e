import type { Argv } from 'yargs';
import { planArgument } from './command.ts';
import { isOn, text, texts, type ParsedArgs } from './global-options.ts';
import { parseKeyValues } from './option-values.ts';
import type { StartChoices } from './plan-run-flow.ts';
import { startRun } from './start-run.ts';
import type { CommandResult, Session } from './session.ts';

/** PLAN, and what can be said to a plan that is to go on. */
export function describeGoingOn(parser: Argv): Argv {
  return planArgument(parser)
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
    .option('take-over', { type: 'boolean', describe: 'end the process that runs it now, and go on here' });
}

/** Lets a plan go on as the arguments say. */
export async function goOn(
  args: ParsedArgs,
  session: Session,
  how: Pick<StartChoices, 'retry'> = {},
): Promise<CommandResult> {
  return startRun(session, await session.plan(text(args, 'plan')), {
    inputs: parseKeyValues(texts(args, 'input'), '--input'),
    rerun: texts(args, 'rerun'),
    skip: texts(args, 'skip'),
    takeOver: isOn(args, 'take-over'),
    ...how,
  });
}
