import type { Command } from './command.ts';

/** A row of the table of commands: enough for help and completion, without loading the command. */
export interface CommandRow {
  /** Name and arguments in yargs' notation: `run <file>`. */
  readonly usage: string;
  readonly about: string;
  readonly load: () => Promise<Command>;
  /** For programs of ours, not for people: not in any help. */
  readonly hidden?: true;
  /** Not for steps of plans, see refuseInsideStep. */
  readonly personal?: true;
}

export interface CommandGroup {
  readonly name: string;
  readonly about: string;
  readonly rows: readonly (CommandRow | CommandGroup)[];
}
