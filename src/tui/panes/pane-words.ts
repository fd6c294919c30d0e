import type { PaneId } from '../layout/layout.ts';
import { safeText } from '../lines/safe-text.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { lampFor } from './borders.ts';

/** Says that a pane goes with what happens. */
export function followText(glyphs: Glyphs): string {
  return `follow ${lampFor(glyphs)}`;
}

/** What stands below a list: where the selection is, and the filter that hides rows. */
export function listFooter(index: number, count: number, filter: string, glyphs: Glyphs): string {
  const hides = filter === '' ? '/ filter' : `filter: ${safeText(filter)} (Esc shows all)`;
  if (count === 0) return filter === '' ? '' : `nothing matches ${glyphs.dot} ${hides}`;
  return `${Math.max(0, index) + 1} of ${count} ${glyphs.dot} ${hides}`;
}

/** The panes by name, where only one of them is seen. */
export const PANE_WORDS: Readonly<Record<PaneId, string>> = {
  plan: '1 Plan',
  checkpoints: '2 Ckpts',
  detail: '3 Detail',
};
