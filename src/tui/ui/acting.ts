import { findLabelFault } from '../../domain/ids.ts';
import { decisionsOf, type DecisionState } from '../../domain/plan-state.ts';
import { openCommand, typeCommand } from '../command/step-command.ts';
import type { ActingActionId } from '../keys/acting-actions.ts';
import type { NodeRef } from '../rows/tree-row.ts';
import type { PlanView } from '../store/plan-view.ts';
import { ensureCheckpoint, noCheckpointText } from './checkpoint-selection.ts';
import { hasEnded, hasFailed, isRunning } from './plan-standing.ts';
import { ask, say, show, type TextHandler, type UiHandler } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

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

/** The command is begun, with the options below it; Enter shows what goes back before anything does. */
const correct: UiHandler = (state, { view, treeRows }) => {
  const node = treeRows[state.planIndex]?.node;
  const name = node?.kind === 'step' ? nameOfDecided(view, node) : null;
  if (name === null) return say(state, 'O: the selected step was not decided by anybody');
  const { command, effects } = openCommand(state.command);
  const line = `correct ${name} --choose `;
  const opened: UiState = { ...state, command: typeCommand(command, line) };
  return { state: opened, effects: [...effects, { kind: 'complete', line }] };
};

/** How a command names what was decided in a step; null: nothing was. Steps of two plans may have one name. */
function nameOfDecided(
  { tree, rootId }: PlanView,
  { planId, stepId }: Extract<NodeRef, { kind: 'step' }>,
): string | null {
  const plan = tree.plans.get(planId);
  const made = plan && decisionsOf(plan).find((one) => one.step_id === stepId && holds(one));
  if (!made) return null;
  return planId === rootId ? stepId : made.id;
}

const holds = ({ chosen, superseded_by, type }: DecisionState): boolean =>
  chosen !== null && superseded_by === null && (type === 'choice' || type === 'answer');

const openCancel: UiHandler = (state, { view }) =>
  hasEnded(view)
    ? say(state, 'X: the plan has ended')
    : show({ ...state, dialog: { kind: 'cancel', selected: 0 } });

export const ACTING = {
  pin,
  relabel,
  retry,
  correct,
  'cancel-plan': openCancel,
  'cancel-now': (state) => ask({ ...state, dialog: null }, { kind: 'cancel' }),
} as const satisfies Partial<Record<ActingActionId, UiHandler>>;
