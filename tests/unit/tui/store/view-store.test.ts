import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../../../src/domain/apply-event.ts';
import type { EventPayloads, EventType, PlanEvent } from '../../../../src/domain/plan-event.ts';
import { EMPTY_TREE, stepOf } from '../../../../src/domain/plan-state.ts';
import { KEPT_ENTRIES } from '../../../../src/tui/store/plan-view.ts';
import { ROOT as STORY_ROOT, storyEvents } from '../../../support/event-story.ts';
import { FakePlan, id, ROOT } from '../../../support/fake-plan.ts';
import { FakeTime } from '../../../support/fake-time.ts';
import { HandFeed, openStore } from './hand-feed.ts';

/** Events of one plan with a step `a`, to be told by hand. */
class Journal {
  readonly events: PlanEvent[] = [];

  constructor() {
    const steps = ['a', 'b'].map((id) => ({ id, kind: 'run' as const, name: id, effect: null }));
    this.add('plan.created', { name: 'demo', goal: 'all', workspace: '/w', parent: null, steps });
  }
  add<T extends EventType>(type: T, payload: EventPayloads[T]): readonly PlanEvent[] {
    const seq = this.events.length + 1;
    const at = new Date(Date.parse('2026-11-21T02:00:00.000Z') + seq * 10).toISOString();
    const event = { type, payload, plan_id: ROOT, root_plan_id: ROOT, seq, at } as PlanEvent;
    this.events.push(event);
    return [event];
  }
  note(): readonly PlanEvent[] {
    return this.add('note.added', { text: 'x', step_id: null });
  }
}

function live(): ReturnType<typeof openStore> & { journal: Journal; feed: HandFeed } {
  const [journal, feed] = [new Journal(), new HandFeed()];
  const opened = openStore(ROOT, feed);
  feed.told.onEvents(journal.events);
  feed.told.onCaughtUp();
  opened.time.advance(1000);
  return { ...opened, journal, feed };
}

describe('a store that nobody has subscribed to', () => {
  it('has an empty view, then what was told before the first subscription', () => {
    const [journal, feed] = [new Journal(), new HandFeed()];
    const { store, time } = openStore(ROOT, feed);
    expect(store.getView()).toMatchObject({
      rootId: ROOT,
      name: '',
      caughtUp: false,
      runner: { kind: 'unknown' },
      fault: null,
    });
    feed.told.onEvents(journal.events);
    feed.told.onEvents(journal.note());
    time.advance(66);
    expect(store.getView()).toMatchObject({ name: 'demo', goal: 'all', workspace: '/w', caughtUp: false });
    expect(store.getView().log.size).toBe(2);
  });
});

describe('telling of a new view', () => {
  it('is at once after a rest, then once per 66 ms, and nothing is told when nothing happens', () => {
    const { feed, journal, store, time, told } = live();
    const before = told();
    feed.told.onEvents(journal.note());
    expect(told()).toBe(before + 1);
    const view = store.getView();
    for (let i = 0; i < 10; i += 1) feed.told.onEvents(journal.note());
    time.advance(65);
    expect([told(), store.getView()]).toEqual([before + 1, view]);
    time.advance(1);
    expect(told()).toBe(before + 2);
    expect(store.getView().log.size).toBe(view.log.size + 10);
    time.advance(10_000);
    expect([told(), time.waiting]).toEqual([before + 2, 0]);
  });

  it('gives the same view until the next one', () => {
    const { feed, journal, store } = live();
    feed.told.onEvents(journal.note());
    const view = store.getView();
    feed.told.onEvents(journal.note());
    expect(store.getView()).toBe(view);
  });

  it.each([
    ['plan.completed', { outputs: {} }],
    ['plan.failed', { error: { code: 'x', message: 'm', hint: null } }],
    ['plan.paused', { reason: 'person', by: null }],
    ['plan.cancelled', { reason: 'cancelled', by: null }],
  ] as const)('is at once for %s of the root plan', (type, payload) => {
    const { feed, journal, told } = live();
    feed.told.onEvents(journal.note());
    const before = told();
    feed.told.onEvents(journal.add(type, payload as never));
    feed.told.onEvents(journal.add(type, payload as never));
    expect(told()).toBe(before + 2);
  });

  it('is at once for a checkpoint, a question, the runner and a fault, but once in 66 ms', () => {
    const plan = new FakePlan(new FakeTime());
    plan.created('demo', ['a']).runs();
    const { told, time } = openStore(ROOT, plan.feed);
    const early: readonly (() => void)[] = [
      () => plan.checkpointed('manual'),
      () => plan.waits('a', 'Which?', []),
      () => plan.runner({ kind: 'nobody' }),
      () => plan.fault({ code: 'x', message: 'm', hint: null }),
    ];
    for (const happen of early) {
      time.advance(1000);
      plan.add('note.added', { text: 'x', step_id: null });
      const before = told();
      happen();
      happen();
      happen();
      expect(told()).toBe(before + 1);
      time.advance(66);
      expect(told()).toBe(before + 2);
    }
  });

  it('ends with the subscription and with the store', async () => {
    const { feed, journal, store, time, told } = live();
    let heard = 0;
    const off = store.subscribe(() => (heard += 1));
    feed.told.onEvents(journal.note());
    off();
    time.advance(1000);
    feed.told.onEvents(journal.note());
    expect(heard).toBe(1);
    feed.told.onEvents(journal.note());
    const before = told();
    const listener = feed.told;
    await store.stop();
    listener.onEvents(journal.note());
    store.showOutput(['C']);
    time.advance(1000);
    expect([told(), time.waiting]).toEqual([before, 0]);
  });
});

describe('a burst', () => {
  it('of 10,000 events gives the right state with few notifications', () => {
    const { feed, journal, store, time, told } = live();
    const before = told();
    for (let i = 1; i <= 5000; i += 1) {
      const started = journal.add('step.started', { step_id: i % 2 === 0 ? 'a' : 'b', attempt: i });
      feed.told.onEvents(started);
      feed.told.onEvents(journal.note());
      if (i % 50 === 0) time.advance(10);
    }
    time.advance(66);
    const tree = journal.events.reduce((tree, event) => applyEvent(tree, event).state, EMPTY_TREE);
    const view = store.getView();
    expect(view.tree.seq).toBe(10_001);
    expect(view.tree.plans.toJS()).toEqual(tree.plans.toJS());
    // One second of time passed.
    expect(told() - before).toBeLessThanOrEqual(1000 / 66 + 2);
  });

  it('of checkpoints is told at most twice per 66 ms', () => {
    const plan = new FakePlan(new FakeTime());
    plan.created('demo', ['a']);
    const { told, store, time } = openStore(ROOT, plan.feed);
    time.advance(100);
    const before = told();
    for (let i = 0; i < 2000; i += 1) {
      plan.checkpointed('interval');
      if (i % 20 === 0) time.advance(10);
    }
    time.advance(66);
    expect(store.getView().checkpoints.size).toBe(2000);
    expect(told() - before).toBeLessThanOrEqual((2 * 1066) / 66 + 2);
  });

  it('costs an event the same however long the journal is', () => {
    const { feed, journal } = live();
    const cost = (): number => {
      // Of this process alone, whatever else the machine does.
      const start = process.cpuUsage();
      for (let i = 0; i < 8000; i += 1) feed.told.onEvents(journal.note());
      return process.cpuUsage(start).user / 1000;
    };
    const costs = Array.from({ length: 7 }, cost);
    expect(Math.min(...costs.slice(-3))).toBeLessThan(5 * (costs[1] as number) + 50);
  });
});

describe('attaching in the middle', () => {
  it('shows what a watcher from the start sees, however the pages fall', () => {
    const events = storyEvents();
    const seen = (pages: readonly (readonly PlanEvent[])[], caughtUpAfter: number): unknown => {
      const feed = new HandFeed();
      const { store, time } = openStore(STORY_ROOT, feed);
      pages.forEach((page, index) => {
        if (index === caughtUpAfter) feed.told.onCaughtUp();
        feed.told.onEvents(page);
        if (index % 3 === 0) time.advance(70);
      });
      if (caughtUpAfter >= pages.length) feed.told.onCaughtUp();
      time.advance(100);
      const { tree, checkpoints, log, ...rest } = store.getView();
      return { ...rest, plans: tree.plans.toJS(), checkpoints: [...checkpoints], log: log.toJS() };
    };
    const whole = seen([events], 1);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: events.length - 1 })),
        fc.integer({ min: 0, max: 20 }),
        (cuts, caughtUpAfter) => {
          const ends = [...cuts.sort((a, b) => a - b), events.length];
          const pages = ends.map((end, index) => events.slice(ends[index - 1] ?? 0, end));
          expect(seen(pages, caughtUpAfter)).toEqual(whole);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what is kept', () => {
  it('is the newest part of the log, with the step and the call of each entry', () => {
    const plan = new FakePlan(new FakeTime());
    plan.created('demo', ['a']).runs().begins('a').ends('a').checkpointed('manual', { step_id: 'a' });
    plan.waits('a', 'Which?', []);
    const child = { id: id('CHD'), parent: ROOT, subplan: id('SP') };
    plan.add('subplan.spawned', {
      subplan_id: id('SP'),
      plan_id: child.id,
      step_id: 'a',
      name: 'kid',
      max_retries: 0,
    });
    plan.created('kid', ['k'], child);
    plan.add('subplan.started', { subplan_id: id('SP'), attempt: 1 });
    const { store, time } = openStore(ROOT, plan.feed);
    const entries = store.getView().log.map(({ type, stepId, callId }) => [type, stepId, callId]);
    const call = id('CA');
    expect(entries.toArray()).toEqual([
      ['plan.created', null, null],
      ['plan.phase_changed', null, null],
      ['step.started', 'a', null],
      ['tool.started', 'a', call],
      ['tool.completed', 'a', call],
      ['step.completed', 'a', call],
      ['checkpoint.created', 'a', null],
      ['decision.made', 'a', null],
      ['subplan.spawned', 'a', null],
      ['plan.created', null, null],
      ['subplan.started', 'a', null],
    ]);
    for (let i = 0; i < KEPT_ENTRIES; i += 1) plan.add('note.added', { text: String(i), step_id: null });
    time.advance(100);
    const { log } = store.getView();
    expect([log.size, log.last()?.line.text, log.first()?.line.text]).toEqual([KEPT_ENTRIES, '19999', '0']);
  });

  it('is every checkpoint that was not deleted', () => {
    const plan = new FakePlan(new FakeTime());
    plan.created('demo', ['a']);
    for (let i = 0; i < 5; i += 1) plan.checkpointed('manual');
    plan.add('checkpoint.deleted', { checkpoint_id: id('K2'), number: 2 });
    plan.add('checkpoint.deleted', { checkpoint_id: id('K4'), number: 4 });
    const { store } = openStore(ROOT, plan.feed);
    expect([...store.getView().checkpoints].map(({ number }) => number)).toEqual([1, 3, 5]);
  });

  it('Given retention took many, then they are gone, and how many is known', () => {
    const plan = new FakePlan(new FakeTime());
    plan.created('demo', ['a']);
    for (let i = 0; i < 6; i += 1) plan.checkpointed('interval');
    plan.add('checkpoint.deleted', { checkpoint_id: id('K2'), number: 2 });
    // It never names one that is gone already; if it did, nothing would come of it.
    plan.add('checkpoint.pruned', {
      count: 3,
      numbers: [
        [1, 3],
        [5, 5],
      ],
      to_seq: 4,
    });
    const { store } = openStore(ROOT, plan.feed);
    const { checkpoints } = store.getView();
    expect([...checkpoints].map(({ number }) => number)).toEqual([4, 6]);
    expect([checkpoints.gone, checkpoints.upTo(1).gone]).toEqual([4, 0]);
  });

  it('Given checkpoints are labelled and pinned, then the view says so, as the last word on each is', () => {
    const plan = new FakePlan(new FakeTime());
    plan.created('demo', ['a']).checkpointed('manual').checkpointed('manual', { label: 'two' });
    plan.add('checkpoint.marked', { checkpoint_id: id('K1'), number: 1, label: 'one' });
    plan.add('checkpoint.marked', { checkpoint_id: id('K1'), number: 1, pinned: true });
    plan.add('checkpoint.marked', { checkpoint_id: id('K2'), number: 2, label: null });
    const { store } = openStore(ROOT, plan.feed);
    const shown = () => [...store.getView().checkpoints].map(({ label, pinned }) => ({ label, pinned }));
    expect(shown()).toEqual([
      { label: 'one', pinned: true },
      { label: null, pinned: false },
    ]);
  });

  it('is each phase with its times', () => {
    const time = new FakeTime('2026-11-21T02:00:00.000Z');
    const plan = new FakePlan(time);
    plan.created('demo', ['a']);
    const { store } = openStore(ROOT, plan.feed, { time });
    const phases = (): unknown =>
      store
        .getView()
        .phases.map(({ phase, startedAt, endedAt }) => [
          phase,
          startedAt.slice(17, 19),
          endedAt?.slice(17, 19) ?? null,
        ]);
    const after = (happen: () => void): unknown => {
      time.advance(1000);
      happen();
      return phases();
    };
    expect(phases()).toEqual([['strategize', '00', null]]);
    expect(after(() => plan.add('plan.phase_changed', { phase: 'strategize', state: 'processing' }))).toEqual(
      [['strategize', '00', null]],
    );
    expect(after(() => plan.runs())).toEqual([
      ['strategize', '00', '02'],
      ['execute', '02', null],
    ]);
    expect(after(() => plan.add('plan.paused', { reason: 'person', by: null }))).toContainEqual([
      'execute',
      '02',
      '03',
    ]);
    expect(after(() => plan.add('plan.resumed', { by: null }))).toContainEqual(['execute', '02', null]);
    expect(after(() => plan.add('plan.completed', { outputs: {} }))).toContainEqual(['execute', '02', '05']);
    expect(after(() => plan.add('plan.applied', { checkpoint_id: null }))).toEqual([
      ['strategize', '00', '02'],
      ['execute', '02', '05'],
      ['apply', '06', '06'],
    ]);
  });

  it('is who runs the plan and what is wrong', () => {
    const { feed, store, time } = live();
    feed.told.onRunner({ kind: 'lost', how: 'killed' });
    feed.told.onFault({ code: 'busy', message: 'the database is busy', hint: null });
    time.advance(100);
    expect(store.getView()).toMatchObject({ runner: { kind: 'lost' }, fault: { code: 'busy' } });
    feed.told.onFault(null);
    expect(store.getView().fault).toBe(null);
  });
});

describe('a journal that makes no sense', () => {
  it('is said once and for all; what made sense stays', () => {
    const { feed, journal, store, time } = live();
    feed.told.onEvents([
      ...journal.add('step.started', { step_id: 'a', attempt: 1 }),
      ...journal.add('step.started', { step_id: 'nowhere', attempt: 1 }),
      ...journal.note(),
    ]);
    feed.told.onFault(null);
    feed.told.onEvents(journal.note());
    time.advance(100);
    const { fault, log, tree } = store.getView();
    expect(fault?.code).toBe('unknown_step');
    expect(log.last()?.type).toBe('step.started');
    expect(stepOf(tree.plans.get(ROOT) as never, 'a')?.status).toBe('running');
  });
});
