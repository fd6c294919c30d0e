import type { ActionId } from '../keys/key-row.ts';
import { canResume, isRunning, restingText } from './plan-standing.ts';
import { ask, say, show, type UiHandler } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

/** A second Ctrl-C within this many ms cancels. */
const SECOND_PRESS_MS = 2000;

/** A step can take long: what was asked for is said before it is seen. */
const saying = (state: UiState, text: string): UiState => ({
  ...state,
  toast: { tone: 'attention', text, until: 'rest' },
});
const PAUSING = 'pausing when the running step is done';

const pauseOrResume: UiHandler = (state, { view }) => {
  if (isRunning(view)) return ask(saying(state, PAUSING), { kind: 'pause' });
  return canResume(view) ? ask(state, { kind: 'resume' }) : say(state, `p: ${restingText(view)}`);
};

const openStop: UiHandler = (state, { view }) =>
  isRunning(view)
    ? show({ ...state, dialog: { kind: 'stop', selected: 0 } })
    : say(state, `s: ${restingText(view)}`);

const quit: UiHandler = (state, { view, ownsRun }) => {
  if (state.work) return say(state, `q: ${state.work.what}: wait until that is done, or Ctrl-C`);
  return ownsRun && isRunning(view)
    ? show({ ...state, dialog: { kind: 'quit', selected: 0 } })
    : ask(state, { kind: 'leave', how: 'quit' });
};

/** Ctrl-C: what is open is closed; then the plan of this shell is paused, then cancelled; at rest the shell is left. */
const interrupt: UiHandler = (state, { view, ownsRun, now }) => {
  if (state.dialog) return show({ ...state, input: null, dialog: null });
  if (state.input) return show({ ...state, input: null });
  if (state.work)
    return ask(saying(state, 'stopping, unless a file has been touched already'), { kind: 'stop-work' });
  if (!ownsRun || !isRunning(view)) return ask(state, { kind: 'leave', how: 'quit' });
  if (state.interruptedAt !== null && now - state.interruptedAt <= SECOND_PRESS_MS)
    return ask({ ...state, interruptedAt: null }, { kind: 'cancel' });
  const said = saying(state, `${PAUSING} (Ctrl-C again within 2 s cancels)`);
  return ask({ ...said, interruptedAt: now }, { kind: 'pause' });
};

export const RUNNING = {
  pause: pauseOrResume,
  stop: openStop,
  'stop-now': (state) => ask({ ...state, dialog: null }, { kind: 'stop' }),
  checkpoint: (state) => ask(state, { kind: 'checkpoint', label: null }),
  'checkpoint-label': (state) =>
    show({ ...state, input: { kind: 'label', before: '', text: '', cursor: 0 } }),
  quit,
  'quit-detach': (state) => ask({ ...state, dialog: null }, { kind: 'leave', how: 'detach' }),
  'quit-pause': (state) =>
    ask({ ...saying(state, `${PAUSING}, then leaving`), dialog: null }, { kind: 'leave', how: 'pause' }),
  'quit-cancel': (state) => ask({ ...state, dialog: null }, { kind: 'cancel' }),
  interrupt,
  suspend: (state) => ask(state, { kind: 'suspend' }),
  redraw: (state) => ask(state, { kind: 'redraw' }),
} as const satisfies Partial<Record<ActionId, UiHandler>>;
