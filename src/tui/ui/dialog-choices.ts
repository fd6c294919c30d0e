import type { RollbackScope } from '../../domain/plan-event.ts';
import type { ActionId } from '../keys/key-row.ts';
import { partOf, type RollbackDialog, type RollbackPart } from './rollback-state.ts';
import type { CompensateDialog, Dialog } from './ui-state.ts';

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

export const FORKED_CHOICES: readonly DialogChoice[] = [
  { action: 'close', key: 'esc', text: 'stay with this plan' },
  { action: 'open-fork', key: 'o', text: 'open the new one' },
];

/** What can be said to an offer; the last one has no next. */
export const compensateChoices = ({ rest }: CompensateDialog): readonly DialogChoice[] => [
  { action: 'close', key: 'esc', text: rest.length === 0 ? 'leave it open' : 'leave it and all others open' },
  { action: 'run-compensation', key: 'y', text: 'run it' },
  { action: 'skip-compensation', key: 's', text: 'skip it for good: what the step did stays' },
  ...(rest.length === 0
    ? []
    : [
        {
          action: 'next-compensation',
          key: 'n',
          text: `leave it open, and look at the next (${rest.length})`,
        } as const,
      ]),
];

const CANCEL: DialogChoice = { action: 'close', key: 'esc', text: 'cancel: nothing changes' };
const ROLL_BACK: readonly DialogChoice[] = [
  { action: 'roll-back-both', key: 'y', text: 'roll back plan and files' },
  { action: 'roll-back-state', key: 's', text: 'state only: files stay' },
  { action: 'roll-back-files', key: 'f', text: 'files only: the state of the plan stays' },
];
const STATE_ONLY = ROLL_BACK.filter(({ action }) => action === 'roll-back-state');
const FORK: DialogChoice = { action: 'fork', key: 'F', text: 'leave it, and fork a new plan from there' };

const WHOLE: Readonly<Record<Exclude<RollbackDialog['purpose'], 'rollback'>, readonly DialogChoice[]>> = {
  undo: [{ action: 'roll-back-both', key: 'y', text: 'undo it' }],
  correct: [
    { action: 'roll-back-both', key: 'y', text: 'go back to before it, and choose anew' },
    { action: 'roll-back-state', key: 's', text: 'state only: files stay' },
  ],
  apply: [{ action: 'roll-back-both', key: 'y', text: 'accept it: rollback is closed then' }],
};

/** What can be chosen, as far as it is known what it would do. */
export function rollbackChoices(dialog: RollbackDialog): readonly DialogChoice[] {
  const { preview, purpose } = dialog;
  if (!preview) return [CANCEL];
  const { damaged, isNothing, scope } = preview;
  const part = partOf(dialog);
  const looks = looksAt(preview, purpose, part);
  // Another choice and an accepted result are something even where no file is another one.
  if (isNothing && (purpose === 'rollback' || purpose === 'undo')) return [CANCEL, ...looks];
  if (purpose !== 'rollback')
    return [CANCEL, ...(damaged.length > 0 ? [WITHOUT_DAMAGED] : WHOLE[purpose]), ...looks];
  const isDamaged = damaged.length > 0;
  const rest = [WITHOUT_DAMAGED, ...STATE_ONLY];
  const whole = isDamaged ? rest : ROLL_BACK.filter(({ action }) => !BEYOND[scope]?.includes(action));
  return [CANCEL, ...(part ? partly(part, isDamaged) : whole), FORK, ...looks];
}

/** What the look wasn't about. */
const BEYOND: Partial<Readonly<Record<RollbackScope, readonly ActionId[]>>> = {
  plan_only: ['roll-back-both', 'roll-back-files'],
  files_only: ['roll-back-both'],
};

/** Where paths are left out, the plan can't go back with the others. */
function partly({ count, all }: RollbackPart, isDamaged: boolean): readonly DialogChoice[] {
  if (count === 0) return STATE_ONLY;
  const text = `files only, ${count} of ${all} paths: the state of the plan stays`;
  const some: DialogChoice = isDamaged
    ? { ...WITHOUT_DAMAGED, text: `${text}, and so do damaged paths` }
    : { action: 'roll-back-files', key: 'f', text };
  return [some, ...STATE_ONLY];
}

const WITHOUT_DAMAGED: DialogChoice = {
  action: 'leave-damaged',
  key: 'x',
  text: 'roll back all but the damaged paths',
};

function looksAt(
  { actions, conflicts }: NonNullable<RollbackDialog['preview']>,
  purpose: RollbackDialog['purpose'],
  part: RollbackPart | null,
): readonly DialogChoice[] {
  const [paths, others] = [actions.length, purpose === 'apply' ? 0 : conflicts.length];
  const shown = part ? `${part.count} of ${part.all}` : paths;
  const more = purpose === 'rollback' ? ', or leave some out' : '';
  return [
    { action: 'show-paths' as const, key: 'l', text: `look at the paths (${shown})${more}`, count: paths },
    { action: 'show-conflicts' as const, key: 'c', text: `decide the conflicts (${others})`, count: others },
  ].flatMap(({ count, ...choice }) => (count === 0 ? [] : [choice]));
}

/** A dialog that asks for one of some choices that are always the same, or known from a look. */
export type ChoiceDialog = Extract<
  Dialog,
  { kind: 'quit' | 'stop' | 'cancel' | 'settings' | 'fork' | 'forked' | 'compensate' | 'rollback' }
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
    case 'forked':
      return FORKED_CHOICES;
    case 'compensate':
      return compensateChoices(dialog);
    case 'rollback':
      return rollbackChoices(dialog);
  }
}
