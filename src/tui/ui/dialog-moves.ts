import { AUTO_TRIGGERS } from '../../domain/checkpoint.ts';
import { INTERVAL_UNITS } from '../../domain/interval-change.ts';
import type { KeyMap } from '../keys/find-key.ts';
import type { Layout } from '../layout/layout.ts';
import type { PlanView } from '../store/plan-view.ts';
import { choicesOf } from './dialog-choices.ts';
import { helpDialogLines } from './help-lines.ts';
import { listedOn, rowsOf, type RollbackDialog } from './rollback-state.ts';
import type { UiContext } from './ui-step.ts';
import type { Dialog } from './ui-state.ts';
import { findDecision } from './waiting-items.ts';
import { clampIndex, clampTop } from './window.ts';

/** How far a key moves in a window of so many rows; Infinity: to the end. */
export type Stride = (height: number) => number;

type Around = Pick<Layout, 'rows' | 'header' | 'toast' | 'hints'>;

/** Rows between the single lines of the screen that stay in sight. */
const roomIn = ({ rows, header, toast, hints }: Around): number =>
  rows - [header, toast, hints].filter((line) => line !== null).length;

/** Lines of the list of keys that its dialog shows at once: all but its borders. */
export const helpHeight = (layout: Around): number => Math.max(1, roomIn(layout) - 2);

/** Moves the focus of a dialog, or the list of keys. */
export function moveInDialog(
  dialog: Exclude<Dialog, { kind: 'help' }>,
  direction: 1 | -1,
  stride: Stride,
  context: UiContext,
): Dialog {
  if (dialog.kind === 'failure') return dialog;
  if (dialog.kind === 'rollback' && dialog.page !== 'rollback')
    return moveInPage(dialog, direction, stride, context);
  const selected = clampIndex(dialog.selected + direction, choiceCount(dialog, context.view));
  return { ...dialog, selected: Math.max(0, selected) };
}

/** Lines of what can be scrolled in the dialog of a rollback: beside its borders there is a line of words. */
export const pageHeight = (layout: Around): number => Math.max(1, roomIn(layout) - 4);

/** The selected path, or the lines of a patch. */
function moveInPage(
  dialog: RollbackDialog,
  direction: 1 | -1,
  stride: Stride,
  { layout, patchLines }: UiContext,
): Dialog {
  const height = pageHeight(layout);
  const by = direction * stride(height);
  const { patch } = dialog;
  if (patch) {
    const top = clampTop({ top: patch.top + by, count: patchLines.length, height });
    return { ...dialog, patch: { ...patch, top } };
  }
  const row = clampIndex(dialog.row + by, rowsOf(dialog, listedOn(dialog)).length);
  return { ...dialog, row: Math.max(0, row) };
}

/** Scrolls the list of keys. */
export function moveInHelp(
  dialog: Dialog & { readonly kind: 'help' },
  direction: 1 | -1,
  stride: Stride,
  { layout, keys }: { readonly layout: Pick<Layout, 'columns'> & Around; readonly keys: KeyMap },
): Dialog & { readonly kind: 'help' } {
  const height = helpHeight(layout);
  const count = helpDialogLines(dialog, layout, keys).length;
  return { ...dialog, top: clampTop({ top: dialog.top + direction * stride(height), count, height }) };
}

function choiceCount(dialog: Exclude<Dialog, { kind: 'help' | 'failure' }>, view: PlanView): number {
  switch (dialog.kind) {
    case 'triggers':
      return AUTO_TRIGGERS.length + INTERVAL_UNITS.length;
    case 'decision':
      return findDecision(view, dialog)?.decision.options.length ?? 0;
    default:
      return choicesOf(dialog).length;
  }
}
