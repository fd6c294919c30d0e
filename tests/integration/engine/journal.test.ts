import { describe, expect, it, vi } from 'vitest';
import { StorageError } from '../../../src/domain/errors.ts';
import type { NewEvent, PlanEvent } from '../../../src/domain/plan-event.ts';
import { EMPTY_TREE, type PlanState } from '../../../src/domain/plan-state.ts';
import { snapshotOf } from '../../../src/domain/state-snapshot.ts';
import { CHAIN_START } from '../../../src/domain/stored-event.ts';
import { JournalDraft } from '../../../src/execution/journal-draft.ts';
import { Engine } from '../../support/engine.ts';
import { failureOf } from '../../support/storage-failure.ts';

const contextOf = (plan: PlanState): unknown => snapshotOf(plan)['context'];

const PLAN = "name: p\nsteps: [{ id: r, run: 'true', effect: read }]";

describe('the journal', () => {
  it('Given a plan that is not in it, then asking for its state is a bug', async () => {
    await using engine = await Engine.create(PLAN);
    expect(() => engine.journal.plan('nobody')).toThrow(
      expect.objectContaining({ code: 'unknown_plan', exitCode: 70 }),
    );
  });

  it('Given a note on a plan that nothing is known of, then it moves the head of none', () => {
    const draft = new JournalDraft({
      tree: EMPTY_TREE,
      hash: CHAIN_START,
      lastNumber: 0,
      stateHashes: new Map(),
      lastCheckpoints: new Map(),
      lastTrees: new Map(),
    });
    draft.add(
      'P',
      { type: 'note.added', plan_id: 'P', payload: { text: 'n', step_id: null } },
      '2026-01-01T00:00:00.000Z',
    );
    expect(draft.events).toHaveLength(1);
    expect(draft.heads()).toEqual([]);
  });

  const set = (planId: string, key: string, value: string): NewEvent => ({
    type: 'context.set',
    plan_id: planId,
    payload: { key, value },
  });

  describe('what can wait for the next commit', () => {
    const keysOf = (events: readonly PlanEvent[]): readonly string[] =>
      events.flatMap((event) => (event.type === 'context.set' ? [event.payload.key] : []));

    it('Given events that can wait, then the state has them at once, and they are written in their order with the next', async () => {
      await using engine = await Engine.create(PLAN);
      const { journal, planId, storage } = engine;
      await journal.commitSoon([set(planId, 'a', '1')]);
      await journal.commitSoon([set(planId, 'b', '2')]);
      expect(contextOf(journal.plan(planId))).toEqual({ a: '1', b: '2' });
      const told = await journal.commit([set(planId, 'c', '3')]);
      expect(keysOf(told)).toEqual(['c']);
      expect(keysOf(engine.events)).toEqual(['a', 'b', 'c']);
      expect(keysOf(await storage.plans.events(planId, 0, 100))).toEqual(['a', 'b', 'c']);
      expect(contextOf((await storage.plans.stateAt(planId)).plans.get(planId) as PlanState)).toEqual(
        contextOf(journal.plan(planId)),
      );
    });

    it('Given an event that can wait, When a checkpoint is taken, then it holds the state with that event', async () => {
      await using engine = await Engine.create(PLAN);
      const { journal, planId, storage } = engine;
      await journal.commitSoon([set(planId, 'a', '1')]);
      const { id, seq } = await journal.commitCheckpoint('manual', { planId });
      expect(await storage.checkpoints.snapshot(id)).toMatchObject({ context: { a: '1' } });
      expect((await storage.plans.events(planId, 0, 100)).at(-1)).toMatchObject({ seq });
    });

    it('Given an event that can wait, When nothing follows, then it is written by itself', async () => {
      await using engine = await Engine.create(PLAN);
      const { promise, resolve } = Promise.withResolvers<PlanEvent>();
      engine.bus.subscribe({ onEvent: resolve });
      await engine.journal.commitSoon([set(engine.planId, 'a', '1')]);
      expect(keysOf([await promise])).toEqual(['a']);
    });

    it('Given it cannot be written, then the next commit fails in its place, nobody hears, and nothing is lost', async () => {
      await using engine = await Engine.create(PLAN);
      const { journal, planId, storage } = engine;
      const full = new StorageError('disk_full', 'no room', {});
      const append = vi.spyOn(storage.plans, 'append').mockRejectedValue(full);
      await journal.commitSoon([set(planId, 'a', '1')]);
      expect(await failureOf(journal.commit([set(planId, 'b', '2')]))).toBe(full);
      expect(await failureOf(journal.flush())).toBe(full);
      expect(keysOf(engine.events)).toEqual([]);
      append.mockRestore();
      await journal.commit([set(planId, 'c', '3')]);
      await journal.flush();
      expect(keysOf(await storage.plans.events(planId, 0, 100))).toEqual(['a', 'c']);
      expect(keysOf(engine.events)).toEqual(['a', 'c']);
    });
  });

  it.each([
    ['one long value', 1, 'x'.repeat(20_000)],
    ['very many short ones', 2100, 'x'],
  ])(
    'Given a large state (%s), then its checkpoint gives it as it was, whatever came later',
    async (_, count, value) => {
      await using engine = await Engine.create(PLAN);
      const { journal, planId, storage } = engine;
      await journal.commit(Array.from({ length: count }, (__, index) => set(planId, `key ${index}`, value)));
      const { id } = await journal.commitCheckpoint('interval', { planId });
      const then = snapshotOf(journal.plan(planId));
      await journal.commit([set(planId, 'later', 'y')]);
      expect(await storage.checkpoints.snapshot(id)).toEqual(then);
    },
  );
});
