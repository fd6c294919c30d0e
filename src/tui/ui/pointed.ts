import type { Cell } from '../layout/hit-test.ts';

/** What somebody did with the mouse, and on which cell of the screen. */
export interface Pointed extends Cell {
  readonly kind: 'pointed';
  /** `press`: with the left button. */
  readonly what: 'press' | 'wheel-up' | 'wheel-down';
}

/** Rows that one step of the wheel scrolls. */
export const WHEEL_ROWS = 3;

/** Where the wheel goes, in rows; 0: it isn't the wheel. */
export function wheelRows({ what }: Pointed): number {
  if (what === 'press') return 0;
  return what === 'wheel-down' ? WHEEL_ROWS : -WHEEL_ROWS;
}

/** What is said when the mouse changes hands. */
export const MOUSE_WORDS = {
  on: 'the mouse is read here: click selects, the wheel scrolls; Shift and the mouse select text',
  off: "the mouse is the terminal's again",
} as const;
