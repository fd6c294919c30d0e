import type { KeyMap } from '../keys/find-key.ts';
import { PROSE_TITLES } from '../keys/pane-prose.ts';
import { lineWidth } from '../lines/cut-line.ts';
import { safeText } from '../lines/safe-text.ts';
import { helpDialogLines, isProse } from '../ui/help-lines.ts';
import type { Dialog } from '../ui/ui-state.ts';
import type { Glyphs } from '../words/glyphs.ts';
import {
  dialogRoom,
  FRAME_LINES,
  placeWords,
  words,
  type DialogContent,
  type DialogSurroundings,
} from './dialog-content.ts';

/** The keys that are valid where the person was when they asked, made from the key table. */
export function helpContent(
  dialog: Dialog & { readonly kind: 'help' },
  { layout, ui }: { readonly layout: DialogSurroundings; readonly ui: { readonly keys: KeyMap } },
  glyphs: Glyphs,
): DialogContent {
  const { filter, top } = dialog;
  const all = helpDialogLines(dialog, layout, ui.keys);
  const width = Math.max(40, ...all.map(lineWidth));
  const height = Math.max(1, dialogRoom(layout).height - FRAME_LINES);
  const first = Math.max(0, Math.min(top, all.length - height));
  const shown = all.slice(first, first + height);
  return {
    title: isProse(dialog) ? PROSE_TITLES[dialog.prose] : 'Keys',
    note: filter === '' ? (isProse(dialog) ? '/ keys' : '/ filter') : `filter: ${safeText(filter)}`,
    footer: all.length > height ? placeWords(first, shown.length, all.length, glyphs) : '',
    width,
    lines: all.length > 0 ? shown : [words('no key says that', 'dim')],
    selected: -1,
  };
}
