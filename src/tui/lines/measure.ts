import stringWidth from 'string-width';
import { isSimpleWidth } from './simple-width.ts';

const WIDTHS_KEPT = 4096;
const segmenter = new Intl.Segmenter();
// Asking string-width about the same few signs for every row of every frame is what a frame costs most.
const widths = new Map<string, number>();

function graphemeWidth(grapheme: string): number {
  const known = widths.get(grapheme);
  if (known !== undefined) return known;
  if (widths.size >= WIDTHS_KEPT) widths.clear();
  const width = stringWidth(grapheme);
  widths.set(grapheme, width);
  return width;
}

/** Cells that a printable text takes. */
export function textWidth(text: string): number {
  if (isSimpleWidth(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** The beginning of a text that fits. */
export interface Fitting {
  readonly text: string;
  readonly cells: number;
}

/** As much of a printable text from `start` on as fits into `cells`; looks at no more of it than can fit. */
export function fitText(text: string, start: number, cells: number): Fitting {
  // One more than fits: a mark behind the last letter belongs to it.
  const plain = text.slice(start, start + cells + 1);
  if (isSimpleWidth(plain)) {
    const fitting = plain.slice(0, cells);
    return { text: fitting, cells: fitting.length };
  }
  return fitGraphemes(text, start, cells);
}

function fitGraphemes(text: string, start: number, cells: number): Fitting {
  // Room for letters with many marks; with more than that they are torn apart.
  const piece = text.slice(start, start + 32 * (cells + 1));
  const isWhole = start + piece.length >= text.length;
  let end = 0;
  let used = 0;
  for (const { segment, index } of segmenter.segment(piece)) {
    const mayGoOn = !isWhole && index > 0 && index + segment.length === piece.length;
    const width = graphemeWidth(segment);
    if (mayGoOn || used + width > cells) break;
    used += width;
    end = index + segment.length;
  }
  return { text: piece.slice(0, end), cells: used };
}

/** The length of the first letter with its marks, in UTF-16 units. */
export function firstGraphemeLength(text: string, start: number): number {
  const [first] = segmenter.segment(text.slice(start, start + 64));
  return first?.segment.length ?? 0;
}
