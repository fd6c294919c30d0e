import type { Argv } from 'yargs';
import type { Command } from './command.ts';
import { addGlobalOptions } from './global-options.ts';

/** Something behind a command's name. */
export interface DescribedArgument {
  readonly name: string;
  readonly about: string;
  readonly choices: readonly string[];
}

export interface DescribedOption extends DescribedArgument {
  /** Its one letter. */
  readonly alias: string | null;
  /** False: the option stands alone. */
  readonly takesValue: boolean;
  readonly isRepeatable: boolean;
}

/** A command as it describes itself: enough for completion and documentation. */
export interface CommandDescription {
  readonly arguments: readonly DescribedArgument[];
  readonly options: readonly DescribedOption[];
  readonly examples: readonly { readonly command: string; readonly about: string }[];
  readonly epilogue: string | null;
}

interface Given {
  readonly alias?: string;
  readonly array?: boolean;
  readonly choices?: readonly string[];
  readonly describe?: string;
  readonly hidden?: boolean;
  readonly type?: string;
}

/** Listens to what is said to a parser, without one: yargs is slow to load, and keeps what it knows to itself. */
class Listener {
  readonly arguments: DescribedArgument[] = [];
  readonly options: DescribedOption[] = [];
  readonly examples: { command: string; about: string }[] = [];
  epilogue: string | null = null;

  readonly parser: Argv = new Proxy({} as Argv, {
    get: (_target, method) => (first: string, second: unknown) => {
      this.#hear(String(method), first, second);
      return this.parser;
    },
  });

  #hear(method: string, first: string, second: unknown): void {
    const given = (second ?? {}) as Given;
    const about = given.describe ?? '';
    const choices = given.choices ?? [];
    if (method === 'positional') this.arguments.push({ name: first, about, choices });
    else if (method === 'option' && !given.hidden) {
      // `--json` takes its mode only after `=`, which need not be there.
      const takesValue = given.type !== 'boolean' && first !== 'json';
      const alias = given.alias ?? null;
      this.options.push({
        name: first,
        alias,
        about,
        choices,
        takesValue,
        isRepeatable: given.array === true,
      });
    } else if (method === 'example') this.examples.push({ command: first, about: second as string });
    else if (method === 'epilogue') this.epilogue = first;
  }
}

/** What a command takes besides what every command takes. */
export function describeCommand(command: Command): CommandDescription {
  const listener = new Listener();
  command.describe(listener.parser);
  return listener;
}

/** What can be given to every command. */
export function describeGlobalOptions(): readonly DescribedOption[] {
  const listener = new Listener();
  addGlobalOptions(listener.parser);
  return [
    ...listener.options,
    { name: 'help', alias: 'h', about: 'show help', choices: [], takesValue: false, isRepeatable: false },
  ];
}
