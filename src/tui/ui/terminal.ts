import type { ActionId } from '../keys/key-row.ts';
import { scopesOf } from './scopes-of.ts';
import { show, type UiHandler } from './ui-step.ts';

/** A few sentences about the pane with the focus. */
const about: UiHandler = (state) =>
  show({
    ...state,
    dialog: { kind: 'help', scopes: scopesOf(state), filter: '', top: 0, prose: state.focus },
  });

export const TERMINAL = { about } as const satisfies Partial<Record<ActionId, UiHandler>>;
