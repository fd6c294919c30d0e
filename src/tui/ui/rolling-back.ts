import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { ConflictChoice, RestoreConflict } from '../../domain/plan-restore.ts';
import type { RollbackPreview } from '../../ports/rollback-control.ts';
import type { RollbackScope } from '../../domain/plan-event.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { ActionId } from '../keys/key-row.ts';
import { ensureCheckpoint, noCheckpointText } from './checkpoint-selection.ts';
import { isComplete, isRunning } from './plan-standing.ts';
import type { RollbackOrder } from './rollback-messages.ts';
import {
  confirmWord,
  conflictsOn,
  listedOn,
  newRollbackDialog,
  partOf,
  rowsOf,
  type RollbackDialog,
  type RollbackPart,
  type RollbackWork,
} from './rollback-state.ts';
import { ask, say, show, type TextHandler, type UiContext, type UiHandler, type UiStep } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

/** So many paths go back at one key; for more the checkpoint's number is typed. */
const PATHS_AT_ONE_KEY = 50;

const LOOKING = 'still looking at what this would do';

/** Why nothing else goes back just now. */
export const busy = ({ what }: RollbackWork): string => `${what}: wait until that is done`;

const orderOf = ({ order }: RollbackDialog): { readonly order?: RollbackOrder } => (order ? { order } : {});

/** Looks at what another choice, or accepting the result, would do. */
export function openOrder(state: UiState, { now }: UiContext, order: RollbackOrder): UiStep {
  if (state.work) return say(state, busy(state.work));
  const scope = order.kind === 'apply' ? 'files_only' : 'plan_and_files';
  const parts = { purpose: order.kind, checkpointId: null, scope, token: now } as const;
  return look(state, newRollbackDialog(parts, order));
}

/** Begins a look at what going back would do. Every look has a name of its own: the time, or one more. */
function look(state: UiState, dialog: RollbackDialog): UiStep {
  const { checkpointId, scope, choices, token } = dialog;
  const effect = {
    kind: 'preview-rollback',
    checkpointId,
    scope,
    choices,
    token,
    ...orderOf(dialog),
  } as const;
  return ask({ ...state, dialog }, effect);
}

const openRollback: UiHandler = (state, context) => {
  if (state.work) return say(state, `b: ${busy(state.work)}`);
  const selected = ensureCheckpoint(state, context);
  const checkpoint = context.view.checkpoints.byId(selected.checkpointSelected);
  if (!checkpoint) return say(state, `b: ${noCheckpointText(state)}`);
  return openRollbackTo(selected, context, checkpoint, null);
};

/** As `b`, of a checkpoint that was named; `scope`: null for all that it holds. */
export function openRollbackTo(
  state: UiState,
  { now }: UiContext,
  { id: checkpointId, tree_hash }: Checkpoint,
  asked: RollbackScope | null,
): UiStep {
  if (state.work) return say(state, busy(state.work));
  const scope = asked ?? (tree_hash ? 'plan_and_files' : 'plan_only');
  return look(state, newRollbackDialog({ purpose: 'rollback', checkpointId, scope, token: now }));
}

const openUndo: UiHandler = (state, context) =>
  state.work
    ? say(state, `u: ${busy(state.work)}`)
    : look(
        state,
        newRollbackDialog({ purpose: 'undo', checkpointId: null, scope: null, token: context.now }),
      );

/** What a key of the dialog works on. */
export interface Looked {
  readonly state: UiState;
  readonly context: UiContext;
  readonly dialog: RollbackDialog;
  readonly preview: RollbackPreview;
}

/** A key that means something once it is known what going back would do. */
export function whenLooked(run: (looked: Looked) => UiStep): UiHandler {
  return (state, context) => {
    const { dialog } = state;
    if (dialog?.kind !== 'rollback') return show(state);
    return dialog.preview ? run({ state, context, dialog, preview: dialog.preview }) : say(state, LOOKING);
  };
}

/** Why nothing can go back at the moment, or null. */
function hindrance({ dialog, preview }: Looked, withDamage: boolean, leaveDamaged: boolean): string | null {
  if (dialog.isLooking) return LOOKING;
  if (preview.isNothing && !dialog.order) return 'nothing to do: plan and files are as they were then';
  if (leaveDamaged && preview.damaged.length === 0) return 'x: nothing is damaged; y rolls back';
  if (withDamage && preview.damaged.length > 0)
    return 'stored content is missing or damaged: x rolls back the rest, s only the state';
  return null;
}

/** An undo, and a result that is accepted, have no halves; another choice is one of the plan's state. */
const isWhole = ({ purpose }: RollbackDialog, scope: RollbackScope): boolean =>
  purpose === 'undo' || purpose === 'apply' || (purpose === 'correct' && scope === 'files_only');

/** `scope`: null for that of the preview. */
function rollBackAs(scope: RollbackScope | null, leaveDamaged = false): UiHandler {
  return whenLooked((looked) => {
    const { state, dialog, preview } = looked;
    if (scope !== null && isWhole(dialog, scope))
      return say(state, 'this goes as a whole, or not at all: y does it, Esc leaves all as it is');
    const part = scope === 'plan_only' ? null : partOf(dialog);
    const wanted = scope ?? (leaveDamaged && part ? 'files_only' : preview.scope);
    const reason =
      partHindrance(part, wanted) ?? hindrance(looked, !leaveDamaged && wanted !== 'plan_only', leaveDamaged);
    if (reason !== null) return say(state, reason);
    const touched = wanted === 'plan_only' ? 0 : (part?.count ?? preview.actions.length);
    if (touched <= PATHS_AT_ONE_KEY) return rollBack(looked, wanted);
    const input = { kind: 'confirm', before: '', text: '', cursor: 0 } as const;
    return show({ ...state, input, dialog: { ...dialog, confirming: wanted } });
  });
}

/** Single paths go back without the plan, whose state is about all of them; that is said, not guessed. */
function partHindrance(part: RollbackPart | null, wanted: RollbackScope): string | null {
  if (part?.count === 0) return 'every path is left out: space takes one in again (l)';
  if (part && wanted === 'plan_and_files')
    return 'paths are left out, so the state of the plan stays: f takes back the others';
  return null;
}

function rollBack({ state, context, dialog, preview }: Looked, scope: RollbackScope): UiStep {
  const { choices } = dialog;
  const part = scope === 'plan_only' ? null : partOf(dialog);
  const what = workName(dialog, preview, part);
  const work = { what, progress: '' };
  return ask(
    { ...state, dialog: null, input: null, toast: null, past: null, checkpointFollow: true, work },
    {
      kind: 'roll-back',
      checkpointId: dialog.checkpointId,
      running: isRunning(context.view) ? 'stop' : 'refuse',
      leaveDamaged: preview.damaged.length > 0,
      scope,
      choices,
      paths: part?.paths ?? [],
      ...orderOf(dialog),
    },
  );
}

function workName(
  { purpose, order }: RollbackDialog,
  { target }: RollbackPreview,
  part: RollbackPart | null,
): string {
  if (order?.kind === 'correct') return `taking ${toPrintableLine(order.choice)} instead`;
  if (purpose === 'apply') return 'accepting the result';
  if (purpose === 'undo') return 'undoing the last rollback';
  const paths = part ? `${part.count} of ${part.all} paths ` : '';
  return `rolling back ${paths}to checkpoint ${String(target.number)}`;
}

/** What was typed has to be that word. */
export const confirmRollback: TextHandler = (before, text, context) =>
  whenLooked((looked) => {
    const { state, dialog, preview } = looked;
    const word = confirmWord(dialog);
    if (text.trim() !== word)
      return say(state, `type ${toPrintableLine(word)}, or Esc to leave all as it is`);
    return rollBack(looked, dialog.confirming ?? preview.scope);
  })(before, context, null);

function toPage(page: 'paths' | 'conflicts', none: string): UiHandler {
  return whenLooked(({ state, dialog }) =>
    rowsOf({ ...dialog, filter: '' }, page).length === 0
      ? say(state, none)
      : show({ ...state, dialog: { ...dialog, page, row: 0, filter: '' } }),
  );
}

const showConflicts: UiHandler = (state, context, key) =>
  state.dialog?.kind === 'rollback' && state.dialog.purpose === 'apply'
    ? say(state, 'they stay as they are: agents plan apply --on-conflict says otherwise')
    : toPage('conflicts', 'nobody else changed anything that goes back')(state, context, key);

const showPatch: UiHandler = whenLooked(({ state, dialog }) => {
  const from = listedOn(dialog);
  const change = rowsOf(dialog, from)[dialog.row];
  if (!change) return show(state);
  return show({ ...state, dialog: { ...dialog, page: 'patch', patch: { change, from, top: 0 } } });
});

/** Answers conflicts; what that changes is looked at anew. */
function decide(
  { state, context, dialog }: Looked,
  choice: ConflictChoice,
  meant: readonly RestoreConflict[],
): UiStep {
  const choices = new Map(dialog.choices);
  for (const { path } of meant) choices.set(path, choice);
  const token = Math.max(context.now, dialog.token + 1);
  return look(state, { ...dialog, choices, token, isLooking: true });
}

const decideAs = (choice: ConflictChoice): UiHandler =>
  whenLooked((looked) => {
    const { dialog } = looked;
    return decide(looked, choice, conflictsOn(dialog).slice(dialog.row, dialog.row + 1));
  });

const sameForAll: UiHandler = whenLooked((looked) => {
  const { state, dialog } = looked;
  const listed = conflictsOn(dialog);
  const conflict = listed[dialog.row];
  if (!conflict) return show(state);
  return decide(looked, dialog.choices.get(conflict.path) ?? conflict.resolution, listed);
});

/** The filter away, or one page back, if there is still something on it; from the first one nothing happens at all. */
export function leaveRollback(state: UiState, dialog: RollbackDialog): UiStep {
  if (dialog.page === 'rollback') return ask({ ...state, dialog: null }, { kind: 'end-preview' });
  const from = dialog.patch?.from;
  if (!from && dialog.filter !== '') return show({ ...state, dialog: { ...dialog, filter: '', row: 0 } });
  const page = from && rowsOf(dialog, from).length > 0 ? from : 'rollback';
  return show({ ...state, dialog: { ...dialog, page, patch: null } });
}

const openApply: UiHandler = (state, context) =>
  isComplete(context.view)
    ? openOrder(state, context, { kind: 'apply' })
    : say(state, 'A: only the result of a complete plan is accepted');

export const ROLLING_BACK = {
  apply: openApply,
  rollback: openRollback,
  undo: openUndo,
  'roll-back-both': rollBackAs(null),
  'roll-back-state': rollBackAs('plan_only'),
  'roll-back-files': rollBackAs('files_only'),
  'leave-damaged': rollBackAs(null, true),
  'show-paths': toPage('paths', 'no file changes'),
  'show-conflicts': showConflicts,
  'show-patch': showPatch,
  'keep-mine': decideAs('keep'),
  'take-theirs': decideAs('take'),
  'take-both': decideAs('both'),
  'same-for-all': sameForAll,
} as const satisfies Partial<Record<ActionId, UiHandler>>;
