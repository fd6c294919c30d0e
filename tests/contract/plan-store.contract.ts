import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/domain/plan-event.ts';
import type { Lease } from '../../src/ports/lease-store.ts';
import type { PlanRequest } from '../../src/ports/request-store.ts';
import { snapshotOf } from '../../src/domain/state-snapshot.ts';
import { failureOf } from '../support/storage-failure.ts';
import { firstCommit, History, ids, newPlan, rolledBack } from '../support/storage-history.ts';
import { plainTree } from '../support/storage-trees.ts';
import { other, self, type Place } from '../support/storage-places.ts';

const LONG = 'x'.repeat(5000);

/** What every store of plans does. */
export function planStoreContract(open: () => Promise<Place>): void {
  describe('creating and appending', () => {
    it('Given a new plan, When it is created, Then it is read back with all it was made of', async () => {
      await using place = await open();
      const { plans } = place.storage;
      const plan = newPlan({ name: 'notes', workspace: '/notes' });
      await plans.create(plan, { ...firstCommit(plan), newPlans: [plan] });
      expect(await plans.get(plan.plan_id)).toEqual({
        plan_id: plan.plan_id,
        root_plan_id: plan.plan_id,
        parent_id: null,
        forked_from: null,
        name: 'notes',
        goal: null,
        workspace: '/notes',
        phase: 'strategize',
        state: 'queued',
        checkpoints: 0,
        last_checkpoint_id: null,
        error: null,
        created_at: plan.created_at,
        updated_at: plan.created_at,
        document: plan.document,
        included_documents: {},
        inputs: { level: 3 },
        effective_config: { core: {} },
      });
      const head = await plans.head(plan.plan_id);
      expect(head).toMatchObject({ seq: 1, lastNumber: 0 });
      expect(head.hash).toMatch(/^[0-9a-f]{64}$/);
    });

    it('Given events, When they are appended, Then the row, the head, the journal and the state follow', async () => {
      await using place = await open();
      const { plans } = place.storage;
      const history = await History.create(place.storage);
      const error = { code: 'boom', message: 'it broke', hint: null };
      const failed: NewEvent = { type: 'plan.failed', plan_id: history.rootId, payload: { error } };
      await history.set('answer', 42);
      await history.journal.commit([failed]);
      const {
        checkpoints,
        last_checkpoint_id,
        state,
        error: shown,
        updated_at,
      } = await plans.get(history.rootId);
      expect({ checkpoints, last_checkpoint_id, state, shown }).toEqual({
        checkpoints: 0,
        last_checkpoint_id: null,
        state: 'errored',
        shown: error,
      });
      const events = await plans.events(history.rootId, 0, 100);
      expect(events.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
        '1 plan.created',
        '2 context.set',
        '3 plan.failed',
      ]);
      expect(updated_at).toBe(events[2]?.at);
      expect(await plans.events(history.rootId, 1, 1)).toEqual([events[1]]);
      for (const type of ['plan.created', 'plan.completed', 'config.changed'] as const) {
        const wanted = events.filter((event) => event.type === type);
        expect(await plans.eventsOfType(history.rootId, type)).toEqual(wanted);
      }
      expect(plainTree(await plans.stateAt(history.rootId))).toEqual(plainTree(history.journal.tree));
    });

    it.each([
      { what: 'a stale fence', change: { fence: 7 } },
      { what: 'another head', change: { expectedSeq: 5 } },
      { what: 'a journal that has moved on', change: { expectedSeq: 0 } },
    ])('Given $what, When it is appended, Then it is refused and nothing is written', async ({ change }) => {
      await using place = await open();
      const plan = newPlan();
      const commit = firstCommit(plan);
      await place.storage.plans.create(plan, commit);
      const before = await place.storage.plans.head(plan.plan_id);
      const refused = await failureOf(place.storage.plans.append({ ...commit, expectedSeq: 1, ...change }));
      expect(refused).toMatchObject({ code: 'lease_lost', exitCode: 6 });
      expect(await place.storage.plans.head(plan.plan_id)).toEqual(before);
      expect(await place.storage.plans.events(plan.plan_id, 0, 9)).toHaveLength(1);
    });

    it.each([
      { kind: 'text', value: LONG },
      { kind: 'object', value: { rows: [1, { deep: LONG }] } },
      { kind: 'number', value: 0.30000000000000004 },
      { kind: 'large number', value: 123456789012345680000 },
      { kind: 'null', value: null },
      { kind: 'true', value: true },
      { kind: 'a digest of its own', value: { $part: 'not ours', bytes: 3 } },
      { kind: 'odd text', value: '"quoted" \u0000 \u{1F600} 12' },
    ])(
      'Given a $kind as a value and as a result, When the journal is read, Then it is there unchanged',
      async ({ value }) => {
        await using place = await open();
        const history = await History.create(place.storage);
        await history.set('key', value);
        await history.call(value);
        const events = await place.storage.plans.events(history.rootId, 0, 100);
        expect(events.find((event) => event.type === 'context.set')?.payload).toEqual({ key: 'key', value });
        expect(events.find((event) => event.type === 'tool.completed')?.payload).toMatchObject({
          result: value,
        });
        expect(plainTree(await place.storage.plans.stateAt(history.rootId))).toEqual(
          plainTree(history.journal.tree),
        );
      },
    );
  });

  describe('state at a place', () => {
    it('Given a history with subplans and a part that goes and comes, When each seq is read, Then it is as it was', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      const trees = [history.journal.tree];
      const remember = (): unknown => trees.push(history.journal.tree);
      await history.set('a', 1);
      remember();
      const child = await history.spawn('child');
      remember();
      await history.set('a', 2);
      remember();
      await history.set('b', 1, child);
      remember();
      const gone = { plan_id: child, section: 'context', key: 'b', ord: 0, value: null, gone: true };
      const back = { ...gone, plan_id: history.rootId, key: 'a', value: 1, gone: false };
      await history.journal.commit([rolledBack(history.rootId, ids.next(), [gone, back])]);
      remember();
      await history.set('b', 2, child);
      remember();
      for (const tree of trees) {
        expect(plainTree(await place.storage.plans.stateAt(history.rootId, tree.seq))).toEqual(
          plainTree(tree),
        );
      }
    });

    it('Given no event yet, or one that is still to come, When it is read, Then it is empty, or the newest', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      expect(await place.storage.plans.stateAt(history.rootId, 0)).toMatchObject({ rootId: null, seq: 0 });
      expect(plainTree(await place.storage.plans.stateAt(history.rootId, 99))).toEqual(
        plainTree(history.journal.tree),
      );
    });

    it('Given an unknown plan, When it is read, Then it is not found; its journal is empty', async () => {
      await using place = await open();
      const id = ids.next();
      const { plans } = place.storage;
      for (const work of [plans.get(id), plans.head(id), plans.stateAt(id)]) {
        expect(await failureOf(work)).toMatchObject({ code: 'plan_not_found', exitCode: 4 });
      }
      expect(await plans.events(id, 0, 9)).toEqual([]);
      expect(await plans.eventsOfType(id, 'plan.created')).toEqual([]);
      expect(await plans.lastTree(id)).toBeNull();
      expect(await plans.tree(id)).toEqual([]);
    });
  });

  describe('trees and lists', () => {
    it('Given subplans of subplans, When the tree is read, Then the root is first, then by creation', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      const first = await history.spawn('first');
      const below = await history.spawn('below', first);
      const second = await history.spawn('second');
      const tree = await place.storage.plans.tree(history.rootId);
      expect(tree.map((plan) => plan.plan_id)).toEqual([history.rootId, first, below, second]);
      expect(tree.map((plan) => plan.parent_id)).toEqual([null, history.rootId, first, history.rootId]);
      expect(tree[1]).toMatchObject({
        document: { name: 'a plan', steps: [] },
        root_plan_id: history.rootId,
      });
      const head = await place.storage.plans.head(history.rootId);
      expect([...head.plans.keys()].sort()).toEqual([history.rootId, first, below, second].sort());
      expect(head.plans.get(second)?.stateHash).toMatch(/^[0-9a-f]{64}$/);
    });

    it('Given plans of two workspaces in many states, When they are listed, Then each filter holds, newest first', async () => {
      await using place = await open();
      const { plans } = place.storage;
      const old = await History.create(place.storage, { workspace: '/a' });
      const busy = await History.create(place.storage, { workspace: '/a' });
      const away = await History.create(place.storage, { workspace: '/b' });
      const child = await busy.spawn('child');
      const phase: NewEvent = {
        type: 'plan.phase_changed',
        plan_id: busy.rootId,
        payload: { phase: 'execute', state: 'processing' },
      };
      await busy.journal.commit([phase]);
      const list = async (filter: Parameters<typeof plans.list>[0]): Promise<readonly string[]> =>
        (await plans.list(filter)).items.map((plan) => plan.plan_id);
      expect(await list({})).toEqual([away.rootId, busy.rootId, old.rootId]);
      expect(await list({ includeSubplans: true })).toEqual([child, away.rootId, busy.rootId, old.rootId]);
      expect(await list({ workspace: '/a' })).toEqual([busy.rootId, old.rootId]);
      expect(await list({ phase: 'execute' })).toEqual([busy.rootId]);
      expect(await list({ state: 'queued', workspace: '/a' })).toEqual([old.rootId]);
      expect(await list({ state: 'applied' })).toEqual([]);
    });

    it('Given more plans than a page holds, some of one moment, When all pages are read, Then each comes once', async () => {
      await using place = await open();
      const made: string[] = [];
      for (const createdAt of ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z']) {
        for (let i = 0; i < 3; i += 1) made.push((await History.create(place.storage, { createdAt })).rootId);
      }
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await place.storage.plans.list({ limit: 2, ...(cursor === null ? {} : { cursor }) });
        seen.push(...page.items.map((plan) => plan.plan_id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(made.toReversed());
    });

    it('Given a text that is no cursor, When it is used, Then that is said', async () => {
      await using place = await open();
      const refused = await failureOf(place.storage.plans.list({ cursor: 'nonsense' }));
      expect(refused).toMatchObject({ code: 'invalid_cursor', exitCode: 2 });
    });

    it('Given nobody else writes, When the data version is asked, Then it stays', async () => {
      await using place = await open();
      const before = place.storage.plans.dataVersion();
      await History.create(place.storage);
      expect(place.storage.plans.dataVersion()).toBe(before);
    });
  });

  describe('naming a plan', () => {
    const A = '01KAAAAAAA0000000000AAAAAA';
    const B = '01KAAAAAAB0000000000BBBBBB';
    const C = '01KBBBBBBB0000000000CCAAAA';

    it.each([
      { reference: A, found: A },
      { reference: A.toLowerCase(), found: A },
      { reference: '01KB', found: C },
      { reference: '01kaaaaaab', found: B },
      { reference: 'BBBB', found: B },
      { reference: 'ccaaaa', found: C },
      { reference: '00bb', found: B },
      { reference: 'last', found: B },
    ])('Given three plans, When $reference is asked for, Then it is $found', async ({ reference, found }) => {
      await using place = await open();
      await History.create(place.storage, { id: A, workspace: '/a' });
      await History.create(place.storage, { id: B, workspace: '/a' });
      await History.create(place.storage, { id: C, workspace: '/b' });
      expect((await place.storage.plans.resolve(reference, '/a')).plan_id).toBe(found);
    });

    it('Given the clock was set back, When the last is asked for, Then it is the one that was made last', async () => {
      await using place = await open();
      await History.create(place.storage, { id: A, workspace: '/a', createdAt: '2026-06-02T00:00:00.000Z' });
      await History.create(place.storage, { id: B, workspace: '/a', createdAt: '2026-06-01T00:00:00.000Z' });
      expect((await place.storage.plans.resolve('last', '/a')).plan_id).toBe(B);
    });

    it.each([
      {
        reference: '01KA',
        code: 'ambiguous_plan',
        hint: /00BBBBBB two \(strategize\/queued\), 00AAAAAA one/,
      },
      { reference: 'AAAA', code: 'ambiguous_plan', hint: /CCAAAA/ },
      { reference: '01KZ', code: 'plan_not_found', hint: /beginning or end/ },
      { reference: 'AAA', code: 'plan_not_found', hint: /id/ },
      { reference: 'not an id', code: 'plan_not_found', hint: /id/ },
      { reference: '%', code: 'plan_not_found', hint: /id/ },
      { reference: '', code: 'plan_not_found', hint: /id/ },
      { reference: 'last', code: 'plan_not_found', hint: /last/ },
    ])('Given three plans, When $reference is asked for, Then $code', async ({ reference, code, hint }) => {
      await using place = await open();
      await History.create(place.storage, { id: A, name: 'one' });
      await History.create(place.storage, { id: B, name: 'two' });
      await History.create(place.storage, { id: C, name: 'three' });
      const refused = await failureOf(place.storage.plans.resolve(reference, '/elsewhere'));
      expect(refused).toMatchObject({ code, exitCode: 4 });
      expect(refused.hint).toMatch(hint);
      expect(refused.nextSteps.length).toBeGreaterThan(0);
    });
  });

  describe('deleting', () => {
    const asked = (rootId: string): PlanRequest => ({
      id: ids.next(),
      root_plan_id: rootId,
      plan_id: rootId,
      kind: 'pause',
      args: {},
      asker: self,
      asked_at: '2026-06-01T00:00:00.000Z',
      progress: null,
      answered_at: null,
      result: null,
    });

    it('Given two trees, When one is deleted, Then all of it has gone, as it was counted, and nothing of the other', async () => {
      await using place = await open();
      const { plans, checkpoints, requests, leases, operations } = place.storage;
      const [gone, kept] = [await History.create(place.storage), await History.create(place.storage)];
      for (const history of [gone, kept]) {
        const child = await history.spawn('child');
        await history.set('a', 1, child);
        await history.set('a', 2, child);
        await history.checkpoint('on_error', { planId: child });
        await requests.ask(asked(history.rootId));
        await operations.begin({
          id: ids.next(),
          kind: 'rollback',
          root_plan_id: history.rootId,
          workspace: '/project',
          process: self,
          started_at: '2026-06-01T00:00:00.000Z',
          progress: null,
        });
      }
      const tree = await plans.tree(gone.rootId);
      const [checkpoint] = (await checkpoints.list({ planId: gone.rootId, tree: true })).items;
      const request = (await requests.pending(gone.rootId))[0] as PlanRequest;
      const before = await plans.footprint(kept.rootId);
      const counted = await plans.footprint(gone.rootId);
      expect(counted).toMatchObject({ plans: 2, events: 6, checkpoints: 1, requests: 1 });
      const lease = (await leases.acquire(gone.rootId, self, 'command', null)) as Lease;
      expect(await plans.delete(gone.rootId, lease.fence)).toEqual(counted);
      for (const { plan_id } of tree) {
        expect(await failureOf(plans.get(plan_id))).toMatchObject({ code: 'plan_not_found' });
      }
      expect(await plans.events(gone.rootId, 0, 9)).toEqual([]);
      expect(await plans.tree(gone.rootId)).toEqual([]);
      expect(await requests.pending(gone.rootId)).toEqual([]);
      expect((await operations.open()).map(({ root_plan_id }) => root_plan_id)).toEqual([kept.rootId]);
      expect(await requests.read(request.id)).toBeNull();
      expect(await failureOf(checkpoints.snapshot(checkpoint?.id as string))).toMatchObject({ exitCode: 4 });
      expect(await plans.footprint(kept.rootId)).toEqual(before);
      expect((await plans.list({})).items.map(({ plan_id }) => plan_id)).toEqual([kept.rootId]);
      // Its holder has nothing left to hold, and may say so.
      expect(await leases.heartbeat(lease)).toBe(false);
      await leases.release(lease);
      await kept.set('b', 1);
    });

    it('Given a fence that is not the present one, When it is deleted, Then it is refused and nothing has gone', async () => {
      await using place = await open();
      const { plans, leases } = place.storage;
      const history = await History.create(place.storage);
      await leases.acquire(history.rootId, other, 'runner', null);
      const before = await plans.footprint(history.rootId);
      expect(await failureOf(plans.delete(history.rootId, 0))).toMatchObject({
        code: 'lease_lost',
        exitCode: 6,
      });
      expect(await plans.footprint(history.rootId)).toEqual(before);
    });

    it('Given an unknown plan, or a subplan, When it is deleted or counted, Then it is not found', async () => {
      await using place = await open();
      const { plans } = place.storage;
      const history = await History.create(place.storage);
      for (const id of [ids.next(), await history.spawn('child')]) {
        expect(await failureOf(plans.delete(id, 0))).toMatchObject({ code: 'plan_not_found' });
        expect(await failureOf(plans.footprint(id))).toMatchObject({ code: 'plan_not_found' });
      }
    });
  });

  it('Given a checkpoint, When plans are listed, Then they count it and name it', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    const child = await history.spawn('child');
    const first = await history.checkpoint();
    const second = await history.checkpoint('on_error', { planId: child });
    const [root, below] = await place.storage.plans.tree(history.rootId);
    expect(root).toMatchObject({ checkpoints: 1, last_checkpoint_id: first.id });
    expect(below).toMatchObject({ checkpoints: 1, last_checkpoint_id: second.id });
    const head = await place.storage.plans.head(history.rootId);
    expect(head.lastNumber).toBe(2);
    expect(head.plans.get(child)?.lastCheckpointId).toBe(second.id);
    expect(snapshotOf(history.journal.plan(child))).toEqual(
      await place.storage.checkpoints.snapshot(second.id),
    );
  });
}
