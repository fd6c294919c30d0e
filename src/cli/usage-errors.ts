import { UsageError } from '../domain/errors.ts';
import { closestWord } from '../domain/closest-word.ts';
import { COMMANDS, nameOf, isGroup, type CommandGroup, type CommandRow } from './command-table.ts';

/** Options that take the word behind them. */
const TAKES_WORD = ['-C', '--workspace', '--set'];

interface Reached {
  /** The words that name a group or a command, each with a blank before it. */
  readonly path: string;
  /** The first word that leads nowhere. */
  readonly unknown: string | null;
  /** What could stand in its place. */
  readonly names: readonly string[];
}

function followWords(args: readonly string[]): Reached {
  let rows: readonly (CommandRow | CommandGroup)[] = COMMANDS;
  let path = '';
  for (const [index, word] of args.entries()) {
    if (word.startsWith('-') || TAKES_WORD.includes(args[index - 1] ?? '')) continue;
    const row = rows.find((candidate) => nameOf(candidate) === word);
    if (!row) return { path, unknown: word, names: rows.map(nameOf) };
    path += ` ${word}`;
    if (!isGroup(row)) break;
    rows = row.rows;
  }
  return { path, unknown: null, names: rows.map(nameOf) };
}

/** yargs' complaint about a command line in our words; `options` are the long names that the command knows. */
export function toUsageError(
  message: string,
  args: readonly string[],
  options: readonly string[],
): UsageError {
  const { path, unknown, names } = followWords(args);
  const nextSteps = [`agents${path} --help`];
  if (unknown !== null) {
    const near = closestWord(unknown, names);
    return new UsageError('unknown_command', `there is no command "agents${path} ${unknown}"`, {
      hint: near === null ? `known here: ${names.join(', ')}` : `did you mean "agents${path} ${near}"?`,
      nextSteps,
    });
  }
  const { code, what, hint } = complain(message, args, options);
  return new UsageError(code, what, { ...(hint === null ? {} : { hint }), nextSteps });
}

interface Complaint {
  readonly code: string;
  readonly what: string;
  readonly hint: string | null;
}

function complain(message: string, args: readonly string[], options: readonly string[]): Complaint {
  const missing = /^Not enough non-option arguments: got (\d+), need at least (\d+)/.exec(message);
  if (missing) {
    const what = `something is missing behind the command: it needs ${missing[2]}, there is ${missing[1]}`;
    return { code: 'missing_argument', what, hint: null };
  }
  const [, bare] = /^Not enough arguments following: (\S+)/.exec(message) ?? [];
  if (bare !== undefined)
    return { code: 'invalid_option', what: `${asTyped(bare)} needs a value`, hint: null };
  const value = /^Invalid values:\s+Argument: (\S+), Given: (.*), Choices: (.*)$/.exec(message);
  if (value) {
    const what = `--${value[1]} does not know ${value[2]}`;
    return { code: 'invalid_option', what, hint: `it can be ${value[3]}` };
  }
  const [, unknown] = /^Unknown arguments?: ([^,]+)/.exec(message) ?? [];
  if (unknown !== undefined) return complainOfUnknown(unknown, args, options);
  return { code: 'invalid_usage', what: message.replaceAll(/\s*\n\s*/g, ' '), hint: null };
}

const asTyped = (option: string): string => (option.length === 1 ? `-${option}` : `--${option}`);

function complainOfUnknown(unknown: string, args: readonly string[], options: readonly string[]): Complaint {
  const typed = args.find((arg) => arg.startsWith('-') && arg.replace(/^-+/, '').split('=')[0] === unknown);
  if (typed === undefined) {
    return { code: 'extra_argument', what: `"${unknown}" is one word too many`, hint: null };
  }
  const near = closestWord(unknown, options);
  const hint = near === null ? null : `did you mean --${near}?`;
  return { code: 'unknown_option', what: `there is no option ${typed.split('=')[0]} here`, hint };
}
