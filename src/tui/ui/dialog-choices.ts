import type { ActionId } from '../keys/key-row.ts';
import type { RollbackDialog } from './rollback-state.ts';
import type { Dialog } from './ui-state.ts';

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

export const CANCEL_CHOICES: readonly DialogChoice[] = [
  { action: 'close', key: 'esc', text: 'no: the plan stays as it is' },
  { action: 'cancel-now', key: 'y', text: 'cancel the plan: it cannot go on then' },
];

export const SETTINGS_CHOICES: readonly DialogChoice[] = [
  { action: 'answer-no', key: 'n', text: 'no: leave the settings as they were' },
  { action: 'answer-yes', key: 'y', text: 'yes: take the settings as the files have them now' },
];

export const FORK_CHOICES: readonly DialogChoice[] = [
  { action: 'close', key: 'esc', text: 'cancel: nothing is made' },
  { action: 'fork-here', key: 'y', text: 'a new plan in the same folder, whose files stay as they are' },
  { action: 'fork-into', key: 'i', text: 'a new plan in a folder of its own, with the files as they were' },
];

const CANCEL: DialogChoice = { action: 'close', key: 'esc', text: 'cancel: nothing changes' };
const ROLL_BACK: readonly DialogChoice[] = [
  { action: 'roll-back-both', key: 'y', text: 'roll back plan and files' },
  { action: 'roll-back-state', key: 's', text: 'state only: files stay' },
  { action: 'roll-back-files', key: 'f', text: 'files only: the state of the plan stays' },
];
const STATE_ONLY = ROLL_BACK.filter(({ action }) => action === 'roll-back-state');
const FORK: DialogChoice = { action: 'fork', key: 'F', text: 'leave it, and fork a new plan from there' };

/** What can be chosen, as far as it is known what it would do. */
export function rollbackChoices({ preview, purpose }: RollbackDialog): readonly DialogChoice[] {
  if (!preview) return [CANCEL];
  const { actions, conflicts, damaged, isNothing, scope } = preview;
  const looks: readonly DialogChoice[] = [
    ...(actions.length === 0
      ? []
      : [{ action: 'show-paths', key: 'l', text: `look at the paths (${actions.length})` } as const]),
    ...(conflicts.length === 0
      ? []
      : [
          { action: 'show-conflicts', key: 'c', text: `decide the conflicts (${conflicts.length})` } as const,
        ]),
  ];
  if (isNothing) return [CANCEL, ...looks];
  const undo: DialogChoice = { action: 'roll-back-both', key: 'y', text: 'undo it' };
  const whole = purpose === 'undo' ? [undo] : scope === 'plan_only' ? STATE_ONLY : ROLL_BACK;
  const rest: readonly DialogChoice[] = [
    { action: 'leave-damaged', key: 'x', text: 'roll back all but the damaged paths' },
    ...(purpose === 'undo' ? [] : STATE_ONLY),
  ];
  return [CANCEL, ...(damaged.length > 0 ? rest : whole), ...(purpose === 'undo' ? [] : [FORK]), ...looks];
}

/** A dialog that asks for one of some choices that are always the same, or known from a look. */
export type ChoiceDialog = Extract<
  Dialog,
  { kind: 'quit' | 'stop' | 'cancel' | 'settings' | 'fork' | 'rollback' }
>;

/** What can be chosen in it; the safe choice comes first. */
export function choicesOf(dialog: ChoiceDialog): readonly DialogChoice[] {
  switch (dialog.kind) {
    case 'quit':
      return QUIT_CHOICES;
    case 'stop':
      return STOP_CHOICES;
    case 'cancel':
      return CANCEL_CHOICES;
    case 'settings':
      return SETTINGS_CHOICES;
    case 'fork':
      return FORK_CHOICES;
    case 'rollback':
      return rollbackChoices(dialog);
  }
}
