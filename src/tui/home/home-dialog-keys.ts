import type { ActionId } from '../keys/key-row.ts';
import { askFor, FILLING } from './home-filling.ts';
import { ask, show, type HomeHandler } from './home-step.ts';

/** One level back: to the last input, to what was open below, or to the lists. */
const close: HomeHandler = (ui) => {
  const { dialog } = ui;
  if (dialog?.kind === 'failure') return show({ ...ui, dialog: dialog.below });
  if (dialog?.kind === 'run' && dialog.form.inputs.length > 0)
    return show(askFor(ui, dialog, dialog.form.inputs.length - 1));
  return show({ ...ui, dialog: null });
};

const deleteNow: HomeHandler = (ui) => {
  const { dialog } = ui;
  if (dialog?.kind !== 'delete') return show(ui);
  return ask({ ...ui, dialog: null }, { kind: 'delete', plan: dialog.plan });
};

/** Takes the choice that has the focus; the first one is always to close. */
const choose: HomeHandler = (ui, model) => {
  const { dialog } = ui;
  if ((dialog?.kind !== 'run' && dialog?.kind !== 'delete') || dialog.selected === 0) return close(ui, model);
  return dialog.kind === 'run' ? FILLING['run-now'](ui, model) : deleteNow(ui, model);
};

export const HOME_DIALOGS = { close, choose, 'delete-now': deleteNow } as const satisfies Partial<
  Record<ActionId, HomeHandler>
>;
