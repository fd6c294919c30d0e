import type { CheckpointId } from '../../domain/ids.ts';
import type { ActionId } from '../keys/key-row.ts';
import { ensureCheckpoint, noCheckpointText } from './checkpoint-selection.ts';
import { isRunning } from './plan-standing.ts';
import { busy } from './rolling-back.ts';
import { ask, say, show, type TextHandler, type UiHandler, type UiStep } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

/** From the list, or from the dialog that would go back. */
const openFork: UiHandler = (state, context) => {
  if (state.work) return say(state, `F: ${busy(state.work)}`);
  const asked = state.dialog?.kind === 'rollback' ? state.dialog.checkpointId : null;
  const selected = asked === null ? ensureCheckpoint(state, context) : state;
  const checkpointId = asked ?? selected.checkpointSelected;
  if (checkpointId === null) return say(state, `F: ${noCheckpointText(state)}`);
  return show({ ...selected, dialog: { kind: 'fork', checkpointId, selected: 0 } });
};

function fork(state: UiState, checkpointId: CheckpointId, into: string | null): UiStep {
  const work = { what: 'forking a new plan', progress: '' };
  return ask(
    { ...state, dialog: null, input: null, toast: null, work },
    { kind: 'fork', checkpointId, into },
  );
}

const forkHere: UiHandler = (state) =>
  state.dialog?.kind === 'fork' ? fork(state, state.dialog.checkpointId, null) : show(state);

const forkInto: UiHandler = (state, { view }) => {
  const text = `${view.workspace}-fork`;
  return show({ ...state, input: { kind: 'folder', before: text, text, cursor: text.length } });
};

/** The folder that was typed. */
export const takeFolder: TextHandler = (state, text) => {
  const into = text.trim();
  if (state.dialog?.kind !== 'fork') return show({ ...state, input: null });
  if (into === '') return say(state, 'type a folder that is new or empty; Esc goes back');
  return fork(state, state.dialog.checkpointId, into);
};

const openForked: UiHandler = (state, { view }) => {
  if (state.dialog?.kind !== 'forked') return show(state);
  const { planId } = state.dialog;
  return ask({ ...state, dialog: null }, { kind: 'open-plan', planId, goesOn: isRunning(view) });
};

export const FORKING = {
  fork: openFork,
  'fork-here': forkHere,
  'fork-into': forkInto,
  'open-fork': openForked,
} as const satisfies Partial<Record<ActionId, UiHandler>>;
