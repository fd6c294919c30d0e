import { describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointMark } from '../../src/domain/checkpoint.ts';
import type { NewEvent } from '../../src/domain/plan-event.ts';
import { createFork } from '../../src/execution/create-fork.ts';
import { snapshotOf } from '../../src/domain/state-snapshot.ts';
import { failureOf } from '../support/storage-failure.ts';
import { History, ids, rolledBack } from '../support/storage-history.ts';
import { self, type Place } from '../support/storage-places.ts';

/** More than a row holds whole: its checkpoints only name a place. */
const LARGE = { rows: Array.from({ length: 40 }, (_, i) => ({ i, text: 'y'.repeat(500) })) };

/** Numbers 1 to 4: the root's, two with one label, and the child's last. */
async function fourCheckpoints(place: Place) {
  const history = await History.create(place.storage);
  const child = await history.spawn('child');
  const made = [
    await history.checkpoint('manual', { label: 'feed' }),
    await history.checkpoint('manual', { label: 'twice' }),
    await history.checkpoint('manual', { label: 'twice' }),
    await history.checkpoint('on_error', { planId: child }),
  ];
  return { history, child, made };
}

/** What every store of checkpoints does. */
export function checkpointStoreContract(open: () => Promise<Place>): void {
  describe('reading', () => {
    it('Given a checkpoint with everything, When it is listed, Then nothing is lost', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      const first = await history.checkpoint('manual', { label: 'before' });
      const second = await history.checkpoint('on_tool_write_complete', {
        stepId: 'one',
        tool: 'shell.run',
        callId: ids.next(),
        attempt: 2,
        outcome: 'error',
        metadata: { why: ['a', { b: 1 }] },
      });
      const { items, nextCursor } = await place.storage.checkpoints.list({ planId: history.rootId });
      expect(items).toEqual([first, second]);
      expect(nextCursor).toBeNull();
      expect(second.parent_id).toBe(first.id);
    });

    it('Given a tree, When checkpoints are listed, Then plan, tree and triggers each narrow them', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      const child = await history.spawn('child');
      const grandchild = await history.spawn('grandchild', child);
      await history.checkpoint('on_tool_write');
      await history.checkpoint('on_error', { planId: grandchild });
      await history.checkpoint('on_tool_write', { planId: child });
      const { checkpoints } = place.storage;
      const list = async (filter: Parameters<typeof checkpoints.list>[0]): Promise<readonly number[]> =>
        (await checkpoints.list(filter)).items.map((checkpoint) => checkpoint.number);
      expect(await list({ planId: history.rootId })).toEqual([1]);
      expect(await list({ planId: history.rootId, tree: true })).toEqual([1, 2, 3]);
      expect(await list({ planId: child, tree: true })).toEqual([2, 3]);
      expect(await list({ planId: history.rootId, tree: true, triggers: ['on_tool_write'] })).toEqual([1, 3]);
      expect(await list({ planId: history.rootId, triggers: [] })).toEqual([]);
      expect(await list({ planId: ids.next(), tree: true })).toEqual([]);
    });

    it.each([
      { newestFirst: false, order: [1, 2, 3, 4, 5] },
      { newestFirst: true, order: [5, 4, 3, 2, 1] },
    ])(
      'Given more than a page holds, When all pages are read (newest first: $newestFirst), Then each comes once, in order of seq',
      async ({ newestFirst, order }) => {
        await using place = await open();
        const history = await History.create(place.storage);
        for (let i = 0; i < 5; i += 1) await history.checkpoint();
        const seen: number[] = [];
        let cursor: string | null = null;
        do {
          const from = cursor === null ? {} : { cursor };
          const filter = { planId: history.rootId, limit: 2, newestFirst, ...from };
          const page = await place.storage.checkpoints.list(filter);
          seen.push(...page.items.map((checkpoint) => checkpoint.number));
          cursor = page.nextCursor;
        } while (cursor !== null);
        expect(seen).toEqual(order);
      },
    );

    it('Given a text that is no cursor, When it is used, Then that is said', async () => {
      await using place = await open();
      const listing = place.storage.checkpoints.list({ planId: ids.next(), cursor: '12' });
      expect(await failureOf(listing)).toMatchObject({ code: 'invalid_cursor' });
    });
  });

  describe('snapshots', () => {
    it.each([
      { size: 'small', value: 'little' },
      { size: 'large', value: LARGE },
    ])(
      'Given a $size state, When it has moved on, Then each snapshot is still as it was live',
      async ({ value }) => {
        await using place = await open();
        const history = await History.create(place.storage);
        const child = await history.spawn('child');
        const live = [];
        for (const key of ['a', 'b', 'a']) {
          await history.set(key, value, child);
          await history.call(value, child);
          const checkpoint = await history.checkpoint('on_tool_write', { planId: child });
          live.push({ id: checkpoint.id, state: snapshotOf(history.journal.plan(child)) });
        }
        for (const { id, state } of live) expect(await place.storage.checkpoints.snapshot(id)).toEqual(state);
      },
    );

    it('Given an unknown checkpoint, When anything is asked of it, Then it is not found', async () => {
      await using place = await open();
      const { checkpoints } = place.storage;
      const id = ids.next();
      const history = await History.create(place.storage);
      const before = await place.storage.plans.head(history.rootId);
      for (const work of [
        checkpoints.snapshot(id),
        checkpoints.refusalToDelete(id),
        history.mark({ id, number: 1 }, { label: 'x' }),
        history.mark({ id, number: 1 }, { pinned: true }),
      ]) {
        expect(await failureOf(work)).toMatchObject({ code: 'checkpoint_not_found', exitCode: 4 });
      }
      expect(await place.storage.plans.head(history.rootId)).toEqual(before);
    });
  });

  it('Given a checkpoint, When it is labelled, pinned and freed again, Then only that changes', async () => {
    await using place = await open();
    const history = await History.create(place.storage);
    const made = await history.checkpoint();
    const { checkpoints } = place.storage;
    const after = async (mark: CheckpointMark): Promise<unknown> => {
      await history.mark(made, mark);
      return await checkpoints.resolve(history.rootId, made.id);
    };
    expect(await after({ label: 'good' })).toEqual({ ...made, label: 'good' });
    expect(await after({ pinned: true })).toEqual({ ...made, label: 'good', pinned: true });
    expect(await after({ label: null })).toEqual({ ...made, pinned: true });
    expect(await after({ label: 'again', pinned: false })).toEqual({ ...made, label: 'again' });
    expect(await after({ label: null })).toEqual(made);
    expect((await checkpoints.list({ planId: history.rootId })).items).toEqual([made]);
  });

  describe('naming a checkpoint', () => {
    it.each([
      { reference: '1', number: 1 },
      { reference: '#4', number: 4 },
      { reference: 'feed', number: 1 },
      { reference: 'last', number: 3 },
      { reference: 'last', number: 4, ofChild: true },
      { reference: '2', number: 2, ofChild: true },
    ])(
      'Given four, When $reference is asked for, Then it is #$number',
      async ({ reference, number, ofChild }) => {
        await using place = await open();
        const { history, child } = await fourCheckpoints(place);
        const found = await place.storage.checkpoints.resolve(ofChild ? child : history.rootId, reference);
        expect(found.number).toBe(number);
      },
    );

    it('Given four, When ids, beginnings and ends are asked for in any case, Then they are found', async () => {
      await using place = await open();
      const { history, made } = await fourCheckpoints(place);
      for (const { id, number } of made) {
        for (const reference of [
          id,
          id.toLowerCase(),
          id.slice(0, 25),
          id.slice(-8),
          id.slice(-8).toLowerCase(),
        ]) {
          expect((await place.storage.checkpoints.resolve(history.rootId, reference)).number).toBe(number);
        }
      }
    });

    it.each([
      { reference: 'twice', code: 'ambiguous_checkpoint', hint: /#3 .* twice, #2 .* twice/ },
      { reference: '0', code: 'ambiguous_checkpoint', hint: /#4 .* on_error/ },
      { reference: '99', code: 'checkpoint_not_found', hint: /number/ },
      { reference: '#0', code: 'checkpoint_not_found', hint: /number/ },
      { reference: 'Feed me', code: 'checkpoint_not_found', hint: /label/ },
      { reference: 'zzzz', code: 'checkpoint_not_found', hint: /label/ },
      { reference: 'zz', code: 'checkpoint_not_found', hint: /label/ },
    ])('Given four, When $reference is asked for, Then $code', async ({ reference, code, hint }) => {
      await using place = await open();
      const { history } = await fourCheckpoints(place);
      const refused = await failureOf(place.storage.checkpoints.resolve(history.rootId, reference));
      expect(refused).toMatchObject({ code, exitCode: 4 });
      expect(refused.hint).toMatch(hint);
      expect(refused.nextSteps).toEqual([`agents plan checkpoint list ${history.rootId}`]);
    });

    it('Given none yet or no such plan, When one is asked for, Then it is not found', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      const { checkpoints } = place.storage;
      expect(await failureOf(checkpoints.resolve(history.rootId, 'last'))).toMatchObject({
        code: 'checkpoint_not_found',
      });
      expect(await failureOf(checkpoints.resolve(ids.next(), '1'))).toMatchObject({ code: 'plan_not_found' });
    });
  });

  describe('deleting', () => {
    const gone = ({ id, number }: Checkpoint): NewEvent => ({
      type: 'checkpoint.deleted',
      plan_id: ids.next(),
      payload: { checkpoint_id: id, number },
    });

    it('Given checkpoints in a row, When one in the middle is deleted, Then the next comes after the one before it', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      const [first, second, third] = [
        await history.checkpoint(),
        await history.checkpoint('manual', { label: 'mine' }),
        await history.checkpoint(),
      ];
      const { checkpoints, plans } = place.storage;
      expect(await checkpoints.refusalToDelete(second.id)).toBeNull();
      await history.journal.commit([{ ...gone(second), plan_id: history.rootId } as NewEvent]);
      const { items } = await checkpoints.list({ planId: history.rootId });
      expect(items).toEqual([first, { ...third, parent_id: first.id }]);
      expect(await plans.get(history.rootId)).toMatchObject({ checkpoints: 2, last_checkpoint_id: third.id });
      for (const work of [checkpoints.snapshot(second.id), checkpoints.refusalToDelete(second.id)])
        expect(await failureOf(work)).toMatchObject({ code: 'checkpoint_not_found' });
      // Its number is never given again.
      expect(await history.checkpoint()).toMatchObject({ number: 4, parent_id: third.id });
      const again = history.journal.commit([{ ...gone(second), plan_id: history.rootId } as NewEvent]);
      expect(await failureOf(again)).toMatchObject({ code: 'checkpoint_not_found' });
    });

    it.each<{ why: string; code: string; make: (history: History, place: Place) => Promise<Checkpoint> }>([
      {
        why: 'pinned',
        code: 'checkpoint_pinned',
        make: async (history) => {
          const made = await history.checkpoint();
          await history.checkpoint();
          await history.mark(made, { pinned: true });
          return made;
        },
      },
      { why: 'the last of its plan', code: 'checkpoint_last', make: (history) => history.checkpoint() },
      {
        why: 'the last of a subplan',
        code: 'checkpoint_last',
        make: async (history) => {
          const made = await history.checkpoint('on_error', { planId: await history.spawn('child') });
          await history.checkpoint();
          return made;
        },
      },
      {
        why: 'the way back from the last rollback',
        code: 'checkpoint_way_back',
        make: async (history) => {
          const older = await history.checkpoint('pre_rollback');
          const made = await history.checkpoint('on_tool_write');
          for (const { id } of [older, made])
            await history.journal.commit([rolledBack(history.rootId, id, [], id)]);
          await history.checkpoint('rollback');
          return made;
        },
      },
      {
        why: 'what another plan was forked from',
        code: 'checkpoint_forked',
        make: async (history, place) => {
          const made = await history.checkpoint();
          const { workspace, created_at } = await place.storage.plans.get(history.rootId);
          await createFork(place.storage.plans, ids, {
            planId: ids.next(),
            checkpoint: made,
            workspace,
            created_at,
          });
          await history.checkpoint();
          return made;
        },
      },
      {
        why: 'named by a running operation',
        code: 'checkpoint_in_use',
        make: async (history, place) => {
          const made = await history.checkpoint();
          await history.checkpoint();
          await place.storage.operations.begin({
            id: ids.next(),
            kind: 'rollback',
            root_plan_id: history.rootId,
            workspace: null,
            process: self,
            started_at: made.created_at,
            progress: { to: { checkpoint: made.id } },
          });
          return made;
        },
      },
    ])(
      'Given one that is $why, When it is to be deleted, Then that is refused and nothing is written',
      async ({ code, make }) => {
        await using place = await open();
        const history = await History.create(place.storage);
        const made = await make(history, place);
        const before = await place.storage.plans.head(history.rootId);
        expect(await place.storage.checkpoints.refusalToDelete(made.id)).toMatchObject({ code, exitCode: 6 });
        const refused = history.journal.commit([{ ...gone(made), plan_id: history.rootId } as NewEvent]);
        expect(await failureOf(refused)).toMatchObject({ code });
        expect(await place.storage.plans.head(history.rootId)).toEqual(before);
        const { items } = await place.storage.checkpoints.list({ planId: history.rootId, tree: true });
        expect(items.map(({ id }) => id)).toContain(made.id);
      },
    );

    it('Given a rollback that is not the last, Then its way back may go', async () => {
      await using place = await open();
      const history = await History.create(place.storage);
      const older = await history.checkpoint('pre_rollback');
      const newer = await history.checkpoint('pre_rollback');
      for (const one of [older, newer]) await history.mark(one, { pinned: false });
      for (const { id } of [older, newer])
        await history.journal.commit([rolledBack(history.rootId, id, [], id)]);
      await history.checkpoint('rollback');
      const { checkpoints } = place.storage;
      expect(await checkpoints.refusalToDelete(older.id)).toBeNull();
      expect(await checkpoints.refusalToDelete(newer.id)).toMatchObject({ code: 'checkpoint_way_back' });
    });
  });
}
