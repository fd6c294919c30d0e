import { paragraph } from '../dialogs/paragraph.ts';
import type { KeyMap } from '../keys/find-key.ts';
import { helpLines } from '../keys/key-help.ts';
import { PROSE, type ProseId } from '../keys/pane-prose.ts';
import type { Layout } from '../layout/layout.ts';
import type { Line } from '../lines/line.ts';
import type { Dialog } from './ui-state.ts';

type HelpDialog = Dialog & { readonly kind: 'help' };

const PROSE_CELLS = 76;
/** The frame of a dialog, and a blank at each side. */
const SIDE_CELLS = 4;

/** Whether sentences are shown: a filter is for keys. */
export const isProse = (dialog: HelpDialog): dialog is HelpDialog & { readonly prose: ProseId } =>
  dialog.prose !== undefined && dialog.filter === '';

/** All lines of the help that is open: sentences about a place, or its keys. */
export function helpDialogLines(
  dialog: HelpDialog,
  { columns }: Pick<Layout, 'columns'>,
  keys: KeyMap,
): readonly Line[] {
  if (!isProse(dialog)) return helpLines(dialog.scopes, dialog.filter, keys);
  return paragraph(PROSE[dialog.prose], Math.max(1, Math.min(PROSE_CELLS, columns - SIDE_CELLS)));
}
