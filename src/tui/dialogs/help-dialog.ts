import { helpLines } from '../keys/key-help.ts';
import { lineWidth } from '../lines/cut-line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { Dialog } from '../ui/ui-state.ts';
import type { Glyphs } from '../words/glyphs.ts';
import {
  dialogRoom,
  FRAME_LINES,
  words,
  type DialogContent,
  type DialogSurroundings,
} from './dialog-content.ts';

/** The keys that are valid where the person was when they asked, made from the key table. */
export function helpContent(
  { scopes, filter, top }: Dialog & { readonly kind: 'help' },
  { layout }: { readonly layout: DialogSurroundings },
  glyphs: Glyphs,
): DialogContent {
  const all = helpLines(scopes, filter);
  const width = Math.max(40, ...all.map(lineWidth));
  const height = Math.max(1, dialogRoom(layout).height - FRAME_LINES);
  const first = Math.max(0, Math.min(top, all.length - height));
  const shown = all.slice(first, first + height);
  return {
    title: 'Keys',
    note: filter === '' ? '/ filter' : `filter: ${safeText(filter)}`,
    footer: all.length > height ? `${first + shown.length} of ${all.length} ${glyphs.dot} j k` : '',
    width,
    lines: all.length > 0 ? shown : [words('no key says that', 'dim')],
    selected: -1,
  };
}
