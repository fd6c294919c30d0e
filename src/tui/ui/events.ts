import type { TriggerStanding } from '../../ports/trigger-settings.ts';
import { isCommandOpen } from '../command/command-state.ts';
import { typeCommand } from '../command/step-command.ts';
import { textWidth } from '../lines/measure.ts';
import { keepCheckpointSelection } from './checkpoint-selection.ts';
import { stepCommandNews } from './commanding.ts';
import { shownDetailTop, detailHeight } from './detail-scroll.ts';
import { hasEnded, isRunning } from './plan-standing.ts';
import { failureLine, type Failure } from './failure.ts';
import { settingsNews } from '../words/settings-news.ts';
import { keepPlanSelection } from './plan-selection.ts';
import { stepRollbackEvent } from './rollback-events.ts';
import { typeText } from './typing.ts';
import { ask, say, show, type UiContext, type UiEvent, type UiStep } from './ui-step.ts';
import type { Toast, UiState } from './ui-state.ts';
import { stillWaits } from './waiting-items.ts';

/** What comes from elsewhere than the keyboard: it never takes the focus, and moves the selection only in follow. */
export function stepEvent(state: UiState, event: UiEvent, context: UiContext): UiStep {
  switch (event.kind) {
    case 'view-changed':
      return closeAnswered(dropOldToast(keepPlaces(state, context), context), context);
    case 'resized':
      return show(keepPlaces(state, context));
    case 'toast':
      return show(givesWay(event, state) ? state : { ...state, toast: toastOf(event, context) });
    case 'failed':
      return tellFailure(state, event.failure, context);
    case 'toast-expired':
      return show({ ...state, toast: null });
    case 'waiting':
      // The line that says what waits is free for it.
      return show({ ...state, toast: null });
    case 'triggers-changed':
      return show(learnSettings(state, event.standing));
    case 'history-read':
    case 'completed':
    case 'command-said':
    case 'command-ended':
      return stepCommandNews(state, event, context);
    case 'rollback-previewed':
    case 'preview-progress':
    case 'preview-failed':
    case 'work-progress':
    case 'work-ended':
    case 'work-failed':
      return stepRollbackEvent(state, event, context, tellFailure);
    case 'pasted':
      if (state.command.line) return show({ ...state, command: typeCommand(state.command, event.text) });
      return state.input ? show(typeText(state, event.text)) : say(state, 'a pasted text runs no keys');
  }
}

/** Where the panel is open, that shows it. */
function learnSettings(state: UiState, triggers: TriggerStanding): UiState {
  const isShown = state.triggers === null || state.dialog?.kind === 'triggers';
  const news = isShown ? null : settingsNews(state.triggers, triggers);
  return { ...state, triggers, toast: news ?? state.toast };
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

/** Checkpoints come one after the other: what stands there for a moment would never be read. */
function givesWay({ passing }: UiEvent & { kind: 'toast' }, { toast }: UiState): boolean {
  return passing === true && (toast?.tone === 'attention' || toast?.tone === 'bad');
}

/** News of a plan that runs are old once it rests; what went wrong is still worth reading then. */
function toastOf({ tone, text }: UiEvent & { kind: 'toast' }, { view }: UiContext): Toast {
  return tone !== 'bad' && isRunning(view) ? { tone, text, until: 'rest' } : { tone, text };
}

/** In the toast line if it fits there, or while something else is open; else in a dialog that stays. */
function tellFailure(state: UiState, failure: Failure, { layout }: UiContext): UiStep {
  const text = failureLine(failure);
  const isOneLine = failure.nextSteps.length <= 1 && !failure.message.includes('\n');
  const fits = isOneLine && textWidth(text) < layout.columns;
  const isBusy = state.dialog !== null || state.input !== null || isCommandOpen(state.command);
  if (fits || isBusy) return show({ ...state, toast: { tone: 'bad', text } });
  return show({ ...state, toast: null, dialog: { kind: 'failure', failure } });
}

function dropOldToast(state: UiState, { view }: UiContext): UiState {
  return state.toast?.until === 'rest' && !isRunning(view) ? { ...state, toast: null } : state;
}

/** A dialog ends with what it asks about. */
function closeAnswered(state: UiState, { view }: UiContext): UiStep {
  const { dialog } = state;
  if (!dialog) return show(state);
  const closed: UiState = { ...state, dialog: null, input: null };
  if (!stillWaits(view, dialog)) return say(closed, 'answered already, from elsewhere');
  if (dialog.kind === 'cancel' && hasEnded(view)) return say(closed, 'the plan has ended meanwhile');
  const aboutRun = dialog.kind === 'quit' || dialog.kind === 'stop';
  if (!aboutRun || isRunning(view)) return show(state);
  // Whoever wanted to leave needn't ask again.
  if (dialog.kind === 'quit' && hasEnded(view)) return ask(closed, { kind: 'leave', how: 'quit' });
  return say(closed, 'the plan has come to rest meanwhile');
}
