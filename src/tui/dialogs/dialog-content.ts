import type { Layout } from '../layout/layout.ts';
import type { Line } from '../lines/line.ts';
import type { Glyphs } from '../words/glyphs.ts';

/** What stands in a dialog. */
export interface DialogContent {
  readonly title: string;
  /** At the right of the upper edge. */
  readonly note: string;
  /** At the right of the lower edge. */
  readonly footer: string;
  /** The cells that its lines would like to have. */
  readonly width: number;
  readonly lines: readonly Line[];
  /** The index of the line with the focus; -1: none. Kept in sight where there is no room for all lines. */
  readonly selected: number;
}

/** A line of words in one tone. */
export function words(text: string, tone: Line[number]['tone'] = 'plain'): Line {
  return [{ text, tone }];
}

export const BLANK: Line = [];

/** What of a longer text is shown, and how one gets to the rest. @param first from 0 */
export const placeWords = (first: number, shown: number, count: number, glyphs: Glyphs): string =>
  `lines ${first + 1} to ${first + shown} of ${count} ${glyphs.dot} j k scroll`;

/** The upper and the lower edge of a dialog. */
export const FRAME_LINES = 2;
/** Beside the lines: the frame, and a blank at each side. */
export const SIDE_CELLS = 4;

/** The screen that a dialog stands on. */
export type DialogSurroundings = Pick<Layout, 'columns' | 'rows' | 'header' | 'toast' | 'hints'>;

/** The rows of the screen that a dialog may cover: the header, the toast and the hints stay in sight. */
export function dialogRoom({ rows, header, toast, hints }: DialogSurroundings): {
  readonly y: number;
  readonly height: number;
} {
  const kept = [header, toast, hints].filter((line) => line !== null).length;
  return { y: header ? 1 : 0, height: rows - kept };
}

/** The cells that a line of a dialog may have at most. */
export const dialogWidth = ({ columns }: DialogSurroundings): number => Math.max(1, columns - SIDE_CELLS);
