import type { ActingActionId } from './acting-actions.ts';

/**
 * Where a key is valid. The inner ones are asked first: what is typed, then the dialog, then the pane, then everywhere.
 * `always` holds also while a dialog or an input is open; `list` is both `plan` and `checkpoints`.
 */
export const KEY_SCOPES = [
  'command',
  'output',
  'answer',
  'form',
  'input',
  'decision',
  'settings',
  'quit',
  'stop',
  'cancel',
  'rollback',
  'paths',
  'conflicts',
  'patch',
  'fork',
  'forked',
  'compensate',
  'failure',
  'triggers',
  'run',
  'delete',
  'help',
  'dialog',
  'home',
  'plan',
  'checkpoints',
  'list',
  'detail',
  'global',
  'always',
] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** What only the keys of the home screen do. */
export type HomeActionId = 'resume-plan' | 'everywhere' | 'order' | 'run-now' | 'delete-plan' | 'delete-now';

/** What keys do where a command is typed, on either screen. */
export type CommandActionId =
  | 'command-older'
  | 'command-newer'
  | 'command-complete'
  | 'command-complete-back';

/** Everything a key can do. */
export type ActionId = PlanActionId | HomeActionId | CommandActionId;

/** What keys do with the terminal itself. */
export type TerminalActionId =
  | 'about'
  | 'mute'
  | 'mouse'
  | 'copy-row'
  | 'copy-text'
  | 'edit-file'
  | 'view-file'
  | 'page-text';

/** What keys do in the dialogs that go back, and fork. */
export type RollbackActionId =
  | 'roll-back-both'
  | 'roll-back-state'
  | 'roll-back-files'
  | 'leave-damaged'
  | 'show-paths'
  | 'show-conflicts'
  | 'show-patch'
  | 'leave-path'
  | 'leave-all-paths'
  | 'keep-mine'
  | 'take-theirs'
  | 'take-both'
  | 'same-for-all'
  | 'fork-here'
  | 'fork-into'
  | 'open-fork'
  | 'run-compensation'
  | 'skip-compensation'
  | 'next-compensation';

/** What keys do in the list of checkpoints alone. */
export type TimelineActionId = 'newest' | 'filter-trigger';

/** What keys do on a plan's screen; the home screen shares some of it. */
export type PlanActionId =
  | TimelineActionId
  | 'move-down'
  | 'move-up'
  | 'half-down'
  | 'half-up'
  | 'page-down'
  | 'page-up'
  | 'move-first'
  | 'move-last'
  | 'move-live'
  | 'fold'
  | 'unfold'
  | 'unfold-all'
  | 'open'
  | 'mark'
  | 'older'
  | 'newer'
  | 'detail-down'
  | 'detail-up'
  | 'next-pane'
  | 'previous-pane'
  | 'pane-plan'
  | 'pane-checkpoints'
  | 'pane-detail'
  | 'next-tab'
  | 'previous-tab'
  | 'zoom-in'
  | 'zoom-out'
  | 'find'
  | 'next-hit'
  | 'previous-hit'
  | 'back'
  | 'follow'
  | 'wrap'
  | 'timestamps'
  | 'next-error'
  | 'running-step'
  | 'diff'
  | 'live'
  | 'rollback'
  | 'undo'
  | 'fork'
  | 'checkpoint'
  | 'checkpoint-label'
  | 'pause'
  | 'stop'
  | 'approve'
  | 'deny'
  | 'triggers'
  | 'command'
  | 'help'
  | 'quit'
  | 'interrupt'
  | 'suspend'
  | 'redraw'
  // dialogs
  | 'close'
  | 'choose'
  | 'choose-number'
  | 'next-waiting'
  | 'answer-yes'
  | 'answer-no'
  | 'quit-detach'
  | 'quit-pause'
  | 'quit-cancel'
  | 'stop-now'
  | RollbackActionId
  | ActingActionId
  | TerminalActionId
  | 'toggle-trigger'
  | 'interval-more'
  | 'interval-less'
  // where text is typed
  | 'input-accept'
  | 'input-cancel'
  | 'input-left'
  | 'input-right'
  | 'input-home'
  | 'input-end'
  | 'input-rub-out'
  | 'input-delete'
  | 'input-rub-out-word'
  | 'input-clear';

/** One line of the key table. */
export interface KeyRow {
  readonly action: ActionId;
  /** Names as in `KeyPress.name`; the first one stands in the hint line. */
  readonly keys: readonly string[];
  readonly scopes: readonly KeyScope[];
  /** The word in the hint line; '' if it isn't there. */
  readonly hint: string;
  /** The lower, the further left in the hint line; null: only in `?`. */
  readonly hintRank: number | null;
  /** What it does, in half a sentence: for `?` and the documentation. */
  readonly about: string;
  /** The command that does the same from any terminal, without `agents`; two by a comma; null: there is none. */
  readonly twin: string | null;
}

interface Extras {
  readonly hint?: string;
  readonly rank?: number;
  readonly twin?: string;
}

/** A line of the table; `keys` separated by blanks. Without `hint` and `rank` it isn't in the hint line. */
export function keyRow(
  action: ActionId,
  keys: string,
  scopes: readonly KeyScope[],
  about: string,
  { hint = '', rank, twin }: Extras = {},
): KeyRow {
  return { action, keys: keys.split(' '), scopes, hint, hintRank: rank ?? null, about, twin: twin ?? null };
}
