import { toPrintableLine } from '../../domain/printable.ts';
import type { ActionId } from '../keys/key-row.ts';
import type { TreeRow } from '../rows/tree-row.ts';
import {
  checkpointFilterText,
  checkpointHeight,
  selectNewer,
  selectOlder,
  toLive,
  visitCheckpoint,
} from './checkpoint-selection.ts';
import {
  detailHeight,
  detailToEnd,
  scrollDetail,
  scrollFromList,
  toggleDetailFollow,
} from './detail-scroll.ts';
import { moveInDialog, moveInHelp, type Stride } from './dialog-moves.ts';
import { planHeight, runningIndex, selectPlanRow } from './plan-selection.ts';
import { movingKeys } from './strides.ts';
import { toggleNewest } from './timeline.ts';
import { say, show, type UiContext, type UiHandler } from './ui-step.ts';
import type { UiState } from './ui-state.ts';
import { clampIndex } from './window.ts';

function moveBy(direction: 1 | -1, stride: Stride): UiHandler {
  return (state, context) => {
    const { dialog, keys } = state;
    if (dialog?.kind === 'help')
      return show({
        ...state,
        dialog: moveInHelp(dialog, direction, stride, { layout: context.layout, keys }),
      });
    if (dialog) return show({ ...state, dialog: moveInDialog(dialog, direction, stride, context) });
    if (state.focus === 'detail')
      return show(moveInDetail(state, context, direction * stride(detailHeight(context))));
    if (state.focus === 'checkpoints')
      return moveInCheckpoints(state, context, direction * stride(checkpointHeight(context)));
    return moveInPlan(state, context, direction * stride(planHeight(context)));
  };
}

function moveInDetail(state: UiState, context: UiContext, by: number): UiState {
  return by === Infinity ? detailToEnd(state, context) : scrollDetail(state, context, by);
}

export function moveInPlan(state: UiState, context: UiContext, by: number) {
  const index = clampIndex(state.planIndex + by, context.treeRows.length);
  if (index === -1) return say(state, emptyText(state.planFilter));
  // Whoever goes somewhere else wants to stay there.
  const stays = context.treeRows[index]?.id === state.planSelected;
  return show(selectPlanRow(stays ? state : { ...state, follow: false }, context, index));
}

export function moveInCheckpoints(state: UiState, context: UiContext, by: number) {
  const index = clampIndex(state.checkpointIndex + by, context.checkpointRows.count);
  if (index === -1) return say(state, emptyText(checkpointFilterText(state)));
  return show(visitCheckpoint(state, context, index));
}

const emptyText = (filter: string): string =>
  filter === '' ? 'there is no row yet' : `no row has "${toPrintableLine(filter)}"; Esc shows all`;

/** Back to where the plan is now: follows the step that runs, or will run. */
const moveLive: UiHandler = (state, context) => {
  const running = runningIndex(context.treeRows, state.planSelected);
  const index = running === -1 ? context.treeRows.length - 1 : running;
  return show({ ...selectPlanRow(state, context, index), follow: true, past: null, checkpointFollow: true });
};

const toggleFollow: UiHandler = (state, context, key) =>
  state.follow ? show({ ...state, follow: false }) : moveLiveIfRunning(state, context, key);

/** Following begins where one is, if nothing runs at the moment. */
const moveLiveIfRunning: UiHandler = (state, context) => {
  const index = runningIndex(context.treeRows, state.planSelected);
  return show({ ...selectPlanRow(state, context, index), follow: true });
};

/** To the next row of some kind after the selection, round the end. */
function jumpTo(wanted: (row: TreeRow) => boolean, none: string): UiHandler {
  return (state, context) => {
    const found = context.treeRows.flatMap((row, index) => (wanted(row) ? [index] : []));
    const next = found.find((index) => index > state.planIndex) ?? found[0];
    if (next === undefined) return say(state, none);
    return show({ ...selectPlanRow(state, context, next), follow: false });
  };
}

const FOLLOWING: Readonly<Record<UiState['focus'], UiHandler>> = {
  plan: toggleFollow,
  checkpoints: toggleNewest,
  detail: toggleDetailFollow,
};

export const MOVING = {
  ...movingKeys(moveBy),
  'move-live': moveLive,
  'detail-down': scrollFromList(1, 'J'),
  'detail-up': scrollFromList(-1, 'K'),
  live: toLive,
  older: selectOlder,
  newer: selectNewer,
  follow: (state, context, key) => FOLLOWING[state.focus](state, context, key),
  'next-error': jumpTo((row) => row.failed, '!: no step has failed'),
  'running-step': jumpTo((row) => row.running, '@: no step runs'),
} as const satisfies Partial<Record<ActionId, UiHandler>>;
