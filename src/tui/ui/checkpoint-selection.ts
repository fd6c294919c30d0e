import { toPrintableLine } from '../../domain/printable.ts';
import { TRIGGER_WORDS } from '../words/glyphs.ts';
import { resetDetail } from './detail-scroll.ts';
import { say, show, type UiContext, type UiHandler } from './ui-step.ts';
import type { UiState } from './ui-state.ts';
import { clampIndex, clampTop, topShowing } from './window.ts';

/** Rows of the checkpoint list that are on the screen; 1 while the pane isn't. */
export const checkpointHeight = ({ layout }: UiContext): number =>
  layout.panes.checkpoints?.content.height ?? 1;

export function selectCheckpoint(state: UiState, context: UiContext, index: number): UiState {
  const row = context.checkpointRows.at(index);
  if (!row) return state;
  const window = {
    top: state.checkpointTop,
    count: context.checkpointRows.count,
    height: checkpointHeight(context),
  };
  const next: UiState = {
    ...state,
    checkpointSelected: row.id,
    checkpointIndex: index,
    checkpointTop: topShowing(index, window),
    lastList: 'checkpoints',
  };
  const same = row.id === state.checkpointSelected && state.lastList === 'checkpoints';
  return same ? next : resetDetail({ ...next, diffNow: null });
}

/** As `selectCheckpoint`, for somebody who goes there: the plan is shown as it was then. */
export function visitCheckpoint(state: UiState, context: UiContext, index: number): UiState {
  const next = selectCheckpoint(state, context, index);
  return { ...next, past: next.checkpointSelected, checkpointFollow: false };
}

/** The newest, if nobody has selected one yet. */
export function ensureCheckpoint(state: UiState, context: UiContext): UiState {
  return selectCheckpoint(state, context, state.checkpointSelected === null ? 0 : state.checkpointIndex);
}

/** The selection under new rows or another size. Before somebody selects one, none is. */
export function keepCheckpointSelection(state: UiState, context: UiContext): UiState {
  const { checkpointRows: rows, view } = context;
  const marked = state.mark === null || view.checkpoints.byId(state.mark) !== undefined;
  const isThere = state.past === null || view.checkpoints.byId(state.past) !== undefined;
  const kept = { ...state, mark: marked ? state.mark : null, past: isThere ? state.past : null };
  const window = { top: kept.checkpointTop, count: rows.count, height: checkpointHeight(context) };
  if (kept.checkpointSelected === null) return { ...kept, checkpointTop: clampTop(window) };
  if (isFollowing(kept)) return keepAt({ ...kept, checkpointTop: 0 }, context, 0);
  const found = rows.indexOf(kept.checkpointSelected);
  const index = found === -1 ? clampIndex(kept.checkpointIndex, rows.count) : found;
  // At the top the new ones are seen as they come, as long as the selection stays in sight.
  const stays = kept.checkpointTop === 0 && index < window.height;
  const moved = stays || found === -1 ? 0 : index - kept.checkpointIndex;
  return keepAt({ ...kept, checkpointTop: kept.checkpointTop + moved }, context, index);
}

/** What somebody reads of a checkpoint in the detail stays there while they read it. */
const isFollowing = ({ checkpointFollow, focus, lastList }: UiState): boolean =>
  checkpointFollow && !(focus === 'detail' && lastList === 'checkpoints');

/** Selects a row; what the detail shows changes only if it is about checkpoints. */
function keepAt(state: UiState, context: UiContext, index: number): UiState {
  const next = selectCheckpoint({ ...state, lastList: 'checkpoints' }, context, index);
  if (state.lastList === 'checkpoints') return next;
  const { checkpointSelected, checkpointIndex, checkpointTop } = next;
  return { ...state, checkpointSelected, checkpointIndex, checkpointTop };
}

const NONE = 'there is no checkpoint yet; c takes one';

/** Why there is nothing to select. */
export function noCheckpointText(state: UiState): string {
  const filter = checkpointFilterText(state);
  return filter === '' ? NONE : `no checkpoint has "${toPrintableLine(filter)}"; Esc in pane 2 shows all`;
}

/** What narrows the list, in words; empty: nothing does. */
export function checkpointFilterText({ checkpointFilter, checkpointTriggers }: UiState): string {
  const words = checkpointTriggers === 'all' ? [] : [TRIGGER_WORDS[checkpointTriggers]];
  return [...words, checkpointFilter].filter((word) => word !== '').join(' ');
}

function selectBy(offset: number, end: string): UiHandler {
  return (state, context) => {
    const count = context.checkpointRows.count;
    if (count === 0) return say(state, noCheckpointText(state));
    if (state.checkpointSelected === null) return show(visitCheckpoint(state, context, 0));
    const index = state.checkpointIndex + offset;
    if (index < 0 && state.checkpointFollow) return say(state, `this is the ${end} checkpoint`);
    // Beyond the newest there is only now.
    if (index < 0 && state.past !== null)
      return say(live(state), 'this is the newest checkpoint: the plan is shown as it is now', 'plain');
    const next = visitCheckpoint(state, context, clampIndex(index, count));
    return index === clampIndex(index, count) ? show(next) : say(next, `this is the ${end} checkpoint`);
  };
}

/** The plan as it is now, and the newest checkpoint. */
export const live = (state: UiState): UiState =>
  resetDetail({ ...state, past: null, diffNow: null, lastList: 'plan', checkpointFollow: true });

/** Back to the plan as it is now. */
export const toLive: UiHandler = (state) =>
  state.past === null && state.checkpointFollow
    ? say(state, 'v: this is the plan as it is now', 'dim')
    : show(live(state));

export const selectOlder = selectBy(1, 'oldest');
export const selectNewer = selectBy(-1, 'newest');

/** A is what others are compared with. */
export const toggleMark: UiHandler = (state, context) => {
  const row = context.checkpointRows.at(state.checkpointIndex);
  if (!row || state.checkpointSelected === null) return say(state, `Space: ${noCheckpointText(state)}`);
  if (state.mark === row.id) return say({ ...state, mark: null }, 'A: no checkpoint is marked now', 'plain');
  return say(
    { ...state, mark: row.id, checkpointFollow: false },
    `A: checkpoint ${row.checkpoint.number}; d compares with it`,
    'plain',
  );
};

/** What differs between A and the selected one; without A, between it and now, then what it changed itself. */
export const showDiff: UiHandler = (state, context) => {
  const selected = ensureCheckpoint(state, context);
  const id = selected.checkpointSelected;
  if (id === null) return say(state, `d: ${noCheckpointText(state)}`);
  if (state.mark === id) return say(state, 'd: this is A itself; select another checkpoint with , or .');
  const isNow = state.mark === null && !(state.tab === 'diff' && state.diffNow?.id === id);
  const diffNow = isNow ? { id, asked: context.now } : null;
  const shown: UiState = resetDetail({
    ...selected,
    tab: 'diff',
    lastList: 'checkpoints',
    diffNow,
    checkpointFollow: false,
  });
  return show(context.layout.panes.detail ? shown : { ...shown, focus: 'detail' });
};
