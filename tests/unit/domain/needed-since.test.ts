import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../../src/domain/apply-event.ts';
import { hasRestores, neededSince } from '../../../src/domain/needed-since.ts';
import type { NewEvent, PlanEvent } from '../../../src/domain/plan-event.ts';
import { EMPTY_TREE, type TreeState } from '../../../src/domain/plan-state.ts';
import { created, newPlan } from '../../support/storage-history.ts';

const plan = newPlan();
const child = { ...newPlan({ name: 'child' }), root_plan_id: plan.plan_id, parent_id: plan.plan_id };

function fold(events: readonly NewEvent[]): TreeState {
  return events.reduce((tree, event, index) => {
    const at = { root_plan_id: plan.plan_id, seq: index + 1, at: '2026-01-01T00:00:00.000Z' };
    return applyEvent(tree, { ...event, ...at } as PlanEvent).state;
  }, EMPTY_TREE);
}

const begin = (call_id: string, effect: 'read' | 'write' = 'write', plan_id = plan.plan_id): NewEvent[] => [
  { type: 'step.started', plan_id, payload: { step_id: 'one', attempt: 1 } },
  {
    type: 'tool.started',
    plan_id,
    payload: { call_id, step_id: 'one', attempt: 1, tool: 't', effect, input: {}, tree_before: null },
  },
];
const end = (call_id: string, plan_id = plan.plan_id): NewEvent[] => [
  { type: 'tool.completed', plan_id, payload: { call_id, result: null, tree_after: null } },
];
const complete = (plan_id = plan.plan_id): NewEvent[] => [
  { type: 'step.completed', plan_id, payload: { step_id: 'one', call_id: null, output: null } },
];
const spawned: NewEvent[] = [
  {
    type: 'subplan.spawned',
    plan_id: plan.plan_id,
    payload: { subplan_id: 'S', plan_id: child.plan_id, step_id: 'two', name: 'child', max_retries: 1 },
  },
  created(child, 'S'),
];

describe('what is needed whatever is pruned', () => {
  // The first event makes the plan; a call's place is that of its `tool.started`.
  it.each<[string, readonly NewEvent[], number, number]>([
    ['nothing ran', [], Infinity, Infinity],
    ['a write runs', begin('A'), 3, 3],
    ['something that only reads runs', begin('A', 'read'), Infinity, Infinity],
    ['a write has ended, and its step goes on', [...begin('A'), ...end('A')], Infinity, 3],
    ['a step is complete', [...begin('A'), ...end('A'), ...complete()], Infinity, Infinity],
    [
      'a step of a subplan is complete that goes on',
      [
        ...spawned,
        ...begin('A', 'write', child.plan_id),
        ...end('A', child.plan_id),
        ...complete(child.plan_id),
      ],
      Infinity,
      5,
    ],
    [
      'the plan has failed',
      [
        ...begin('A'),
        ...end('A'),
        {
          type: 'plan.failed',
          plan_id: plan.plan_id,
          payload: { error: { code: 'x', message: 'x', hint: null } },
        },
      ],
      Infinity,
      Infinity,
    ],
  ])('Given %s', (_what, events, without, withRestores) => {
    const tree = fold([created(plan), ...events]);
    expect(neededSince(tree, false)).toBe(without);
    expect(neededSince(tree, true)).toBe(withRestores);
  });

  it('Given documents, Then one that wants attempts taken back is found, also in what it includes', () => {
    const wants = { steps: [{ retries: { max: 1, backoff_ms: 0, restore: 'workspace' } }] };
    expect(hasRestores({ steps: [] }, { deep: wants })).toBe(true);
    expect(hasRestores({ steps: [{ retries: { restore: null } }] })).toBe(false);
  });
});
