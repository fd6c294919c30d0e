import { findLabelFault } from '../../domain/ids.ts';
import type { ActionId } from '../keys/key-row.ts';
import { takeNewLabel } from './acting.ts';
import { giveAnswer } from './answering.ts';
import { takeFolder } from './forking.ts';
import { confirmRollback } from './rolling-back.ts';
import { startSearch } from './searching.ts';
import { editingKeys, insertText, type EditedText } from './text-edit.ts';
import { ask, say, show, type TextHandler, type UiHandler } from './ui-step.ts';
import type { UiInput, UiState } from './ui-state.ts';

const inputOf = (kind: UiInput['kind'], text: string): UiInput => ({
  kind,
  before: text,
  text,
  cursor: text.length,
});

/** A filter where there are rows, a search in the detail. */
const find: UiHandler = (state) => {
  const { dialog } = state;
  if (dialog?.kind === 'help' || dialog?.kind === 'rollback')
    return show({ ...state, input: inputOf('filter', dialog.filter) });
  if (state.focus === 'detail') return show({ ...state, input: inputOf('search', state.search?.text ?? '') });
  const filter = state.focus === 'plan' ? state.planFilter : state.checkpointFilter;
  return show({ ...state, input: inputOf('filter', filter) });
};

/** A filter works while it is typed, on the innermost list: that of the dialog, or that of the pane. */
function applyFilter(state: UiState, text: string): UiState {
  if (state.dialog?.kind === 'rollback')
    return { ...state, dialog: { ...state.dialog, filter: text, row: 0 } };
  if (state.dialog?.kind === 'help') return { ...state, dialog: { ...state.dialog, filter: text, top: 0 } };
  return state.focus === 'plan' ? { ...state, planFilter: text } : { ...state, checkpointFilter: text };
}

function edit(state: UiState, change: (edited: EditedText) => EditedText): UiState {
  if (!state.input) return state;
  const input = { ...state.input, ...change(state.input) };
  const next = { ...state, input };
  return input.kind === 'filter' ? applyFilter(next, input.text) : next;
}

/** Writes a text where one is typed. */
export const typeText = (state: UiState, text: string): UiState =>
  edit(state, (edited) => insertText(edited, text));

const editBy =
  (change: (edited: EditedText) => EditedText): UiHandler =>
  (state) =>
    show(edit(state, change));

const cancel: UiHandler = (state) => {
  const closed: UiState = { ...state, input: null };
  if (state.input?.kind === 'filter') return show(applyFilter(closed, state.input.before));
  // A question without options is nothing but its line.
  return show(state.input?.kind === 'answer' ? { ...closed, dialog: null } : closed);
};

const takeLabel: TextHandler = (state, text) => {
  const label = text.trim();
  const fault = findLabelFault(label);
  return fault === null ? ask({ ...state, input: null }, { kind: 'checkpoint', label }) : say(state, fault);
};

const ACCEPT: Readonly<Record<UiInput['kind'], TextHandler>> = {
  filter: (state) => show({ ...state, input: null }),
  search: (state, text, context) => startSearch({ ...state, input: null }, context, text),
  label: takeLabel,
  relabel: takeNewLabel,
  answer: giveAnswer,
  confirm: confirmRollback,
  folder: takeFolder,
};

const accept: UiHandler = (state, context) =>
  state.input ? ACCEPT[state.input.kind](state, state.input.text, context) : show(state);

export const TYPING = {
  find,
  'input-accept': accept,
  'input-cancel': cancel,
  ...editingKeys(editBy),
} as const satisfies Partial<Record<ActionId, UiHandler>>;
