import type { HomeForm, HomeInput } from '../../ports/home-source.ts';
import type { ActionId } from '../keys/key-row.ts';
import type { Filling, HomeUi } from './home-state.ts';
import { ask, show, type HomeHandler } from './home-step.ts';

/** Asks for the first input of a document, or at once whether it is to be run. */
export function beginForm(ui: HomeUi, form: HomeForm): HomeUi {
  return askFor({ ...ui, reading: null, toast: null }, { form, values: {} }, 0);
}

/** Asks for the input at an index; behind the last one: whether the document is to be run. */
export function askFor(ui: HomeUi, { form, values }: Filling, at: number): HomeUi {
  const input = form.inputs[at];
  if (!input) return { ...ui, input: null, dialog: { kind: 'run', form, values, selected: 0 } };
  const text = values[input.name] ?? '';
  return {
    ...ui,
    input: { kind: 'value', before: text, text, cursor: text.length },
    dialog: { kind: 'form', form, values, at, fault: null },
  };
}

/** Takes what was typed; a text that can't be the value stays, with the reason. */
export const acceptValue: HomeHandler = (ui) => {
  const { dialog, input } = ui;
  const asked = dialog?.kind === 'form' ? dialog.form.inputs[dialog.at] : undefined;
  if (dialog?.kind !== 'form' || !input || !asked) return show(ui);
  const fault = faultIn(asked, input.text);
  if (fault !== null) return show({ ...ui, dialog: { ...dialog, fault } });
  return show(askFor(ui, { form: dialog.form, values: withValue(dialog, asked, input.text) }, dialog.at + 1));
};

function faultIn(asked: HomeInput, text: string): string | null {
  if (text === '') return asked.fallback === null ? 'it has to be given' : null;
  return asked.faultOf(text);
}

/** Nothing typed is nothing given. */
function withValue({ values }: Filling, { name }: HomeInput, text: string): Filling['values'] {
  const { [name]: _before, ...others } = values;
  return text === '' ? others : { ...others, [name]: text };
}

/** One input back, keeping what was typed so far; before the first one the form is closed. */
export const previousValue: HomeHandler = (ui) => {
  const { dialog, input } = ui;
  if (dialog?.kind !== 'form' || dialog.at === 0) return show({ ...ui, input: null, dialog: null });
  const asked = dialog.form.inputs[dialog.at] as HomeInput;
  const values = withValue(dialog, asked, input?.text ?? '');
  return show(askFor(ui, { form: dialog.form, values }, dialog.at - 1));
};

const runNow: HomeHandler = (ui) => {
  const { dialog } = ui;
  if (dialog?.kind !== 'run') return show(ui);
  const { form, values } = dialog;
  const busy: HomeUi = { ...ui, toast: { tone: 'attention', text: `making a plan of ${form.name}` } };
  return ask(busy, { kind: 'create', file: form.file, inputs: values });
};

export const FILLING = { 'run-now': runNow } as const satisfies Partial<Record<ActionId, HomeHandler>>;
