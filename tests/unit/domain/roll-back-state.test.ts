import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../../src/domain/apply-event.ts';
import {
  EMPTY_TREE,
  runStateOf,
  SECTIONS,
  type PlanState,
  type TreeState,
} from '../../../src/domain/plan-state.ts';
import { rollBackParts } from '../../../src/domain/roll-back-state.ts';
import { CHILD, ROOT, storyEvents } from '../../support/event-story.ts';
import { rolledBack } from '../../support/storage-history.ts';

const AT = '2026-11-21T03:00:00.000Z';
const events = storyEvents();
const next = (tree: TreeState, event: Omit<(typeof events)[number], 'seq'>): TreeState =>
  applyEvent(tree, { ...event, seq: tree.seq + 1 } as (typeof events)[number]).state;

function rollBack(live: TreeState, target: TreeState): TreeState {
  const parts = rollBackParts(live, target);
  return applyEvent(live, { ...rolledBack(ROOT, 'X', parts), seq: live.seq + 1, at: AT }).state;
}

/** All parts, but not the root's `state`, nor plans without any. */
function partsOf(tree: TreeState): unknown {
  return [...tree.plans.values()]
    .flatMap((plan) =>
      SECTIONS.flatMap((section) =>
        [...plan.parts[section]].map(([key, part]) => [`${plan.planId} ${section} ${key}`, part] as const),
      ),
    )
    .filter(([name]) => name !== `${ROOT} plan state`)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('a rollback of the state', () => {
  it('Given random stories that go back and on, Then each rollback gives what was there, with the root queued', () => {
    const moves = fc.array(fc.tuple(fc.nat(20), fc.nat()), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(moves, (all) => {
        let tree = EMPTY_TREE;
        let told = 0;
        const trees: TreeState[] = [];
        for (const [count, pick] of all) {
          for (let i = 0; i <= count && told < events.length; i += 1) {
            tree = next(tree, events[told] as (typeof events)[number]);
            told += 1;
            trees.push(tree);
          }
          const target = trees[pick % trees.length] as TreeState;
          const back = rollBack(tree, target);
          expect(partsOf(back)).toEqual(partsOf(target));
          expect(runStateOf(back.plans.get(ROOT) as PlanState)).toBe('queued');
          // To go back to where one is says nothing.
          expect(rollBackParts(back, back)).toEqual([]);
          // What was rolled back can be had again.
          expect(partsOf(rollBack(back, tree))).toEqual(partsOf(tree));
        }
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it('Given a subplan that came later, Then all its parts go, and nothing that stayed is named', () => {
    const spawnedAt = events.findIndex(({ type }) => type === 'subplan.spawned');
    const fold = (count: number): TreeState => events.slice(0, count).reduce(next, EMPTY_TREE);
    const parts = rollBackParts(fold(spawnedAt + 2), fold(spawnedAt));
    expect(parts.filter(({ gone }) => !gone)).toMatchObject([
      { plan_id: ROOT, section: 'plan', key: 'state' },
    ]);
    const gone = parts
      .filter((part) => part.gone)
      .map(({ plan_id, section, key }) => `${plan_id} ${section} ${key}`);
    expect(gone).toContain(`${CHILD} steps one`);
    expect(gone.filter((name) => name.startsWith(ROOT))).toHaveLength(1);
    const { plans } = rollBack(fold(spawnedAt + 2), fold(spawnedAt));
    expect(SECTIONS.every((section) => plans.get(CHILD)?.parts[section].size === 0)).toBe(true);
  });
});
