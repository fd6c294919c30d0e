import { hash } from 'node:crypto';
import type { ModelTool } from '../ports/language-models.ts';

/** What every provider takes as the name of a tool. */
const LEGAL = /^[A-Za-z0-9_-]{1,64}$/u;
const LONGEST = 64;
const HASH_DIGITS = 10;

/**
 * The name of a tool as it goes over the wire: `fs.write` is `fs__write`. What this can't write so that it can be read
 * back (too long, other letters, an underscore beside a dot) is cut and ends in a hash of the whole.
 */
export function wireName(name: string): string {
  const dotless = name.replaceAll('.', '__');
  if (LEGAL.test(dotless) && dotted(dotless) === name) return dotless;
  const start = name.replaceAll(/[^A-Za-z0-9-]+/gu, '_').slice(0, LONGEST - HASH_DIGITS - 1);
  return `${start}_${hash('sha256', name).slice(0, HASH_DIGITS)}`;
}

/**
 * Our name of the tool that a model calls: one of those it was told of, by their name on the wire or by ours, which
 * models remember from texts. What means none of them is read as if it did, so that `wireName` gives the same word again.
 */
export function nameFromWire(word: string, tools: readonly ModelTool[]): string {
  const known = tools.find(({ name }) => wireName(name) === word || name === word);
  return known?.name ?? (LEGAL.test(word) ? dotted(word) : word);
}

function dotted(word: string): string {
  return word.replaceAll('__', '.');
}
