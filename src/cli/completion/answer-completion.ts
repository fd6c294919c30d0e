import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { toPrintableLine } from '../../domain/printable.ts';
import type { Word } from '../../ports/plan-words.ts';
import type { CliIo } from '../cli-io.ts';
import { isGroup, nameOf } from '../command-table.ts';
import type { DescribedOption } from '../described-command.ts';
import type { Completion } from './completion.ts';
import { findCursor, type Cursor } from './cursor.ts';
import { wordsFor } from './known-values.ts';

const CONTROL = /[\u0000-\u001F\u007F-\u009F]/;

/**
 * Answers what could stand at the cursor: a line for each word with a tab and what it is, and a last line with a colon and
 * the directive. Whatever goes wrong is nothing to say in the middle of somebody's command line.
 */
export async function answerCompletion(args: readonly string[], io: CliIo): Promise<number> {
  const words = args[0] === '--' ? args.slice(1) : args;
  const { words: found, directive } = await complete(words, io).catch((): Completion => ({
    words: [],
    directive: 'none',
  }));
  const lines = found
    .filter(({ value }) => isTypable(value))
    .map(({ value, about }) => `${value}\t${toPrintableLine(about)}\n`);
  io.stdout.write(`${lines.join('')}:${directive}\n`);
  return 0;
}

/** What could stand in place of the last word. @throws what keeps it from being known */
export async function complete(words: readonly string[], io: CliIo): Promise<Completion> {
  const cursor = await findCursor(words);
  const { words: known, directive } = await candidates(cursor, io);
  const fits = known.filter(({ value }) => value.startsWith(cursor.typed));
  return { words: fits.map(({ value, about }) => ({ value: cursor.before + value, about })), directive };
}

/** A name with control characters can't be typed. */
export const isTypable = (value: string): boolean => !CONTROL.test(value);

async function candidates(cursor: Cursor, io: CliIo): Promise<Completion> {
  const { option, command, typed, argumentNames, given, isLiteral } = cursor;
  const place = { env: io.env, cwd: io.cwd, folder: folderOf(cursor, io), path: cursor.path, given, typed };
  if (option !== null) return await wordsFor(option.name, option.choices, place);
  if (!isLiteral && typed.startsWith('-')) return { words: optionWords(cursor.options), directive: 'none' };
  if (command === null) return { words: commandWords(cursor), directive: 'none' };
  const name = argumentNames[given.length];
  return name === undefined ? { words: [], directive: 'none' } : await wordsFor(name, [], place);
}

function folderOf({ folder }: Cursor, { cwd }: CliIo): string {
  return realpathSync(resolve(cwd, folder ?? '.'));
}

function optionWords(options: readonly DescribedOption[]): readonly Word[] {
  return options.map(({ name, about }) => ({ value: `--${name}`, about }));
}

function commandWords({ rows }: Cursor): readonly Word[] {
  return rows
    .filter((row) => isGroup(row) || !row.hidden)
    .map((row) => ({ value: nameOf(row), about: row.about }));
}
