import type { ActionId } from '../keys/key-row.ts';
import { scopesOf } from './scopes-of.ts';
import { say, show, type UiHandler } from './ui-step.ts';

/** A few sentences about the pane with the focus. */
const about: UiHandler = (state) =>
  show({
    ...state,
    dialog: { kind: 'help', scopes: scopesOf(state), filter: '', top: 0, prose: state.focus },
  });

const mute: UiHandler = (state) =>
  say(
    { ...state, notify: !state.notify },
    state.notify
      ? 'silent: no bell and no notices'
      : 'bell and notices when the plan waits, has failed or is done',
    'dim',
  );

export const TERMINAL = { about, mute } as const satisfies Partial<Record<ActionId, UiHandler>>;
