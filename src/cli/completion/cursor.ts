import type { Command } from '../command.ts';
import { COMMANDS, isGroup, nameOf, type CommandGroup, type CommandRow } from '../command-table.ts';
import { describeCommand, describeGlobalOptions, type DescribedOption } from '../described-command.ts';

type Row = CommandRow | CommandGroup;

/** Where in a command line the cursor stands. */
export interface Cursor {
  /** What could be typed as a command's next word; empty once the command is whole. */
  readonly rows: readonly Row[];
  /** The command's words: `plan answer`. */
  readonly path: readonly string[];
  /** The command; null as long as it isn't whole. */
  readonly command: Command | null;
  /** Names of the command's arguments, in order. */
  readonly argumentNames: readonly string[];
  /** The arguments before the cursor. */
  readonly given: readonly string[];
  readonly options: readonly DescribedOption[];
  /** The folder that `-C` names. */
  readonly folder: string | null;
  /** The option whose value stands at the cursor. */
  readonly option: DescribedOption | null;
  /** What is typed of the word at the cursor: of the value, where an option's stands in the same word. */
  readonly typed: string;
  /** What stands before `typed` in the same word: `--json=`. */
  readonly before: string;
  /** Behind a `--`: options are none any more. */
  readonly isLiteral: boolean;
}

/** `label <plan> <checkpoint> [text]` -> plan, checkpoint, text. */
function argumentsOf({ usage }: CommandRow): readonly string[] {
  return [...usage.matchAll(/[<[]([a-z_]+)[\]>]/g)].map(([, name]) => name as string);
}

export function findOption(options: readonly DescribedOption[], word: string): DescribedOption | null {
  const name = word.split('=')[0] as string;
  return options.find((option) => name === `--${option.name}` || name === `-${option.alias}`) ?? null;
}

class Walk {
  rows: readonly Row[] = COMMANDS;
  options: readonly DescribedOption[] = describeGlobalOptions();
  option: DescribedOption | null = null;
  command: Command | null = null;
  argumentNames: readonly string[] = [];
  folder: string | null = null;
  isLiteral = false;
  readonly path: string[] = [];
  readonly given: string[] = [];

  async pass(word: string): Promise<void> {
    if (this.option !== null) this.#passValue(word);
    else if (!this.isLiteral && word === '--') this.isLiteral = true;
    else if (!this.isLiteral && word.startsWith('-')) this.#passOption(word);
    else if (this.command === null) await this.#passName(word);
    else this.given.push(word);
  }

  #passValue(word: string): void {
    if (this.option?.name === 'workspace') this.folder = word;
    this.option = null;
  }

  #passOption(word: string): void {
    const option = findOption(this.options, word);
    if (!option?.takesValue) return;
    this.option = option;
    if (word.includes('=')) this.#passValue(word.slice(word.indexOf('=') + 1));
  }

  async #passName(word: string): Promise<void> {
    const row = this.rows.find((candidate) => nameOf(candidate) === word);
    this.path.push(word);
    this.rows = row && isGroup(row) ? row.rows : [];
    if (!row || isGroup(row)) return;
    this.command = await row.load();
    this.argumentNames = argumentsOf(row);
    this.options = [...describeCommand(this.command).options, ...this.options];
  }
}

/** @param words what stands behind `agents` up to the cursor; the last is the one being typed, perhaps empty */
export async function findCursor(words: readonly string[]): Promise<Cursor> {
  const walk = new Walk();
  for (const word of words.slice(0, -1)) await walk.pass(word);
  const word = words.at(-1) ?? '';
  const inWord = !walk.isLiteral && walk.option === null && /^-.*=/.test(word);
  if (inWord) walk.option = findOption(walk.options, word);
  const before = inWord ? word.slice(0, word.indexOf('=') + 1) : '';
  const { rows, path, command, argumentNames, given, options, folder, option, isLiteral } = walk;
  const typed = word.slice(before.length);
  return { rows, path, command, argumentNames, given, options, folder, option, isLiteral, typed, before };
}
