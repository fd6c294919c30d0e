import type { Argv } from 'yargs';
import { UsageError } from '../domain/errors.ts';
import { parseKeyValues } from './option-values.ts';

export type JsonMode = 'none' | 'envelope' | 'stream';

/** What can be given to every command. */
export interface GlobalOptions {
  readonly json: JsonMode;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly noColor: boolean;
  /** False: nobody may be asked. */
  readonly input: boolean;
  /** False: lines of text, also where the screen could open. */
  readonly tui: boolean;
  /** Sentences for screen readers. */
  readonly accessible: boolean;
  /** `-C DIR` as typed. */
  readonly workspace: string | undefined;
  /** `--set KEY=VALUE`. */
  readonly set: Readonly<Record<string, string>>;
}

/** Parsed arguments of a command, by the long name of each option. */
export type ParsedArgs = Readonly<Record<string, unknown>>;

const GROUP = 'For every command:';

export function addGlobalOptions(parser: Argv): Argv {
  return parser
    .option('workspace', {
      alias: 'C',
      type: 'string',
      requiresArg: true,
      group: GROUP,
      describe: 'the folder to work in (default: the current one)',
    })
    .option('set', {
      type: 'string',
      array: true,
      requiresArg: true,
      group: GROUP,
      describe: 'override a setting for this command: KEY=VALUE',
    })
    .option('json', {
      type: 'string',
      choices: ['envelope', 'stream'],
      group: GROUP,
      describe: 'one JSON answer; --json=stream: events as they happen, the answer last',
    })
    .option('quiet', { alias: 'q', type: 'boolean', group: GROUP, describe: 'only the result and errors' })
    .option('verbose', { type: 'boolean', group: GROUP, describe: 'more lines, and stack traces of errors' })
    .option('no-color', { type: 'boolean', group: GROUP, describe: 'no colours (also: NO_COLOR=1)' })
    .option('no-input', {
      type: 'boolean',
      group: GROUP,
      describe: 'never ask; a question takes its default',
    })
    .option('no-tui', { type: 'boolean', group: GROUP, describe: 'lines of text instead of the screen' })
    .option('accessible', {
      type: 'boolean',
      group: GROUP,
      describe: 'sentences for screen readers (also: ACCESSIBLE=1)',
    });
}

/** `--json` takes its mode only after `=`, so that the word behind it stays an argument. */
export function normalizeArgs(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, index) => (arg === '--json' && (end < 0 || index < end) ? '--json=envelope' : arg));
}

/** How errors are to be shown when the command line itself could not be read. */
export function guessGlobalOptions(args: readonly string[]): GlobalOptions {
  const given = (name: string): boolean => args.includes(name);
  const json = args.find((arg) => arg.startsWith('--json=')) === undefined ? 'none' : 'envelope';
  return {
    json,
    quiet: false,
    verbose: given('--verbose'),
    noColor: given('--no-color'),
    input: false,
    tui: false,
    accessible: given('--accessible'),
    workspace: undefined,
    set: {},
  };
}

/** @throws UsageError */
export function readGlobalOptions(args: ParsedArgs): GlobalOptions {
  const json = optionalText(args, 'json');
  return {
    json: json === 'stream' || json === 'envelope' ? json : 'none',
    quiet: isOn(args, 'quiet'),
    verbose: isOn(args, 'verbose'),
    noColor: isOn(args, 'no-color'),
    input: !isOn(args, 'no-input'),
    tui: !isOn(args, 'no-tui'),
    accessible: isOn(args, 'accessible'),
    workspace: optionalText(args, 'workspace'),
    set: parseKeyValues(texts(args, 'set'), '--set'),
  };
}

export function isOn(args: ParsedArgs, name: string): boolean {
  return args[name] === true;
}

/** A required positional or option. */
export function text(args: ParsedArgs, name: string): string {
  return String(args[name]);
}

/** An option that may be given once. @throws UsageError if it is given more often */
export function optionalText(args: ParsedArgs, name: string): string | undefined {
  const value = args[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value)) {
    throw new UsageError('invalid_option', `--${name} can be given only once`, {
      hint: `it was given ${value.length} times: ${value.join(', ')}`,
    });
  }
  return value as string;
}

/** An option that may be given several times. */
export function texts(args: ParsedArgs, name: string): readonly string[] {
  const value = args[name];
  return Array.isArray(value) ? value.map(String) : [];
}
