import type { Argv } from 'yargs';
import type { ParsedArgs } from './global-options.ts';
import type { CommandResult, Session } from './session.ts';

/** One command: what it takes and what it does. Each stands in a file of its own, loaded when it is called. */
export interface Command {
  /** Adds arguments, options, description and example. */
  describe(parser: Argv): Argv;
  run(args: ParsedArgs, session: Session): Promise<CommandResult>;
  /** True: `--json=stream` gives its events as they happen. */
  readonly streams?: boolean;
}

/** `PLAN` as every command takes it. */
export function planArgument(parser: Argv): Argv {
  return parser.positional('plan', {
    type: 'string',
    demandOption: true,
    describe: 'an id, a unique beginning or end of one, or "last"',
  });
}

/** `CHECKPOINT` as every command takes it. */
export function checkpointArgument(parser: Argv): Argv {
  return parser.positional('checkpoint', {
    type: 'string',
    demandOption: true,
    describe: 'a number, an id, a label, or "last"',
  });
}
