import type { Line } from '../lines/line.ts';

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
