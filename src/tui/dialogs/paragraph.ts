import { wrapLine } from '../lines/cut-line.ts';
import type { Line, Span } from '../lines/line.ts';
import { textWidth } from '../lines/measure.ts';
import { safeText } from '../lines/safe-text.ts';

/** Any text, broken between words, in rows of at most `cells` cells; its own lines stay lines. */
export function paragraph(text: string, cells: number, tone: Span['tone'] = 'plain'): readonly Line[] {
  return text.split('\n').flatMap((line) => wrapWords(safeText(line), Math.max(1, cells), tone));
}

function wrapWords(text: string, cells: number, tone: Span['tone']): readonly Line[] {
  const rows: string[] = [];
  const [first, ...words] = text.split(' ') as [string, ...string[]];
  let row = first;
  for (const word of words) {
    const longer = `${row} ${word}`;
    if (textWidth(longer) > cells) {
      rows.push(row);
      row = word;
    } else {
      row = longer;
    }
  }
  // What is wider than a row by itself is broken where the row ends.
  return [...rows, row].flatMap((one) => wrapLine([{ text: one, tone }], cells));
}
