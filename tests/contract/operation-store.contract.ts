import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../src/domain/plan-event.ts';
import type { Operation } from '../../src/ports/operation-store.ts';
import { failureOf } from '../support/storage-failure.ts';
import { firstCommit, ids, newPlan } from '../support/storage-history.ts';
import { other, self, type Place } from '../support/storage-places.ts';

function operation(change: Partial<Operation> = {}): Operation {
  return {
    id: ids.next(),
    kind: 'rollback',
    root_plan_id: ids.next(),
    workspace: '/project',
    process: self,
    started_at: '2026-06-01T00:00:00.000Z',
    progress: { actions: [{ path: 'a', from: null, to: { type: 'file', size: 12345678901234 } }] },
    ...change,
  };
}

/** What every store of operations does. */
export function operationStoreContract(open: () => Promise<Place>): void {
  it('Given several have begun, When the open ones are asked for, Then they are as they were begun, oldest first', async () => {
    await using place = await open();
    const { operations } = place.storage;
    const late = operation({ started_at: '2026-06-02T00:00:00.000Z' });
    const first = operation({ kind: 'gc', root_plan_id: null, workspace: null, progress: null });
    const second = operation({ progress: [1, 'two', 0.30000000000000004] });
    for (const one of [late, second, first]) await operations.begin(one);
    const sameMoment = [first, second].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(await operations.open()).toEqual([...sameMoment, late]);
  });

  it('Given one is open, When it moves on and ends, Then that is seen, and it ends once', async () => {
    await using place = await open();
    const { operations } = place.storage;
    const one = operation();
    await operations.begin(one);
    await operations.update(one.id, { done: 3 });
    expect(await operations.open()).toEqual([{ ...one, progress: { done: 3 } }]);
    await operations.end(one.id);
    await operations.end(one.id);
    expect(await operations.open()).toEqual([]);
    expect(await failureOf(operations.update(one.id, {}))).toMatchObject({
      code: 'operation_not_found',
      exitCode: 4,
    });
  });

  it('Given its process has gone, When several adopt it, Then one of them has it', async () => {
    await using place = await open();
    const { operations } = place.storage;
    const one = operation({ process: other });
    await operations.begin(one);
    const third = { ...self, pid: 300 };
    const { pid, ...rest } = other;
    // The same identity, however it was put together.
    const from = { pid, ...rest };
    expect(await Promise.all([self, third].map((to) => operations.adopt(one.id, from, to)))).toEqual([
      true,
      false,
    ]);
    expect(await operations.open()).toEqual([{ ...one, process: self }]);
    await operations.end(one.id);
    expect(await operations.adopt(one.id, self, third)).toBe(false);
  });

  describe('a commit that ends one', () => {
    const committed = async (place: Place, fence: number) => {
      const { plans, operations } = place.storage;
      const plan = newPlan();
      const first = firstCommit(plan);
      await plans.create(plan, first);
      const one = operation({ root_plan_id: plan.plan_id });
      await operations.begin(one);
      const note: NewEvent = {
        type: 'note.added',
        plan_id: plan.plan_id,
        payload: { text: 'x', step_id: null },
      };
      const event = { ...note, root_plan_id: plan.plan_id, seq: 2, at: plan.created_at };
      const entries = [{ event, hash: 'ab'.repeat(32), changes: [] }];
      return plans.append({ ...first, fence, expectedSeq: 1, entries, heads: [], endOperation: one.id });
    };

    it('Given it is taken, Then the operation has ended with it', async () => {
      await using place = await open();
      await committed(place, 0);
      expect(await place.storage.operations.open()).toEqual([]);
    });

    it('Given it is refused, Then the operation is open still', async () => {
      await using place = await open();
      expect(await failureOf(committed(place, 7))).toMatchObject({ code: 'lease_lost' });
      expect(await place.storage.operations.open()).toHaveLength(1);
    });
  });
}
