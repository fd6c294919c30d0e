import { noKeyText } from '../keys/key-places.ts';
import type { KeyPress } from '../keys/key-press.ts';
import type { ActionId, PlanActionId } from '../keys/key-row.ts';
import { ACTING } from './acting.ts';
import { ANSWERING } from './answering.ts';
import { COMMANDING, stepCommanding, type Press } from './commanding.ts';
import { COMPENSATING } from './compensating.ts';
import { DIALOGS } from './dialogs.ts';
import { stepEvent } from './events.ts';
import { FOLDING } from './folding.ts';
import { FORKING } from './forking.ts';
import { LOOKING } from './looking.ts';
import { MOVING } from './moving.ts';
import { stepPointed } from './pointing.ts';
import { ROLLING_BACK } from './rolling-back.ts';
import { LEAVING_OUT } from './rolling-back-parts.ts';
import { RUNNING } from './running.ts';
import { scopesOf } from './scopes-of.ts';
import { SEARCHING } from './searching.ts';
import { TIMELINE } from './timeline.ts';
import { TERMINAL } from './terminal.ts';
import { TYPING, typeText } from './typing.ts';
import { say, show, type UiContext, type UiHandler, type UiInputEvent, type UiStep } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

const HANDLERS: Readonly<Record<PlanActionId, UiHandler>> = {
  ...MOVING,
  ...FOLDING,
  ...LOOKING,
  ...SEARCHING,
  ...TYPING,
  ...ANSWERING,
  ...DIALOGS,
  ...RUNNING,
  ...COMMANDING,
  ...ROLLING_BACK,
  ...LEAVING_OUT,
  ...FORKING,
  ...COMPENSATING,
  ...TIMELINE,
  ...ACTING,
  ...TERMINAL,
};

/**
 * The next state of the screen, and what is to be done. Pure.
 *
 * The keys of one chunk are stepped one after another, each with a context made from the state that the one before it
 * left. When rows, lines or the layout have become others than those of the last step, whatever the reason (an event,
 * a fold, a filter), `view-changed` is stepped before drawing: it puts the selection where it belongs.
 */
export function stepUi(state: UiState, event: UiInputEvent, context: UiContext): UiStep {
  if ('action' in event) return act(state, event.action, null, context);
  if ('name' in event) return stepKey(state, event, context);
  return event.kind === 'pointed'
    ? stepPointed(state, event, context, (...[now, action, around]) => act(now, action, null, around))
    : stepEvent(state, event, context);
}

function stepKey(before: UiState, { name, text }: KeyPress, context: UiContext): UiStep {
  const state = before.toast?.until === 'next-key' ? { ...before, toast: null } : before;
  const scopes = scopesOf(state);
  const row = state.keys.find(scopes, name);
  if (row) return act(state, row.action, name, context);
  const typed = stepCommanding(state, { action: null, text }, context, press);
  if (typed) return typed;
  if (state.input) return show(text === '' ? state : typeText(state, text));
  return state.dialog ? show(state) : say(state, noKeyText(state.keys, name, scopes), 'dim');
}

const press: Press = (state, name, context) => stepKey(state, { name, text: '' }, context);

/** What only the home screen does is in none of this screen's scopes. */
function act(state: UiState, action: ActionId, key: string | null, context: UiContext): UiStep {
  const own = stepCommanding(state, { action, text: '' }, context, press);
  return own ?? HANDLERS[action as PlanActionId](state, context, key);
}
