/** What of a list is on the screen. */
export interface Window {
  /** First row shown, from 0. */
  readonly top: number;
  readonly count: number;
  /** Rows of the screen. */
  readonly height: number;
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));

/** The nearest first row with which no row of the screen stays empty while there are more. */
export function clampTop({ top, count, height }: Window): number {
  return clamp(top, count - height);
}

/** The nearest first row with which `index` is on the screen. */
export function topShowing(index: number, { top, count, height }: Window): number {
  const lowest = index - Math.max(1, height) + 1;
  return clampTop({ top: Math.min(Math.max(top, lowest), index), count, height });
}

/** An index that the list has: -1 if it is empty. */
export function clampIndex(index: number, count: number): number {
  return count === 0 ? -1 : clamp(index, count - 1);
}

/** A window that was scrolled: its first row, and the row nearest to `index` that is still in sight. */
export function scrolledWindow(
  window: Window,
  index: number,
): { readonly top: number; readonly index: number } {
  const top = clampTop(window);
  return { top, index: Math.max(top, Math.min(index, top + Math.max(1, window.height) - 1)) };
}
