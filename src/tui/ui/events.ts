import { keepCheckpointSelection } from './checkpoint-selection.ts';
import { shownDetailTop, detailHeight } from './detail-scroll.ts';
import { isRunning } from './plan-standing.ts';
import { keepPlanSelection } from './plan-selection.ts';
import { typeText } from './typing.ts';
import { say, show, type UiContext, type UiEvent, type UiStep } from './ui-step.ts';
import type { UiState } from './ui-state.ts';
import { stillWaits, waitingName } from './waiting-items.ts';

/** What comes from elsewhere than the keyboard: it never takes the focus, and moves the selection only in follow. */
export function stepEvent(state: UiState, event: UiEvent, context: UiContext): UiStep {
  switch (event.kind) {
    case 'view-changed':
      return show(closeAnswered(keepPlaces(state, context), context));
    case 'resized':
      return show(keepPlaces(state, context));
    case 'toast':
      return say(state, event.text, event.tone);
    case 'toast-expired':
      return show({ ...state, toast: null });
    case 'waiting':
      return say(state, `? ${waitingName(event.item)} waits for you; a answers`);
    case 'triggers-changed':
      return show({ ...state, triggers: event.standing });
    case 'pasted':
      return state.input ? show(typeText(state, event.text)) : say(state, 'a pasted text runs no keys');
  }
}

function keepPlaces(state: UiState, context: UiContext): UiState {
  const kept = keepCheckpointSelection(keepPlanSelection(state, context), context);
  const detailTop = shownDetailTop(kept, context.detailLines.length, detailHeight(context));
  return sameOr(state, { ...kept, detailTop });
}

/** The old state if the new one says the same: then there is nothing to draw. */
function sameOr(before: UiState, after: UiState): UiState {
  const keys = Object.keys(after) as (keyof UiState)[];
  return keys.every((key) => before[key] === after[key]) ? before : after;
}

/** A dialog ends with what it asks about. */
function closeAnswered(state: UiState, { view }: UiContext): UiState {
  const { dialog } = state;
  if (!dialog) return state;
  const closed = (text: string): UiState => ({
    ...state,
    dialog: null,
    input: null,
    toast: { tone: 'attention', text },
  });
  if (!stillWaits(view, dialog)) return closed('answered already, from elsewhere');
  const aboutRun = dialog.kind === 'quit' || dialog.kind === 'stop';
  return aboutRun && !isRunning(view) ? closed('the plan has come to rest meanwhile') : state;
}
