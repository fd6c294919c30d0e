import { isCommandOpen } from '../command/command-state.ts';
import { safeText } from '../lines/safe-text.ts';
import type { RollbackEvent } from './rollback-messages.ts';
import { offerOf } from './compensating.ts';
import { listedOn, rowsOf, type RollbackDialog } from './rollback-state.ts';
import { show, type UiContext, type UiStep } from './ui-step.ts';
import type { Dialog, UiState } from './ui-state.ts';
import { clampIndex } from './window.ts';
import type { Failure } from './failure.ts';

/** Says what went wrong, where the person sees it. */
type TellFailure = (state: UiState, failure: Failure, context: UiContext) => UiStep;

/** What comes of a look, or of something that goes back. */
export function stepRollbackEvent(
  state: UiState,
  event: RollbackEvent,
  context: UiContext,
  tellFailure: TellFailure,
): UiStep {
  switch (event.kind) {
    case 'rollback-previewed':
      return inDialog(state, event.token, (dialog) => ({
        ...withPreview(dialog, event.preview),
        checkpointId: event.checkpointId,
        scope: event.preview.scope,
      }));
    case 'preview-progress':
      return inDialog(state, event.token, (dialog) => ({ ...dialog, progress: safeText(event.message) }));
    case 'preview-failed':
      if (state.dialog?.kind !== 'rollback' || state.dialog.token !== event.token) return show(state);
      return tellFailure({ ...state, dialog: null, input: null }, event.failure, context);
    case 'work-progress':
      return show({ ...state, work: state.work && { ...state.work, progress: safeText(event.message) } });
    case 'work-ended':
      return show({
        ...state,
        work: null,
        dialog: offerNext(state, event),
        // Now is another one.
        diffNow: state.diffNow && { ...state.diffNow, asked: context.now },
        toast: { tone: event.tone, text: safeText(event.text) },
      });
    case 'work-failed':
      return tellFailure({ ...state, work: null }, event.failure, context);
  }
}

/** Whoever does something else by now is left to it: how to get there is said as well. */
function offerNext(
  { dialog, input, command }: UiState,
  { forked, offered = [] }: Extract<RollbackEvent, { kind: 'work-ended' }>,
): Dialog | null {
  if (dialog !== null || input !== null || isCommandOpen(command)) return dialog;
  if (forked !== undefined) return { kind: 'forked', planId: forked, selected: 0 };
  return offerOf(offered);
}

/** An answer to a look that nobody waits for any more changes nothing. */
function inDialog(state: UiState, token: number, change: (dialog: RollbackDialog) => RollbackDialog): UiStep {
  const { dialog } = state;
  if (dialog?.kind !== 'rollback' || dialog.token !== token) return show(state);
  return show({ ...state, dialog: change(dialog) });
}

function withPreview(
  dialog: RollbackDialog,
  preview: NonNullable<RollbackDialog['preview']>,
): RollbackDialog {
  const listed = listedOn(dialog);
  const count = rowsOf({ preview, filter: dialog.filter }, listed).length;
  const isGone = rowsOf({ preview, filter: '' }, listed).length === 0;
  return {
    ...dialog,
    preview,
    isLooking: false,
    progress: '',
    // What has the focus is another choice now, unless it is the safe one.
    selected: 0,
    row: Math.max(0, clampIndex(dialog.row, count)),
    page: isGone && dialog.page !== 'patch' ? 'rollback' : dialog.page,
  };
}
