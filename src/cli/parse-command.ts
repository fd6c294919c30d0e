import yargs, { type Argv } from 'yargs';
import { UsageError } from '../domain/errors.ts';
import { closestWord } from './closest-word.ts';
import type { Command } from './command.ts';
import { COMMANDS, isGroup, type CommandGroup, type CommandRow } from './command-table.ts';
import { addGlobalOptions, normalizeArgs, type ParsedArgs } from './global-options.ts';

/** What a command line asks for. */
export type Parsed =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'run'; readonly name: string; readonly command: Command; readonly args: ParsedArgs };

const MAX_HELP_COLUMNS = 100;

/** Reads a command line; loads only the command it names. @throws UsageError */
export async function parseCommand(args: readonly string[], columns: number): Promise<Parsed> {
  let chosen: Parsed | null = null;
  let help = '';
  const words = normalizeArgs(args);
  const parser = addGlobalOptions(yargs(words))
    .scriptName('agents')
    .usage('$0 <command>')
    .locale('en')
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
    .fail((message, error) => {
      throw toUsageError(message || error.message, words);
    });
  addGroup(parser, { name: '', about: '', rows: COMMANDS }, '', (parsed) => {
    chosen = parsed;
  });
  await parser.parseAsync(words, {}, (_error: unknown, _args: unknown, output: string) => {
    help = output;
  });
  return chosen ?? { kind: 'help', text: help };
}

function addGroup(parser: Argv, group: CommandGroup, path: string, choose: (parsed: Parsed) => void): Argv {
  const names = group.rows.map(nameOf);
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
  let command: Command | null = null;
  parser.command(
    row.usage,
    row.about,
    async (inner) => {
      command = await row.load();
      return command.describe(inner.usage(`$0 ${name}${argumentsOf(row)}\n\n${capitalize(row.about)}.`));
    },
    (args) => {
      if (command) choose({ kind: 'run', name, command, args });
    },
  );
}

const nameOf = (row: CommandRow | CommandGroup): string =>
  isGroup(row) ? row.name : (row.usage.split(' ')[0] ?? '');

/** `run <file>` -> ` FILE`: as people read it. */
const argumentsOf = (row: CommandRow): string =>
  row.usage
    .slice(nameOf(row).length)
    .replaceAll(/<(\w+)>|(\[\w+\])/g, (_all, needed?: string, optional?: string) =>
      (needed ?? optional ?? '').toUpperCase(),
    );

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The group that the words of a command line lead to, with the first word that leads nowhere. */
function followWords(args: readonly string[]): {
  readonly path: string;
  readonly unknown: string | null;
  readonly names: readonly string[];
} {
  let rows: readonly (CommandRow | CommandGroup)[] = COMMANDS;
  let path = '';
  for (const word of args) {
    if (word.startsWith('-')) break;
    const row = rows.find((candidate) => nameOf(candidate) === word);
    if (!row) return { path, unknown: word, names: rows.map(nameOf) };
    path += ` ${word}`;
    if (!isGroup(row)) break;
    rows = row.rows;
  }
  return { path, unknown: null, names: rows.map(nameOf) };
}

function toUsageError(message: string, args: readonly string[]): UsageError {
  const { path, unknown, names } = followWords(args);
  const nextSteps = [`agents${path} --help`];
  if (unknown !== null) {
    const near = closestWord(unknown, names);
    return new UsageError('unknown_command', `there is no command "agents${path} ${unknown}"`, {
      hint: near === null ? `known here: ${names.join(', ')}` : `did you mean "agents${path} ${near}"?`,
      nextSteps,
    });
  }
  return new UsageError('invalid_usage', sayPlainly(message), { nextSteps });
}

/** yargs' messages in one line and in our words. */
function sayPlainly(message: string): string {
  const missing = /^Not enough non-option arguments: got \d+, need at least (\d+)/.exec(message);
  if (missing)
    return `something is missing: the command needs ${missing[1]} argument${missing[1] === '1' ? '' : 's'}`;
  return message.replaceAll(/\s*\n\s*/g, ' ');
}
