import type { ActionId } from '../keys/key-row.ts';
import { editingKeys, insertText, type EditedText } from '../ui/text-edit.ts';
import { acceptValue, previousValue } from './home-filling.ts';
import type { HomeInputLine, HomeUi } from './home-state.ts';
import { show, type HomeHandler } from './home-step.ts';

/** A line that begins with a text. */
export const inputLine = (kind: HomeInputLine['kind'], text: string): HomeInputLine => ({
  kind,
  before: text,
  text,
  cursor: text.length,
});

const find: HomeHandler = (ui) =>
  show({ ...ui, input: inputLine('filter', ui.dialog?.kind === 'help' ? ui.dialog.filter : ui.filter) });

/** A filter works while it is typed, on the innermost list. */
function applyFilter(ui: HomeUi, text: string): HomeUi {
  if (ui.dialog?.kind === 'help') return { ...ui, dialog: { ...ui.dialog, filter: text, top: 0 } };
  return { ...ui, filter: text };
}

function edit(ui: HomeUi, change: (edited: EditedText) => EditedText): HomeUi {
  if (!ui.input) return ui;
  const input = { ...ui.input, ...change(ui.input) };
  return input.kind === 'filter' ? applyFilter({ ...ui, input }, input.text) : { ...ui, input };
}

/** Writes a text where one is typed. */
export const typeText = (ui: HomeUi, text: string): HomeUi => edit(ui, (edited) => insertText(edited, text));

const editBy =
  (change: (edited: EditedText) => EditedText): HomeHandler =>
  (ui) =>
    show(edit(ui, change));

const cancel: HomeHandler = (ui, model) =>
  ui.input?.kind === 'value'
    ? previousValue(ui, model)
    : show(applyFilter({ ...ui, input: null }, ui.input?.before ?? ''));

const accept: HomeHandler = (ui, model) =>
  ui.input?.kind === 'value' ? acceptValue(ui, model) : show({ ...ui, input: null });

export const HOME_TYPING = {
  find,
  'input-accept': accept,
  'input-cancel': cancel,
  ...editingKeys(editBy),
} as const satisfies Partial<Record<ActionId, HomeHandler>>;
