import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../src/domain/plan-event.ts';
import { EMPTY_TREE } from '../../../src/domain/plan-state.ts';
import { snapshotOf } from '../../../src/domain/state-snapshot.ts';
import { CHAIN_START } from '../../../src/domain/stored-event.ts';
import { JournalDraft } from '../../../src/execution/journal-draft.ts';
import { Engine } from '../../support/engine.ts';

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
