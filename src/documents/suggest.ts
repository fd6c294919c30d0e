import { closestWord } from '../domain/closest-word.ts';

const LISTED = 12;

/** A hint for an unknown word: the nearest known one, else the known ones (if they are few), else `otherwise`. */
export function suggest(word: string, candidates: readonly string[], otherwise: string): string;
export function suggest(
  word: string,
  candidates: readonly string[],
  otherwise?: string | null,
): string | null;
export function suggest(
  word: string,
  candidates: readonly string[],
  otherwise: string | null = null,
): string | null {
  // Known, but not here: its nearest word would be itself.
  if (candidates.includes(word)) return otherwise;
  const nearest = closestWord(word, candidates);
  if (nearest !== null) return `did you mean ${nearest}?`;
  if (candidates.length === 0 || candidates.length > LISTED) return otherwise;
  return `known here: ${candidates.join(', ')}`;
}
