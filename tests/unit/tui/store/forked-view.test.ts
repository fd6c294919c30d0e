import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../../../src/domain/apply-event.ts';
import type { EventPayloads, EventType, PlanEvent } from '../../../../src/domain/plan-event.ts';
import { EMPTY_TREE, runStateOf, type PlanState, type TreeState } from '../../../../src/domain/plan-state.ts';
import { decision, id } from '../../../support/event-story.ts';
import { ROOT } from '../../../support/fake-plan.ts';
import { HandFeed, openStore } from './hand-feed.ts';

function event<T extends EventType>(seq: number, type: T, payload: EventPayloads[T]): PlanEvent {
  const at = `2026-11-21T02:00:${String(seq).padStart(2, '0')}.000Z`;
  return { type, payload, plan_id: ROOT, root_plan_id: ROOT, seq, at } as PlanEvent;
}

const steps = [{ id: 'ask', kind: 'decide' as const, name: 'ask', effect: null }];
const call = {
  step_id: 'ask',
  attempt: 1,
  tool: 'shell.run',
  effect: 'read',
  input: {},
  tree_before: null,
} as const;

/** What a fork begins with: a call that ended, a question that is open and one that was answered. */
const base: TreeState = [
  event(1, 'plan.created', { name: 'source', goal: null, workspace: '/source', parent: null, steps }),
  event(2, 'plan.phase_changed', { phase: 'execute', state: 'queued' }),
  event(3, 'tool.started', { call_id: id(30), ...call }),
  event(4, 'tool.completed', { call_id: id(30), result: { stdout: 'said' }, tree_after: null }),
  event(5, 'decision.made', { decision: decision({ id: id(40) }) }),
  event(6, 'decision.made', { decision: decision({ id: id(41), chosen: 'yes' }) }),
].reduce((tree: TreeState, one) => applyEvent(tree, one).state, EMPTY_TREE);

const forked = event(1, 'plan.forked', {
  name: 'fork',
  goal: 'another way',
  workspace: '/w',
  phase: 'execute',
  source_plan_id: id(3),
  checkpoint_id: id(50),
  seq: 6,
  state_hash: 'b',
  tree_hash: null,
});

function openFork() {
  const feed = new HandFeed();
  const { store, time } = openStore(ROOT, feed);
  feed.told.onBase({ ...base, seq: 1 });
  feed.told.onEvents([forked]);
  feed.told.onCaughtUp();
  const tell = (...events: readonly PlanEvent[]): void => {
    feed.told.onEvents(events);
    time.advance(1000);
  };
  return { store, tell };
}

describe('Given a fork is looked at', () => {
  it('Then it shows what it began with: its steps, its phase, what a person is asked, what calls said', () => {
    const { store } = openFork();
    const view = store.getView();
    expect(view).toMatchObject({ name: 'fork', goal: 'another way', workspace: '/w', fault: null });
    expect(view.tree).toMatchObject({ seq: 1, rootId: ROOT });
    expect(view.tree.plans.get(ROOT)?.parts.steps.size).toBe(1);
    expect(view.phases).toEqual([{ phase: 'execute', startedAt: forked.at, endedAt: forked.at }]);
    expect(view.waiting).toMatchObject([{ kind: 'decision', decision: { id: id(40) } }]);
    store.showOutput([id(30)]);
    expect(store.getView().log.size).toBe(1);
  });

  it('When it goes on and back, Then the view follows', () => {
    const { store, tell } = openFork();
    tell(event(2, 'plan.resumed', { by: null }));
    expect(store.getView().phases.at(-1)).toMatchObject({ phase: 'execute', endedAt: null });
    tell(event(3, 'decision.made', { decision: decision({ id: id(40), chosen: 'no' }) }));
    expect(store.getView().waiting).toEqual([]);
    const about = {
      checkpoint_id: id(50),
      number: 1,
      to_seq: 1,
      pre_rollback_id: null,
      scope: 'plan_only',
    } as const;
    const part = { plan_id: ROOT, section: 'plan', ord: 0, gone: false } as const;
    const parts = [
      { ...part, key: 'state', value: 'queued' },
      {
        ...part,
        section: 'decisions',
        key: id(40),
        value: { ...decision({ id: id(40) }), sequence: 1 } as never,
      },
    ];
    tell(event(4, 'plan.rolled_back', { ...about, changes: null, parts }));
    expect(store.getView().waiting).toMatchObject([{ decision: { id: id(40), chosen: null } }]);
    expect(store.getView().phases).toMatchObject([{ phase: 'execute', endedAt: '2026-11-21T02:00:04.000Z' }]);
    const earlier = [...parts, { ...part, key: 'phase', value: 'strategize' }];
    tell(event(5, 'plan.rolled_back', { ...about, changes: null, parts: earlier }));
    expect(store.getView().phases.map(({ phase }) => phase)).toEqual(['execute', 'strategize']);
    expect(runStateOf(store.getView().tree.plans.get(ROOT) as PlanState)).toBe('queued');
  });
});
