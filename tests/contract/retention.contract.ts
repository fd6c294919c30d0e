import { describe, expect, it } from 'vitest';
import { pruneCheckpoints } from '../../src/checkpoints/prune-checkpoints.ts';
import type { Checkpoint, Trigger } from '../../src/domain/checkpoint.ts';
import type { PlanState } from '../../src/domain/plan-state.ts';
import type { NumberRange } from '../../src/domain/retention.ts';
import { snapshotOf } from '../../src/domain/state-snapshot.ts';
import { createFork } from '../../src/execution/create-fork.ts';
import { failureOf } from '../support/storage-failure.ts';
import { History, ids, rolledBack } from '../support/storage-history.ts';
import { self, type Place } from '../support/storage-places.ts';

const DAY_MS = 86_400_000;

const rules = (maxPerPlan: number | null, maxAgeMs: number | null = null) => ({ maxPerPlan, maxAgeMs });

async function prune(place: Place, history: History, most: number, restores = false): Promise<number> {
  const order = { rules: rules(most), now: 0, restores };
  return await pruneCheckpoints(place.storage, history.journal, order);
}

async function numbersOf(place: Place, { rootId }: History): Promise<readonly number[]> {
  const { items } = await place.storage.checkpoints.list({ planId: rootId, tree: true });
  return items.map(({ number }) => number);
}

/** A checkpoint for each value; each is of another state. */
async function checkpoints(
  history: History,
  count: number,
  trigger?: Trigger,
): Promise<readonly Checkpoint[]> {
  const made: Checkpoint[] = [];
  for (let n = 0; n < count; n += 1) {
    await history.set('key', { n, text: 'x'.repeat(400) });
    made.push(await history.checkpoint(trigger));
  }
  return made;
}

const pruned = (history: History, numbers: readonly NumberRange[], count: number) => ({
  type: 'checkpoint.pruned' as const,
  plan_id: history.rootId,
  payload: { numbers, count, to_seq: 0 },
});

/** What every store does for retention. */
export function retentionContract(open: () => Promise<Place>): void {
  it('Given more than may be, When they are pruned, Then the oldest go, in one event, and numbers go on', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    const made = await checkpoints(history, 6);
    expect(await prune(place, history, 2)).toBe(4);
    expect(await numbersOf(place, history)).toEqual([5, 6]);
    const { checkpoints: store, plans } = place.storage;
    expect(await store.count(history.rootId)).toBe(2);
    const events = await plans.eventsOfType(history.rootId, 'checkpoint.pruned');
    const to_seq = made[3]?.seq;
    expect(events.map(({ payload }) => payload)).toEqual([{ count: 4, numbers: [[1, 4]], to_seq }]);
    expect(await plans.prunedTo(history.rootId)).toBe(to_seq);
    const { items } = await store.list({ planId: history.rootId });
    expect(items.map(({ parent_id }) => parent_id)).toEqual([null, made[4]?.id]);
    expect(await history.checkpoint()).toMatchObject({ number: 7, parent_id: made[5]?.id });
    expect(await prune(place, history, 3)).toBe(0);
  });

  it('Given some were pruned, When a moment is read, Then what no checkpoint holds is refused', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    await checkpoints(history, 2);
    const kept = await history.checkpoint('manual');
    const live = snapshotOf(history.journal.plan(history.rootId));
    await checkpoints(history, 3);
    const { plans, checkpoints: store } = place.storage;
    const stateOf = async (seq: number) =>
      snapshotOf((await plans.stateAt(history.rootId, seq)).plans.get(history.rootId) as PlanState);
    const first = await stateOf(1);
    const later = await stateOf(kept.seq + 5);
    await prune(place, history, 2);
    expect(await numbersOf(place, history)).toEqual([3, 6]);
    for (const seq of [2, kept.seq - 1, kept.seq + 1, kept.seq + 4]) {
      const refused = await failureOf(plans.stateAt(history.rootId, seq));
      expect(refused).toMatchObject({ code: 'moment_not_kept', exitCode: 6 });
      expect(refused.nextSteps).toHaveLength(1);
    }
    expect(await store.snapshot(kept.id)).toEqual(live);
    expect(await stateOf(kept.seq)).toEqual(live);
    // What a fold starts from, and what came later, is there.
    expect(await stateOf(1)).toEqual(first);
    expect(await stateOf(kept.seq + 5)).toEqual(later);
    const { workspace, created_at } = await plans.get(history.rootId);
    const fork = { planId: ids.next(), workspace, created_at };
    const gone = createFork(plans, ids, { ...fork, checkpoint: { ...kept, seq: kept.seq + 1 } });
    expect(await failureOf(gone)).toMatchObject({ code: 'moment_not_kept' });
    await createFork(plans, ids, { ...fork, checkpoint: kept });
    expect(await numbersOf(place, history)).toEqual([3, 6]);
  });

  it('Given a checkpoint was pruned while it was forked, Then nothing is forked', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    const [first] = await checkpoints(history, 3);
    const { plans } = place.storage;
    const { workspace, created_at } = await plans.get(history.rootId);
    const meanwhile = {
      next: () => ids.next(),
    };
    const late = Object.assign(Object.create(plans) as typeof plans, {
      fork: async (...args: Parameters<typeof plans.fork>) => {
        await prune(place, history, 1);
        await plans.fork(...args);
      },
      stateAt: plans.stateAt.bind(plans),
      get: plans.get.bind(plans),
      tree: plans.tree.bind(plans),
    });
    const planId = ids.next();
    const forking = createFork(late, meanwhile, {
      planId,
      checkpoint: first as Checkpoint,
      workspace,
      created_at,
    });
    expect(await failureOf(forking)).toMatchObject({ code: 'checkpoint_not_found' });
    expect(await failureOf(plans.get(planId))).toMatchObject({ code: 'plan_not_found' });
  });

  describe('what has to stay', () => {
    it.each<{ why: string; kept: string; make: (history: History, place: Place) => Promise<Checkpoint> }>([
      {
        why: 'pinned',
        kept: 'pinned',
        make: async (history) => {
          const made = await history.checkpoint();
          await history.mark(made, { pinned: true });
          return made;
        },
      },
      {
        why: 'labelled',
        kept: 'labelled',
        make: (history) => history.checkpoint('interval', { label: 'x' }),
      },
      { why: 'taken by hand', kept: 'manual', make: (history) => history.checkpoint('manual') },
      { why: 'a failure', kept: 'error', make: (history) => history.checkpoint('on_error') },
      {
        why: 'the last of a subplan',
        kept: 'last',
        make: async (history) => history.checkpoint('interval', { planId: await history.spawn('child') }),
      },
      {
        why: 'the way back from the last rollback',
        kept: 'way_back',
        make: async (history) => {
          const made = await history.checkpoint('pre_rollback');
          await history.mark(made, { pinned: false });
          await history.journal.commit([rolledBack(history.rootId, made.id, [], made.id)]);
          return made;
        },
      },
      {
        why: 'what another plan was forked from',
        kept: 'forked',
        make: async (history, { storage: { plans } }) => {
          const checkpoint = await history.checkpoint();
          const { workspace, created_at } = await plans.get(history.rootId);
          await createFork(plans, ids, { planId: ids.next(), checkpoint, workspace, created_at });
          return checkpoint;
        },
      },
      {
        why: 'named by an operation',
        kept: 'in_use',
        make: async (history, { storage: { operations } }) => {
          const made = await history.checkpoint();
          const { rootId: root_plan_id } = history;
          const progress = { to: made.id };
          const about = {
            kind: 'rollback',
            workspace: null,
            process: self,
            started_at: made.created_at,
          } as const;
          await operations.begin({ id: ids.next(), root_plan_id, progress, ...about });
          return made;
        },
      },
    ])('Given one that is $why, When others are pruned, Then it stays', async ({ kept, make }) => {
      await using place = await open();
      const history = await History.create(place.storage);
      await checkpoints(history, 2);
      const made = await make(history, place);
      await checkpoints(history, 2);
      expect(await prune(place, history, 1)).toBe(3);
      const left = await place.storage.checkpoints.oldest(history.rootId, 0, 10);
      expect(left.map(({ id, kept: why }) => [id, why])).toEqual([
        [made.id, kept],
        [expect.any(String), 'last'],
      ]);
      // Chosen by somebody who didn't know.
      const choice = pruned(history, [[made.number, made.number]], 1);
      const before = await place.storage.plans.head(history.rootId);
      expect(await failureOf(history.journal.commit([choice]))).toMatchObject({
        code: 'retention_overtaken',
      });
      expect(await place.storage.plans.head(history.rootId)).toEqual(before);
    });

    it('Given many failures, When they are pruned, Then the newest ten stay', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      await checkpoints(history, 12, 'on_error');
      await history.checkpoint();
      expect(await prune(place, history, 1)).toBe(2);
      expect((await numbersOf(place, history))[0]).toBe(3);
    });

    it('Given one is gone already, When it is to be pruned with others, Then none is', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      await checkpoints(history, 4);
      await history.journal.commit([pruned(history, [[2, 2]], 1)]);
      const choice = pruned(history, [[1, 3]], 3);
      expect(await failureOf(history.journal.commit([choice]))).toMatchObject({
        code: 'retention_overtaken',
      });
      expect(await numbersOf(place, history)).toEqual([1, 3, 4]);
    });
  });

  it('Given an age, When some are older, Then they go whatever their number', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    const made = await checkpoints(history, 5);
    const now = Date.parse((made[3] as Checkpoint).created_at) + DAY_MS;
    const order = { rules: rules(null, DAY_MS), now, restores: false };
    expect(await pruneCheckpoints(place.storage, history.journal, order)).toBe(3);
    expect(await numbersOf(place, history)).toEqual([4, 5]);
    const never = { rules: rules(null), now, restores: false };
    expect(await pruneCheckpoints(place.storage, history.journal, never)).toBe(0);
  });

  it('Given more than a batch, When they are pruned, Then an event says each, and a stop ends it between two', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    for (let n = 0; n < 230; n += 1) await history.checkpoint();
    const stop = new AbortController();
    stop.abort();
    const order = { rules: rules(10), now: 0, restores: false };
    expect(await pruneCheckpoints(place.storage, history.journal, order, stop.signal)).toBe(0);
    expect(await prune(place, history, 10)).toBe(220);
    const events = await place.storage.plans.eventsOfType(history.rootId, 'checkpoint.pruned');
    expect(events.map(({ payload }) => (payload as { count: number }).count)).toEqual([100, 100, 20]);
    expect(await place.storage.checkpoints.count(history.rootId)).toBe(10);
  });

  it('Given a write is running, When checkpoints are pruned, Then nothing is thinned out from its beginning on', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    await checkpoints(history, 2);
    const call_id = ids.next();
    const call = { call_id, step_id: 'one', attempt: 1, tool: 'shell.run', input: {}, tree_before: null };
    await history.journal.commit([
      { type: 'tool.started', plan_id: history.rootId, payload: { ...call, effect: 'write' } },
    ]);
    const { seq } = history.journal.tree;
    await checkpoints(history, 3);
    expect(await prune(place, history, 1)).toBe(4);
    expect(await place.storage.plans.prunedTo(history.rootId)).toBe(seq - 1);
    expect((await place.storage.plans.stateAt(history.rootId, seq)).seq).toBe(seq);
  });

  it('Given an applied plan, When checkpoints are pruned, Then the moment before that is kept: an undo leads there', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    await checkpoints(history, 3);
    const payload = { checkpoint_id: null, changes: { count: 0, list: [] } };
    await history.journal.commit([{ type: 'plan.applied', plan_id: history.rootId, payload }]);
    const { seq } = history.journal.tree;
    const before = await place.storage.plans.stateAt(history.rootId, seq - 1);
    await checkpoints(history, 2);
    expect(await prune(place, history, 1)).toBe(4);
    expect(await place.storage.plans.prunedTo(history.rootId)).toBe(seq - 2);
    const after = await place.storage.plans.stateAt(history.rootId, seq - 1);
    expect(snapshotOf(after.plans.get(history.rootId) as PlanState)).toEqual(
      snapshotOf(before.plans.get(history.rootId) as PlanState),
    );
  });

  it('Given one of a batch is pinned after it was chosen, Then none of it goes, and the next time chooses again', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    const [first] = await checkpoints(history, 4);
    const { checkpoints: store, plans } = place.storage;
    const stores = {
      plans,
      checkpoints: {
        count: store.count.bind(store),
        oldest: async (...args: Parameters<typeof store.oldest>) => {
          const found = await store.oldest(...args);
          await history.mark(first as Checkpoint, { pinned: true });
          return found;
        },
      },
    };
    const order = { rules: rules(1), now: 0, restores: false };
    expect(await pruneCheckpoints(stores, history.journal, order)).toBe(0);
    expect(await numbersOf(place, history)).toEqual([1, 2, 3, 4]);
    expect(await prune(place, history, 1)).toBe(2);
  });

  it('Given another one has taken the plan, When it is pruned, Then that is said and nothing has gone', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    await checkpoints(history, 3);
    const lease = await place.storage.leases.acquire(history.rootId, self, 'runner', null);
    expect(lease?.fence).toBe(1);
    expect(await failureOf(prune(place, history, 1))).toMatchObject({ code: 'lease_lost' });
    expect(await numbersOf(place, history)).toEqual([1, 2, 3]);
  });

  it('Given many past states, When a stop comes while they are swept, Then the rest is swept the next time', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    for (let n = 0; n < 450; n += 1) await history.set(`k${n}`, n);
    for (let n = 0; n < 450; n += 1) await history.set(`k${n}`, -n);
    await checkpoints(history, 3);
    const { plans } = place.storage;
    const before = await plans.footprint(history.rootId);
    const stop = new AbortController();
    const stores = {
      checkpoints: place.storage.checkpoints,
      plans: {
        prunedTo: plans.prunedTo.bind(plans),
        eventsOfType: plans.eventsOfType.bind(plans),
        sweepStates: async (...args: Parameters<typeof plans.sweepStates>) => {
          stop.abort();
          return await plans.sweepStates(...args);
        },
      },
    };
    const order = { rules: rules(2), now: 0, restores: false };
    expect(await pruneCheckpoints(stores, history.journal, order, stop.signal)).toBe(1);
    const some = await plans.footprint(history.rootId);
    await checkpoints(history, 1);
    await prune(place, history, 2);
    const less = await plans.footprint(history.rootId);
    expect([some.parts <= before.parts, less.parts <= some.parts + 1]).toEqual([true, true]);
    expect((await plans.stateAt(history.rootId)).plans.get(history.rootId)?.parts.context.size).toBe(451);
  });
}
