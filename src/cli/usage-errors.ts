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
  /** The command, once it is reached. */
  readonly command: CommandRow | null;
}

const isShown = (row: CommandRow | CommandGroup): boolean => isGroup(row) || !row.hidden;

function followWords(args: readonly string[]): Reached {
  let rows: readonly (CommandRow | CommandGroup)[] = COMMANDS;
  let path = '';
  const names = (): readonly string[] => rows.filter(isShown).map(nameOf);
  for (const [index, word] of args.entries()) {
    if (word.startsWith('-') || TAKES_WORD.includes(args[index - 1] ?? '')) continue;
    const row = rows.find((candidate) => nameOf(candidate) === word);
    if (!row) return { path, unknown: word, names: names(), command: null };
    path += ` ${word}`;
    if (!isGroup(row)) return { path, unknown: null, names: [], command: row };
    rows = row.rows;
  }
  return { path, unknown: null, names: names(), command: null };
}

/** The words of a command line that name a command or a group: `plan list`; `agents` if there are none. */
export function reachedCommand(args: readonly string[]): string {
  return followWords(args).path.trimStart() || 'agents';
}

/** The command that was meant, with what leads to it: also one of `plan`, whose group was left out. */
function meantCommand(path: string, unknown: string, names: readonly string[]): string | null {
  const plan = COMMANDS.find((row) => nameOf(row) === 'plan');
  const inPlan = path === '' && plan && isGroup(plan) ? plan.rows.filter(isShown).map(nameOf) : [];
  if (inPlan.includes(unknown)) return ` plan ${unknown}`;
  const near = closestWord(unknown, names);
  if (near !== null) return `${path} ${near}`;
  const nearInPlan = closestWord(unknown, inPlan);
  return nearInPlan === null ? null : ` plan ${nearInPlan}`;
}

/** yargs' complaint about a command line in our words; `options` are the long names that the command knows. */
export function toUsageError(
  message: string,
  args: readonly string[],
  options: readonly string[],
): UsageError {
  const { path, unknown, names, command } = followWords(args);
  const nextSteps = [`agents${path} --help`];
  if (unknown !== null) {
    const meant = meantCommand(path, unknown, names);
    return new UsageError('unknown_command', `there is no command "agents${path} ${unknown}"`, {
      hint: meant === null ? `known here: ${names.join(', ')}` : `did you mean "agents${meant}"?`,
      nextSteps,
    });
  }
  const { code, what, hint } = complain(message, args, options, { path, command });
  return new UsageError(code, what, { ...(hint === null ? {} : { hint }), nextSteps });
}

interface Complaint {
  readonly code: string;
  readonly what: string;
  readonly hint: string | null;
}

function complain(
  message: string,
  args: readonly string[],
  options: readonly string[],
  { path, command }: Pick<Reached, 'path' | 'command'>,
): Complaint {
  const [, got] = /^Not enough non-option arguments: got (\d+)/.exec(message) ?? [];
  if (got !== undefined && command) return complainOfMissing(path, command, Number(got));
  const stranger = args.find((arg) => arg.startsWith('--') && !options.includes(nameOfOption(arg)));
  if (command === null && stranger !== undefined)
    return complainOfUnknown(nameOfOption(stranger), args, options);
  const [, bare] = /^Not enough arguments following: (\S+)/.exec(message) ?? [];
  if (bare !== undefined)
    return { code: 'invalid_option', what: `${asTyped(bare)} needs a value`, hint: null };
  const [, required] = /^Missing required argument: (\S+)/.exec(message) ?? [];
  if (required !== undefined)
    return { code: 'missing_argument', what: `${asTyped(required)} is missing`, hint: null };
  const value = /^Invalid values:\s+Argument: (\S+), Given: (.*), Choices: (.*)$/.exec(message);
  if (value) {
    const what = `--${value[1]} does not know ${value[2]}`;
    return { code: 'invalid_option', what, hint: `it can be ${value[3]}` };
  }
  const [, unknown] = /^Unknown arguments?: ([^,]+)/.exec(message) ?? [];
  if (unknown !== undefined) return complainOfUnknown(unknown, args, options);
  return { code: 'invalid_usage', what: message.replaceAll(/\s*\n\s*/g, ' '), hint: null };
}

const nameOfOption = (arg: string): string => arg.replace(/^-+/, '').split('=')[0] as string;

function complainOfMissing(path: string, { usage }: CommandRow, got: number): Complaint {
  const [, ...words] = usage.replaceAll(/[<>]/g, '').toUpperCase().split(' ');
  const missing = words.filter((word) => !word.startsWith('[')).slice(got);
  const what = `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
  return { code: 'missing_argument', what, hint: `it is typed like this: agents${path} ${words.join(' ')}` };
}

const asTyped = (option: string): string => (option.length === 1 ? `-${option}` : `--${option}`);

function complainOfUnknown(unknown: string, args: readonly string[], options: readonly string[]): Complaint {
  const typed = args.find((arg) => arg.startsWith('-') && nameOfOption(arg) === unknown);
  if (typed === undefined) {
    return { code: 'extra_argument', what: `"${unknown}" is one word too many`, hint: null };
  }
  const near = closestWord(unknown, options);
  const hint = near === null ? null : `did you mean --${near}?`;
  return { code: 'unknown_option', what: `there is no option ${typed.split('=')[0]} here`, hint };
}
