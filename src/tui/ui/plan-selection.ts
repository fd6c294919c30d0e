import type { TreeRow } from '../rows/tree-row.ts';
import { resetDetail } from './detail-scroll.ts';
import { hasEnded } from './plan-standing.ts';
import type { UiContext } from './ui-step.ts';
import type { UiState } from './ui-state.ts';
import { clampIndex, topShowing } from './window.ts';

/** Rows of the plan that are on the screen; 1 while the pane isn't. */
export const planHeight = ({ layout }: UiContext): number => layout.panes.plan?.content.height ?? 1;

/** Selects a row of the context's. Somebody's own choice shows in the detail; following is for the caller to end. */
export function selectPlanRow(state: UiState, context: UiContext, index: number): UiState {
  const row = context.treeRows[index];
  if (!row) return state;
  const window = { top: state.planTop, count: context.treeRows.length, height: planHeight(context) };
  const next: UiState = {
    ...state,
    planSelected: row.id,
    planIndex: index,
    planAncestors: keepEqual(state.planAncestors, ancestorsOf(context.treeRows, index)),
    planTop: topShowing(index, window),
    lastList: 'plan',
  };
  const same = row.id === state.planSelected && state.lastList === 'plan';
  return same ? next : resetDetail(next);
}

const keepEqual = (before: readonly string[], after: readonly string[]): readonly string[] =>
  before.length === after.length && after.every((id, index) => id === before[index]) ? before : after;

/** The ids of the rows that a row is below, the nearest first. Each stands somewhere above it. */
function ancestorsOf(rows: readonly TreeRow[], index: number): readonly string[] {
  const found: string[] = [];
  let wanted = rows[index]?.parentId ?? null;
  for (let at = index - 1; at >= 0 && wanted !== null; at -= 1) {
    const row = rows[at] as TreeRow;
    if (row.id !== wanted) continue;
    found.push(row.id);
    wanted = row.parentId;
  }
  return found;
}

// An open branch runs because something in it does; a step also for itself, below its earlier attempts.
const runs = (row: TreeRow): boolean => row.running && (row.fold !== 'open' || row.node.kind === 'step');

/** The row to follow: the selected one while it runs, else the first that runs or waits for a person; -1: none does. */
export function runningIndex(rows: readonly TreeRow[], selected: string | null): number {
  const own = rows.findIndex((row) => row.id === selected && runs(row));
  if (own !== -1) return own;
  const running = rows.findIndex(runs);
  return running === -1 ? rows.findIndex(({ waits }) => waits) : running;
}

/** As `runningIndex`; of a plan that has ended what one wants to see of it: what failed first, or its end. */
function followedIndex({ treeRows, shown }: UiContext, selected: string | null): number {
  const running = runningIndex(treeRows, selected);
  if (running !== -1 || !hasEnded(shown)) return running;
  const failed = treeRows.findIndex((row) => row.failed && row.node.kind !== 'phase');
  return failed === -1 ? treeRows.length - 1 : failed;
}

/** Where the selection is in rows that may be other ones: its row, its nearest ancestor, or the same place. */
export function planIndexIn(rows: readonly TreeRow[], state: UiState): number {
  for (const id of [state.planSelected, ...state.planAncestors]) {
    const index = rows.findIndex((row) => row.id === id);
    if (index !== -1) return index;
  }
  return clampIndex(state.planIndex, rows.length);
}

/** The selection under new rows or another size: by id, and on the same line of the screen. */
export function keepPlanSelection(state: UiState, context: UiContext): UiState {
  const followed = state.follow ? followedIndex(context, state.planSelected) : -1;
  const index = followed === -1 ? planIndexIn(context.treeRows, state) : followed;
  const row = context.treeRows[index];
  if (!row) return state;
  // Rows that came or went above the selection move the window with it.
  const moved = row.id === state.planSelected ? index - state.planIndex : 0;
  const next = selectPlanRow({ ...state, planTop: state.planTop + moved, lastList: 'plan' }, context, index);
  return { ...next, lastList: state.lastList };
}
