import type { ActionId } from '../keys/key-row.ts';
import { ACTING } from './acting.ts';
import { chooseOption, ANSWERING } from './answering.ts';
import { COMPENSATING } from './compensating.ts';
import { choicesOf } from './dialog-choices.ts';
import { FORKING } from './forking.ts';
import { leaveRollback, ROLLING_BACK } from './rolling-back.ts';
import { RUNNING } from './running.ts';
import { scopesOf } from './scopes-of.ts';
import { TRIGGERS } from './triggers.ts';
import { show, type UiHandler } from './ui-step.ts';

const close: UiHandler = (state) =>
  state.dialog?.kind === 'rollback' ? leaveRollback(state, state.dialog) : show({ ...state, dialog: null });

const openHelp: UiHandler = (state) =>
  show({ ...state, dialog: { kind: 'help', scopes: scopesOf(state), filter: '', top: 0 } });

const CHOSEN: Partial<Readonly<Record<ActionId, UiHandler>>> = {
  ...RUNNING,
  ...ANSWERING,
  ...ROLLING_BACK,
  ...FORKING,
  ...COMPENSATING,
  ...ACTING,
  close,
};

const choose: UiHandler = (state, context, key) => {
  const { dialog } = state;
  if (dialog?.kind === 'decision') return chooseOption(state, context, dialog);
  if (!dialog || !('selected' in dialog) || dialog.kind === 'triggers') return show(state);
  const action = choicesOf(dialog)[dialog.selected]?.action;
  const handler = action && CHOSEN[action];
  return handler ? handler(state, context, key) : show(state);
};

export const DIALOGS = {
  close,
  choose,
  help: openHelp,
  triggers: (state) => show({ ...state, dialog: { kind: 'triggers', selected: 0 } }),
  ...TRIGGERS,
} as const satisfies Partial<Record<ActionId, UiHandler>>;
