import type { Trigger } from '../../domain/checkpoint.ts';
import type { Compensation } from '../../domain/compensation.ts';
import type { CheckpointId, DecisionId, PlanId } from '../../domain/ids.ts';
import type { TriggerStanding } from '../../ports/trigger-settings.ts';
import type { DetailTab } from '../detail/detail-tabs.ts';
import { INITIAL_COMMAND, type CommandState } from '../command/command-state.ts';
import { DEFAULT_KEYS, type KeyMap } from '../keys/find-key.ts';
import type { ProseId } from '../keys/pane-prose.ts';
import type { KeyScope } from '../keys/key-row.ts';
import type { PaneId, Zoom } from '../layout/layout.ts';
import type { Failure } from './failure.ts';
import type { RollbackDialog, RollbackWork } from './rollback-state.ts';
import type { Tone } from '../words/tone.ts';

/** A list whose selection the detail shows. */
export type ListId = 'plan' | 'checkpoints';

export interface Toast {
  readonly tone: Tone;
  readonly text: string;
  /** When it is out of date before its time: it answered a key and another one is pressed, or the plan rests. */
  readonly until?: 'next-key' | 'rest';
}

/** A line being typed. `cursor`: UTF-16 units before it. `before`: the text it began with. */
export interface UiInput {
  readonly kind: 'filter' | 'search' | 'label' | 'relabel' | 'answer' | 'confirm' | 'folder';
  readonly before: string;
  readonly text: string;
  readonly cursor: number;
}

/** What a search found: lines of the detail, from 0, and which of them is shown (an index of `hits`; -1: none). */
export interface UiSearch {
  readonly text: string;
  readonly hits: readonly number[];
  readonly hit: number;
}

/** What takes back what undone steps did elsewhere, offered one by one. */
export interface CompensateDialog {
  readonly kind: 'compensate';
  readonly one: Compensation;
  /** Those that are offered after it. */
  readonly rest: readonly Compensation[];
  readonly selected: number;
}

/** `selected`: an index of the dialog's choices (dialog-choices.ts), of the options, or of the triggers. */
export type Dialog =
  | {
      readonly kind: 'help';
      readonly scopes: readonly KeyScope[];
      readonly filter: string;
      readonly top: number;
      /** Tells about this place instead, as long as nothing is filtered. */
      readonly prose?: ProseId;
    }
  | { readonly kind: 'triggers'; readonly selected: number }
  | {
      readonly kind: 'decision';
      readonly planId: PlanId;
      readonly decisionId: DecisionId;
      readonly selected: number;
    }
  | { readonly kind: 'settings'; readonly seq: number; readonly selected: number }
  | { readonly kind: 'quit'; readonly selected: number }
  | { readonly kind: 'stop'; readonly selected: number }
  | { readonly kind: 'cancel'; readonly selected: number }
  | RollbackDialog
  | { readonly kind: 'fork'; readonly checkpointId: CheckpointId; readonly selected: number }
  | { readonly kind: 'forked'; readonly planId: PlanId; readonly selected: number }
  | CompensateDialog
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Where somebody looks, and what is open: everything about the screen that isn't the plan. */
export interface UiState {
  readonly focus: PaneId;
  readonly zoom: Zoom;
  /** A row's id; null while there is none. */
  readonly planSelected: string | null;
  /** First row shown. */
  readonly planTop: number;
  /** Where the selected row stood when it was last there, and its ancestors, nearest first. */
  readonly planIndex: number;
  readonly planAncestors: readonly string[];
  readonly planFilter: string;
  /** What somebody folded or unfolded by hand: true is open. */
  readonly folds: ReadonlyMap<string, boolean>;
  /** The plan's selection goes with the running step. */
  readonly follow: boolean;
  readonly checkpointSelected: CheckpointId | null;
  readonly checkpointTop: number;
  readonly checkpointIndex: number;
  readonly checkpointFilter: string;
  /** Only checkpoints of this trigger are in the list. */
  readonly checkpointTriggers: 'all' | Trigger;
  /** The list's selection goes with the newest. */
  readonly checkpointFollow: boolean;
  /** A, the one that others are compared with. */
  readonly mark: CheckpointId | null;
  /** The checkpoint whose moment the plan and its details show; null: now. */
  readonly past: CheckpointId | null;
  /** The checkpoint that is compared with how things stood when that was asked, in ms. */
  readonly diffNow: { readonly id: CheckpointId; readonly asked: number } | null;
  readonly tab: DetailTab;
  readonly detailTop: number;
  /** The detail stays at its end. */
  readonly detailFollow: boolean;
  readonly search: UiSearch | null;
  readonly wrap: boolean;
  readonly timestamps: boolean;
  readonly lastList: ListId;
  readonly input: UiInput | null;
  readonly dialog: Dialog | null;
  readonly command: CommandState;
  /** What each key does: the table, as the settings bind it. */
  readonly keys: KeyMap;
  /** It rings, and gives notice, when the plan waits, has failed or is done. */
  readonly notify: boolean;
  /** Clicks and the wheel are read instead of left to the terminal. */
  readonly mouse: boolean;
  /** What goes back, or forks, at the moment. */
  readonly work: RollbackWork | null;
  readonly toast: Toast | null;
  /** The settings of the triggers as last heard of. */
  readonly triggers: TriggerStanding | null;
  /** When Ctrl-C was pressed the first time, in ms; null: not yet, or a second one would be too late. */
  readonly interruptedAt: number | null;
}

export const INITIAL_UI: UiState = {
  focus: 'plan',
  zoom: 'normal',
  planSelected: null,
  planTop: 0,
  planIndex: 0,
  planAncestors: [],
  planFilter: '',
  folds: new Map(),
  follow: true,
  checkpointSelected: null,
  checkpointTop: 0,
  checkpointIndex: 0,
  checkpointFilter: '',
  checkpointTriggers: 'all',
  checkpointFollow: true,
  mark: null,
  past: null,
  diffNow: null,
  tab: 'log',
  detailTop: 0,
  detailFollow: true,
  search: null,
  wrap: false,
  timestamps: true,
  lastList: 'plan',
  input: null,
  dialog: null,
  command: INITIAL_COMMAND,
  keys: DEFAULT_KEYS,
  notify: true,
  mouse: false,
  work: null,
  toast: null,
  triggers: null,
  interruptedAt: null,
};
