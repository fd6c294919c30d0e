import { findLabelFault } from '../../domain/ids.ts';
import type { ActingActionId } from '../keys/acting-actions.ts';
import { ensureCheckpoint, noCheckpointText } from './checkpoint-selection.ts';
import { hasEnded, hasFailed, isRunning } from './plan-standing.ts';
import { ask, say, show, type TextHandler, type UiHandler } from './ui-step.ts';

const pin: UiHandler = (state, context) => {
  const selected = ensureCheckpoint(state, context);
  const checkpoint = context.view.checkpoints.byId(selected.checkpointSelected);
  if (!checkpoint) return say(state, `P: ${noCheckpointText(state)}`);
  const { id: checkpointId, pinned } = checkpoint;
  return ask(selected, { kind: 'mark', checkpointId, mark: { pinned: !pinned } });
};

const relabel: UiHandler = (state, context) => {
  const selected = ensureCheckpoint(state, context);
  const checkpoint = context.view.checkpoints.byId(selected.checkpointSelected);
  if (!checkpoint) return say(state, `R: ${noCheckpointText(state)}`);
  const text = checkpoint.label ?? '';
  return show({ ...selected, input: { kind: 'relabel', before: text, text, cursor: text.length } });
};

/** The label that was typed for the selected checkpoint; none takes it away. */
export const takeNewLabel: TextHandler = (state, text) => {
  const label = text.trim() === '' ? null : text.trim();
  const fault = label === null ? null : findLabelFault(label);
  if (fault !== null) return say(state, fault);
  const closed = { ...state, input: null };
  const { checkpointSelected: checkpointId } = state;
  return checkpointId === null ? show(closed) : ask(closed, { kind: 'mark', checkpointId, mark: { label } });
};

/** Going on with a failed plan is going on from its failed step. */
const retry: UiHandler = (state, { view }) => {
  if (hasFailed(view)) return ask(state, { kind: 'resume' });
  return say(state, `r: the plan has not failed${isRunning(view) ? '' : '; p goes on with one that rests'}`);
};

const openCancel: UiHandler = (state, { view }) =>
  hasEnded(view)
    ? say(state, 'X: the plan has ended')
    : show({ ...state, dialog: { kind: 'cancel', selected: 0 } });

export const ACTING = {
  pin,
  relabel,
  retry,
  'cancel-plan': openCancel,
  'cancel-now': (state) => ask({ ...state, dialog: null }, { kind: 'cancel' }),
} as const satisfies Partial<Record<ActingActionId, UiHandler>>;
