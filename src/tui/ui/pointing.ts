import { DETAIL_TABS, TAB_WORDS, type DetailTab } from '../detail/detail-tabs.ts';
import { hitTest, isInside, type PaneHit } from '../layout/hit-test.ts';
import { PANES, type Layout, type PaneId } from '../layout/layout.ts';
import { isCommandOpen } from '../command/command-state.ts';
import { PANE_WORDS } from '../panes/pane-words.ts';
import { checkpointHeight, visitCheckpoint } from './checkpoint-selection.ts';
import { resetDetail, scrollDetail } from './detail-scroll.ts';
import { focusPane } from './looking.ts';
import { moveInCheckpoints, moveInPlan } from './moving.ts';
import { planHeight, selectPlanRow } from './plan-selection.ts';
import { WHEEL_ROWS, wheelRows, type Pointed } from './pointed.ts';
import { show, type UiContext, type UiStep } from './ui-step.ts';
import type { UiState } from './ui-state.ts';
import { scrolledWindow } from './window.ts';

/** Does what a key would do that stands for an action. */
export type Act = (state: UiState, action: 'move-down' | 'move-up', context: UiContext) => UiStep;

/** What comes of the mouse: a click goes where it points to, the wheel scrolls what is below it. */
export function stepPointed(before: UiState, pointed: Pointed, context: UiContext, act: Act): UiStep {
  if (!before.mouse) return show(before);
  const state = before.toast?.until === 'next-key' ? { ...before, toast: null } : before;
  const by = wheelRows(pointed);
  // What is open has the mouse, as it has the keys; and no click ever says yes to something.
  if (state.dialog || isCommandOpen(state.command)) return turnInDialog(state, by, context, act);
  if (state.input) return show(state);
  const hit = hitTest(context.layout, pointed);
  if (hit) return by === 0 ? click(state, hit, context) : show(scroll(state, hit, by, context));
  const named = by === 0 ? namedPane(context.layout, pointed) : null;
  return show(named ? focusPane(state, context, named) : state);
}

function turnInDialog(state: UiState, by: number, context: UiContext, act: Act): UiStep {
  if (by === 0 || state.input || state.command.line) return show(state);
  let step = show(state);
  for (let row = 0; row < (hasText(state) ? WHEEL_ROWS : 1); row += 1)
    step = act(step.state, by > 0 ? 'move-down' : 'move-up', context);
  return step;
}

/** Something to read is open, and not something to choose from. */
const hasText = ({ dialog, command }: UiState): boolean =>
  command.outputTop !== null ||
  dialog?.kind === 'help' ||
  (dialog?.kind === 'rollback' && dialog.patch !== null);

function click(state: UiState, { pane, row, head }: PaneHit, context: UiContext): UiStep {
  const focused = focusPane(state, context, pane);
  const tab = pane === 'detail' && head !== null ? tabAt(head) : null;
  if (tab !== null && tab !== state.tab) return show(resetDetail({ ...focused, tab, search: null }));
  if (row === null) return show(focused);
  if (pane === 'plan') {
    const index = focused.planTop + row;
    const isThere = index < context.treeRows.length;
    return isThere ? moveInPlan(focused, context, index - focused.planIndex) : show(focused);
  }
  const index = focused.checkpointTop + row;
  const isThere = pane === 'checkpoints' && index < context.checkpointRows.count;
  return isThere ? moveInCheckpoints(focused, context, index - focused.checkpointIndex) : show(focused);
}

/** The tab that stands so many cells from the beginning of its line. */
function tabAt(cell: number): DetailTab | null {
  let end = 1;
  return cell < end ? null : (DETAIL_TABS.find((tab) => cell < (end += TAB_WORDS[tab].length + 2)) ?? null);
}

/** Where the panes stand by name: the pane whose name a cell is on. */
function namedPane({ tabBar }: Layout, cell: Pointed): PaneId | null {
  if (!tabBar || !isInside(tabBar, cell)) return null;
  let end = 0;
  return PANES.find((pane) => cell.x < (end += PANE_WORDS[pane].length + 3)) ?? null;
}

function scroll(state: UiState, { pane }: PaneHit, by: number, context: UiContext): UiState {
  if (!context.layout.panes[pane]) return state;
  if (pane === 'detail') return scrollDetail(state, context, by);
  return pane === 'plan' ? scrollPlan(state, by, context) : scrollCheckpoints(state, by, context);
}

/** The selection stays where it is as long as that can be seen; upwards nothing is followed any more. */
function scrollPlan(state: UiState, by: number, context: UiContext): UiState {
  const { planTop, planIndex } = state;
  const window = { top: planTop + by, count: context.treeRows.length, height: planHeight(context) };
  const { top, index } = scrolledWindow(window, planIndex);
  if (top === planTop) return state;
  const scrolled = { ...state, planTop: top, follow: state.follow && by > 0 };
  if (index === planIndex) return scrolled;
  const { lastList } = state;
  return { ...selectPlanRow({ ...scrolled, follow: false }, context, index), lastList };
}

function scrollCheckpoints(state: UiState, by: number, context: UiContext): UiState {
  const { checkpointTop, checkpointIndex, checkpointSelected } = state;
  const window = {
    top: checkpointTop + by,
    count: context.checkpointRows.count,
    height: checkpointHeight(context),
  };
  const { top, index } = scrolledWindow(window, checkpointIndex);
  if (top === checkpointTop) return state;
  const scrolled = { ...state, checkpointTop: top, checkpointFollow: false };
  const stays = index === checkpointIndex || checkpointSelected === null;
  return stays ? scrolled : visitCheckpoint(scrolled, context, index);
}
