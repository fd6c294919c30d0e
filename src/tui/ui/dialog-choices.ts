import type { ActionId } from '../keys/key-row.ts';

/** One choice of a dialog; the first one of each dialog is safe and has the focus. */
export interface DialogChoice {
  readonly action: ActionId;
  /** The letter that takes it at once. */
  readonly key: string;
  readonly text: string;
}

export const QUIT_CHOICES: readonly DialogChoice[] = [
  { action: 'close', key: 'esc', text: 'stay' },
  { action: 'quit-detach', key: 'd', text: 'detach: the plan goes on without this screen' },
  { action: 'quit-pause', key: 'p', text: 'pause when the running step is done, and quit' },
  { action: 'quit-cancel', key: 'c', text: 'cancel the plan: it cannot go on then' },
];

export const STOP_CHOICES: readonly DialogChoice[] = [
  { action: 'close', key: 'esc', text: 'let it run' },
  { action: 'stop-now', key: 'y', text: 'end the running tool: its step is pending again, the plan rests' },
];

export const SETTINGS_CHOICES: readonly DialogChoice[] = [
  { action: 'answer-no', key: 'n', text: 'no: leave the settings as they were' },
  { action: 'answer-yes', key: 'y', text: 'yes: take the settings as the files have them now' },
];
