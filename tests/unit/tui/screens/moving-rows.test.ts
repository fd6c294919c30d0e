import { describe, expect, it } from 'vitest';
import type { TreeRow } from '../../../../src/tui/rows/tree-row.ts';
import { treeRows } from '../../../../src/tui/rows/tree-rows.ts';
import { ScreenModels } from '../../../../src/tui/screens/screen-model.ts';
import type { PlanView } from '../../../../src/tui/store/plan-view.ts';
import { INITIAL_UI } from '../../../../src/tui/ui/ui-state.ts';
import { ROOT } from '../../../support/fake-plan.ts';
import { CHILD, newPlan, SUBPLAN, viewOf, withSubplan } from '../rows/views.ts';
import { UNICODE } from '../store/hand-feed.ts';

const step = (name: string, plan = ROOT): string => `step:${plan}/${name}`;

/** The rows that a screen shows with one after the other selected, and those that are right. */
function rowsWith(
  view: PlanView,
  selected: readonly (string | null)[],
): readonly { readonly shown: readonly TreeRow[]; readonly right: readonly TreeRow[] }[] {
  const unread = (): undefined => undefined;
  const files = { list: unread, compare: unread, patch: unread, counts: unread };
  const models = new ScreenModels(UNICODE, { snapshot: unread, treeAt: unread, files }, 38);
  const size = { columns: 120, rows: 36 };
  return selected.map((planSelected) => {
    const ui = { ...INITIAL_UI, planSelected };
    const shown = models.derive({ view, ui, size, now: 0, pastRead: 0 }).treeRows;
    const options = { folds: ui.folds, filter: '', keepOpen: planSelected, glyphs: UNICODE, now: 0 };
    return { shown, right: treeRows(view, options) };
  });
}

/** A step with a subplan that has ended: folded, unless a row in it is selected. */
function quiet(): PlanView {
  const plan = withSubplan();
  for (const name of ['k1', 'k2']) plan.begins(name, { planId: CHILD }).ends(name, { planId: CHILD });
  plan.add('plan.completed', { outputs: {} }, CHILD).add('subplan.completed', { subplan_id: SUBPLAN });
  return viewOf(plan.add('step.completed', { step_id: 'kids', call_id: null, output: null }));
}

describe('moving among the rows of a plan', () => {
  it('Given branches that are open by themselves, then no row is made anew', () => {
    const view = viewOf(newPlan().created('demo', ['a', 'b', 'c']).runs().begins('a'));
    const all = rowsWith(view, [null, 'phase:execute', step('a'), step('c'), step('b'), 'phase:strategize']);
    for (const { shown } of all) expect(shown).toBe(all[0]?.shown);
    expect(all[0]?.shown.map(({ id }) => id)).toContain(step('c'));
  });

  it('Given a branch that one row keeps open, then it folds as soon as another is selected', () => {
    const inside = step('k2', CHILD);
    const all = rowsWith(quiet(), [
      step('kids'),
      inside,
      step('k1', CHILD),
      inside,
      `subplan:${SUBPLAN}`,
      step('z'),
      inside,
      'phase:execute',
      step('gone'),
    ]);
    for (const { shown, right } of all) expect(shown).toEqual(right);
    expect(all.map(({ shown }) => shown.some((row) => row.id === inside))).toEqual([
      false,
      true,
      true,
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
    expect(all[3]?.shown).toBe(all[2]?.shown);
  });
});
