import yargs, { type Argv } from 'yargs';
import { UsageError } from '../domain/errors.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { Command } from './command.ts';
import { COMMANDS, isGroup, nameOf, type CommandGroup, type CommandRow } from './command-table.ts';
import { addGlobalOptions, normalizeArgs, type ParsedArgs } from './global-options.ts';
import { toUsageError } from './usage-errors.ts';

/** What a command line asks for. */
export type Parsed =
  | { readonly kind: 'help'; readonly text: string }
  | {
      readonly kind: 'run';
      readonly name: string;
      readonly command: Command;
      readonly args: ParsedArgs;
      /** See CommandRow. */
      readonly personal: boolean;
    };

const MAX_HELP_COLUMNS = 100;

/** Reads a command line; loads only the command it names. @throws UsageError */
export async function parseCommand(args: readonly string[], columns: number): Promise<Parsed> {
  let chosen: Parsed | null = null;
  let help = '';
  const words = normalizeArgs(args);
  refuseNul(words);
  const parser: Argv = addGlobalOptions(yargs(words))
    .scriptName('agents')
    .usage('$0 <command>')
    .locale('en')
    .updateStrings({ 'Positionals:': 'Arguments:' })
    .exitProcess(false)
    .strict()
    .showHelpOnFail(false)
    .version(false)
    .help('help')
    .alias('help', 'h')
    .wrap(Math.min(columns, MAX_HELP_COLUMNS))
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .fail((message) => {
      throw toUsageError(message, words, optionNames(parser));
    });
  addGroup(parser, { name: '', about: '', rows: COMMANDS }, '', (parsed) => {
    chosen = parsed;
  });
  const keepHelp = (_error: unknown, _args: unknown, output: string): void => {
    help = output;
  };
  await parser.parseAsync(words, {}, keepHelp).catch((error: unknown) => {
    // What yargs throws past its own failure handler.
    if (error instanceof Error && error.name === 'YError') throw toUsageError(error.message, words, []);
    throw error;
  });
  return chosen ?? { kind: 'help', text: help };
}

/** The system passes none, but the screen's command line could: every name would end there. @throws UsageError */
function refuseNul(words: readonly string[]): void {
  const word = words.find((each) => each.includes('\0'));
  if (word === undefined) return;
  throw new UsageError('invalid_argument', `"${toPrintableLine(word)}" holds a NUL character`, {
    hint: 'no name can have one',
  });
}

function addGroup(parser: Argv, group: CommandGroup, path: string, choose: (parsed: Parsed) => void): Argv {
  const names = group.rows.filter((row) => isGroup(row) || !row.hidden).map(nameOf);
  for (const row of group.rows) {
    const name = `${path}${nameOf(row)}`;
    if (!isGroup(row)) addCommand(parser, row, name, choose);
    else {
      parser.command(row.name, row.about, (inner) =>
        addGroup(inner.usage(`$0 ${name} <command>\n\n${capitalize(row.about)}.`), row, `${name} `, choose),
      );
    }
  }
  return parser.demandCommand(1, `say which: ${names.join(', ')}`);
}

function addCommand(parser: Argv, row: CommandRow, name: string, choose: (parsed: Parsed) => void): void {
  let command: Command;
  parser.command({
    command: row.usage,
    describe: row.hidden ? false : row.about,
    builder: async (inner) => {
      command = await row.load();
      return command.describe(inner.usage(`$0 ${name}${argumentsOf(row)}\n\n${capitalize(row.about)}.`));
    },
    handler: (args) => {
      choose({ kind: 'run', name, command, args, personal: row.personal === true });
    },
  });
}

/** `run <file>` -> ` FILE`: as people read it. */
const argumentsOf = (row: CommandRow): string =>
  row.usage.slice(nameOf(row).length).replaceAll(/[<>]/g, '').toUpperCase();

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The long names of the options that are known where the parser stands; yargs' types leave this out. */
function optionNames(parser: unknown): readonly string[] {
  const { key } = (
    parser as { getOptions(): { readonly key: Readonly<Record<string, unknown>> } }
  ).getOptions();
  return Object.keys(key);
}
