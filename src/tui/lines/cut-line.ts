import type { Line, Span } from './line.ts';
import { firstGraphemeLength, fitText, textWidth } from './measure.ts';

/** Cells that a line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((width, { text }) => width + textWidth(text), 0);
}

/** The line in at most `cells` cells; what is cut is shown by `ellipsis` in the last one. The same line if it fits. */
export function cutLine(line: Line, cells: number, ellipsis: string): Line {
  if (cells <= 0) return [];
  const [kept, isWhole] = takeCells(line, cells);
  if (isWhole) return line;
  const [shorter] = takeCells(line, cells - textWidth(ellipsis));
  const tone = (kept.at(-1) ?? (line[0] as Span)).tone;
  return [...shorter, { text: ellipsis, tone }];
}

/** The spans that fit, and whether that is all of the line. */
function takeCells(line: Line, cells: number): readonly [Line, boolean] {
  const kept: Span[] = [];
  let left = cells;
  for (const span of line) {
    const fitting = fitText(span.text, 0, left);
    if (fitting.text.length < span.text.length) {
      if (fitting.text !== '') kept.push({ text: fitting.text, tone: span.tone });
      return [kept, false];
    }
    kept.push(span);
    left -= fitting.cells;
  }
  return [kept, true];
}

/** The line with blanks after it up to `cells` cells. */
export function padLine(line: Line, cells: number): Line {
  const missing = cells - lineWidth(line);
  return missing <= 0 ? line : [...line, { text: ' '.repeat(missing), tone: 'plain' }];
}

/** The line in rows of at most `cells` cells; at least one row. */
export function wrapLine(line: Line, cells: number): readonly Line[] {
  const width = Math.max(1, cells);
  const rows: Span[][] = [[]];
  let left = width;
  for (const { text, tone } of line) {
    let at = 0;
    while (at < text.length) {
      const fitting = fitText(text, at, left);
      if (fitting.text !== '') {
        (rows.at(-1) as Span[]).push({ text: fitting.text, tone });
        at += fitting.text.length;
        left -= fitting.cells;
      } else if (left < width) {
        rows.push([]);
        left = width;
      } else {
        // Wider than a whole row.
        (rows.at(-1) as Span[]).push({ text: '?', tone });
        at += firstGraphemeLength(text, at);
        left -= 1;
      }
    }
  }
  return rows;
}
