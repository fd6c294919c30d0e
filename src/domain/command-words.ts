/** One word of a line that was typed. */
export interface LineWord {
  /** Without its quotes. */
  readonly text: string;
  /** Where it begins in the line, its quote included; UTF-16 units. */
  readonly from: number;
}

/** A blank ends a word, quotes hold words together, a backslash takes the meaning from the character after it. */
const PARTS = /\s+|'([^']*)(?:'|$)|"((?:\\.|[^"\\])*)(?:"|\\?$)|\\(.?)|[^\s'"\\]+/gsu;

/** The words of a line, as a POSIX shell takes them: quotes and backslashes, nothing else. A quote may stay open. */
export function splitLine(line: string): readonly LineWord[] {
  const words: LineWord[] = [];
  let word: LineWord | null = null;
  for (const match of line.matchAll(PARTS)) {
    const before = word as LineWord | null;
    const [part, single, double, escaped] = match;
    if (part.trim() === '') {
      if (before) words.push(before);
      word = null;
      continue;
    }
    const added = single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? part;
    word = { text: (before?.text ?? '') + added, from: before?.from ?? match.index };
  }
  return word ? [...words, word] : words;
}

/** The words of a line; the last one is the one at its end, which is empty behind a blank. */
export function wordsAtEnd(line: string): readonly LineWord[] {
  const words = splitLine(line);
  const last = words.at(-1);
  // A blank in a quote or behind a backslash belongs to the word.
  const isInWord = last !== undefined && splitLine(`${line}.`).length === words.length;
  return isInWord ? words : [...words, { text: '', from: line.length }];
}

/** A text as one word of a line. */
export function quoteWord(text: string): string {
  if (/^[^\s'"\\]+$/u.test(text)) return text;
  return text.includes("'") ? `"${text.replace(/["\\]/g, '\\$&')}"` : `'${text}'`;
}
