import { DETAIL_TABS, type DetailTab } from '../detail/detail-tabs.ts';
import type { ActionId } from '../keys/key-row.ts';
import { PANES, type PaneId, type Zoom } from '../layout/layout.ts';
import {
  checkpointFilterText,
  ensureCheckpoint,
  showDiff,
  toggleMark,
  toLive,
} from './checkpoint-selection.ts';
import { resetDetail } from './detail-scroll.ts';
import { say, show, type UiContext, type UiHandler } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

const following = <T>(list: readonly T[], item: T, step: 1 | -1): T =>
  list.at((list.indexOf(item) + step) % list.length) as T;

/** A list that gets the focus is the one whose selection the detail shows. */
export function focusPane(state: UiState, context: UiContext, focus: PaneId): UiState {
  const focused: UiState = { ...state, focus };
  if (focus === 'detail') return focused;
  if (focus === 'checkpoints') return { ...ensureCheckpoint(focused, context), lastList: 'checkpoints' };
  return state.lastList === 'plan' ? focused : resetDetail({ ...focused, lastList: 'plan' });
}

const toPane =
  (focus: PaneId): UiHandler =>
  (state, context) =>
    show(focusPane(state, context, focus));

const toTab =
  (step: 1 | -1): UiHandler =>
  (state, { layout }) => {
    const tab: DetailTab = following(DETAIL_TABS, state.tab, step);
    const shown: UiState = resetDetail({ ...state, tab, search: null });
    return show(layout.panes.detail ? shown : { ...shown, focus: 'detail' });
  };

const ZOOMS: readonly Zoom[] = ['normal', 'half', 'full'];

/** Where only one pane is seen anyway, half of the screen would change nothing. */
function zoomBy(step: 1 | -1, key: string, end: string): UiHandler {
  return (state, { layout }) => {
    if (layout.notice) return say(state, `${key}: the screen is too small for panes`);
    const zooms = layout.kind === 'single' ? ZOOMS.filter((zoom) => zoom !== 'half') : ZOOMS;
    const now = layout.kind === 'single' && state.zoom === 'half' ? 'normal' : state.zoom;
    const zoom = zooms[zooms.indexOf(now) + step];
    return zoom ? show({ ...state, zoom }) : say(state, `${key}: ${end}`);
  };
}

/** One level back; closing and cancelling come first, by their scopes. */
const back: UiHandler = (state, context) => {
  if (state.focus === 'plan' && state.planFilter !== '') return show({ ...state, planFilter: '' });
  if (state.focus === 'checkpoints' && checkpointFilterText(state) !== '')
    return show({ ...state, checkpointFilter: '', checkpointTriggers: 'all' });
  if (state.search) return show({ ...state, search: null });
  if (state.past !== null) return toLive(state, context, null);
  if (state.zoom !== 'normal') return show({ ...state, zoom: 'normal' });
  if (state.mark !== null) return say({ ...state, mark: null }, 'A: no checkpoint is marked now', 'plain');
  return say(state, 'nothing to go back from; q quits', 'dim');
};

const toggleTimestamps: UiHandler = (state) =>
  state.tab === 'log'
    ? show({ ...state, timestamps: !state.timestamps })
    : say(state, 't: only the log has times; [ ] change the tab');

export const LOOKING = {
  'next-pane': (state, context) => show(focusPane(state, context, following(PANES, state.focus, 1))),
  'previous-pane': (state, context) => show(focusPane(state, context, following(PANES, state.focus, -1))),
  'pane-plan': toPane('plan'),
  'pane-checkpoints': toPane('checkpoints'),
  'pane-detail': toPane('detail'),
  'next-tab': toTab(1),
  'previous-tab': toTab(-1),
  'zoom-in': zoomBy(1, '+', 'this pane has all of the screen already'),
  'zoom-out': zoomBy(-1, '_', 'nothing is zoomed'),
  back,
  wrap: (state) =>
    say({ ...state, wrap: !state.wrap }, `w: long lines are ${state.wrap ? 'cut' : 'wrapped'} now`, 'dim'),
  timestamps: toggleTimestamps,
  mark: toggleMark,
  diff: showDiff,
} as const satisfies Partial<Record<ActionId, UiHandler>>;
