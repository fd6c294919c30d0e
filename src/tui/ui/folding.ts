import type { ActionId } from '../keys/key-row.ts';
import type { TreeRow } from '../rows/tree-row.ts';
import { treeRows } from '../rows/tree-rows.ts';
import { glyphsFor } from '../words/glyphs.ts';
import { ensureCheckpoint } from './checkpoint-selection.ts';
import { selectPlanRow } from './plan-selection.ts';
import { say, show, type UiContext, type UiHandler } from './ui-step.ts';
import type { UiState } from './ui-state.ts';

const withFold = (state: UiState, id: string, open: boolean): UiState => ({
  ...state,
  folds: new Map(state.folds).set(id, open),
});

/** While a filter shows what it found, nothing that leads there is folded. */
const FILTERED = 'nothing is folded while there is a filter; Esc shows all';

const fold: UiHandler = (state, context) => {
  const row = context.treeRows[state.planIndex];
  if (row?.fold === 'open' && state.planFilter === '') return show(withFold(state, row.id, false));
  const parent = context.treeRows.findIndex(({ id }) => id === row?.parentId);
  if (parent === -1) return say(state, 'h: nothing to fold here');
  return show({ ...selectPlanRow(state, context, parent), follow: false });
};

const unfold: UiHandler = (state, context) => {
  const row = context.treeRows[state.planIndex];
  if (row?.fold === 'folded') return show(withFold(state, row.id, true));
  if (row?.fold !== 'open') return say(state, 'l: nothing to unfold here');
  return show({ ...selectPlanRow(state, context, state.planIndex + 1), follow: false });
};

/** Folds or unfolds what has parts; of everything else shows the detail. */
const open: UiHandler = (state, context) => {
  if (state.focus === 'checkpoints')
    return show({ ...ensureCheckpoint(state, context), focus: 'detail', checkpointFollow: false });
  const row = context.treeRows[state.planIndex];
  if (!row) return say(state, 'Enter: there is no row yet');
  if (row.fold === 'leaf') return show({ ...state, focus: 'detail' });
  if (state.planFilter !== '') return say(state, FILTERED);
  return show(withFold(state, row.id, row.fold === 'folded'));
};

/** Opens everything, at any depth; if all is open already, folds everything. */
const unfoldAll: UiHandler = (state, context) => {
  if (state.planFilter !== '') return say(state, FILTERED);
  if (!context.treeRows.some((row) => row.fold !== 'leaf')) return say(state, '*: nothing to unfold here');
  if (context.treeRows.some((row) => row.fold === 'folded'))
    return show({ ...state, folds: allOpen(state, context) });
  const folds = new Map(state.folds);
  for (const row of context.treeRows) if (row.fold === 'open') folds.set(row.id, false);
  // What stays in sight of the selection is the outermost row that it is part of.
  const outermost = state.planAncestors.at(-1) ?? state.planSelected;
  const index = context.treeRows.findIndex(({ id }) => id === outermost);
  return show({ ...selectPlanRow(state, context, index), folds, follow: false });
};

/** The rows within a folded one are known only once it is open: one level after another. */
function allOpen(
  state: UiState,
  { shown: view, treeRows: rows, now }: UiContext,
): ReadonlyMap<string, boolean> {
  const folds = new Map(state.folds);
  const glyphs = glyphsFor('ascii', {});
  const isNew = (row: TreeRow): boolean => row.fold === 'folded' && folds.get(row.id) !== true;
  for (let seen = rows; seen.some(isNew);) {
    for (const row of seen) if (row.fold === 'folded') folds.set(row.id, true);
    seen = treeRows(view, { folds, filter: '', keepOpen: null, glyphs, now });
  }
  return folds;
}

export const FOLDING = { fold, unfold, open, 'unfold-all': unfoldAll } as const satisfies Partial<
  Record<ActionId, UiHandler>
>;
