import type { ActionId } from '../keys/key-row.ts';
import type { WaitingItem } from '../store/plan-view.ts';
import { ask, say, show, type TextHandler, type UiContext, type UiHandler, type UiStep } from './ui-step.ts';
import type { Dialog, UiInput, UiState } from './ui-state.ts';
import {
  findDecision,
  noOptionIndex,
  waitingIndex,
  waitingName,
  waitingTarget,
  type WaitingDecision,
} from './waiting-items.ts';

const EMPTY_ANSWER: UiInput = { kind: 'answer', before: '', text: '', cursor: 0 };

/** Opens what waits: options to choose from, a line to type where there are none, or yes and no. */
function open(state: UiState, item: WaitingItem, option: number | null = null): UiState {
  if (item.kind === 'settings')
    return { ...state, input: null, dialog: { kind: 'settings', seq: item.seq, selected: 0 } };
  const selected = option ?? defaultIndex(item);
  const dialog = { kind: 'decision', planId: item.planId, decisionId: item.decision.id, selected } as const;
  return { ...state, input: item.decision.options.length === 0 ? EMPTY_ANSWER : null, dialog };
}

/** What would be taken where nobody can be asked has the focus. */
function defaultIndex({ decision }: WaitingDecision): number {
  return Math.max(
    0,
    decision.options.findIndex(({ id }) => id === decision.default),
  );
}

const answerWaiting: UiHandler = (state, context) => {
  const item = waitingTarget(state, context);
  return item ? show(open(state, item)) : say(state, 'a: nothing waits for an answer');
};

const denyWaiting: UiHandler = (state, context) => {
  const item = waitingTarget(state, context);
  if (!item) return say(state, 'x: nothing waits for an answer');
  return item.kind === 'settings' ? ask(state, { kind: 'deny' }) : focusNo(state, item);
};

/** Only puts the focus on the option: an answer can't be taken back. */
function focusNo(state: UiState, item: WaitingDecision) {
  const index = noOptionIndex(item);
  if (index !== -1) return show(open(state, item, index));
  return say(state, `x: ${waitingName(item)} has no option that says no; a shows what there is`);
}

const nextWaiting: UiHandler = (state, { view }) => {
  if (!state.dialog) return show(state);
  const index = waitingIndex(view, state.dialog);
  const next = view.waiting[(index + 1) % view.waiting.length];
  if (!next || view.waiting.length === 1) return say(state, 'nothing else waits for an answer');
  return show(open(state, next));
};

const chooseNumber: UiHandler = (state, { view }, key) => {
  if (state.dialog?.kind !== 'decision') return show(state);
  const index = Number(key) - 1;
  const options = findDecision(view, state.dialog)?.decision.options ?? [];
  if (!options[index]) return say(state, `there is no option ${key}`);
  return show({ ...state, dialog: { ...state.dialog, selected: index } });
};

/** Answers with the option that has the focus. */
export function chooseOption(
  state: UiState,
  { view }: UiContext,
  dialog: Extract<Dialog, { kind: 'decision' }>,
): UiStep {
  const { planId, decisionId, selected } = dialog;
  const choice = findDecision(view, dialog)?.decision.options[selected]?.id;
  const closed: UiState = { ...state, dialog: null };
  if (choice === undefined) return say(closed, 'answered already, from elsewhere');
  return ask(closed, { kind: 'answer', planId, decisionId, choice });
}

/** Answers with what was typed. */
export const giveAnswer: TextHandler = (state, text) => {
  if (state.dialog?.kind !== 'decision') return show(state);
  const choice = text.trim();
  if (choice === '') return say(state, 'type an answer first; Esc closes');
  const { planId, decisionId } = state.dialog;
  return ask({ ...state, input: null, dialog: null }, { kind: 'answer', planId, decisionId, choice });
};

export const ANSWERING = {
  approve: answerWaiting,
  deny: (state, context, key) => {
    const item = state.dialog?.kind === 'decision' ? findDecision(context.view, state.dialog) : undefined;
    return item ? focusNo(state, item) : denyWaiting(state, context, key);
  },
  'next-waiting': nextWaiting,
  'choose-number': chooseNumber,
  'answer-yes': (state) => ask({ ...state, dialog: null }, { kind: 'approve' }),
  'answer-no': (state) => ask({ ...state, dialog: null }, { kind: 'deny' }),
} as const satisfies Partial<Record<ActionId, UiHandler>>;
