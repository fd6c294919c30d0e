import type { DialogChoice } from '../ui/dialog-choices.ts';

/** The first one of each dialog is safe and has the focus. */
export const RUN_CHOICES: readonly DialogChoice[] = [
  { action: 'close', key: 'esc', text: 'not now' },
  { action: 'run-now', key: 'y', text: 'run it' },
];

export const DELETE_CHOICES: readonly DialogChoice[] = [
  { action: 'close', key: 'esc', text: 'keep it' },
  { action: 'delete-now', key: 'y', text: 'delete it for good' },
];
