import { describe, expect, it } from 'vitest';
import { Retention } from '../../../src/checkpoints/retention.ts';
import { StorageError } from '../../../src/domain/errors.ts';
import { EventBus } from '../../../src/execution/event-bus.ts';
import { LiveJournal } from '../../../src/execution/live-journal.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../src/memory/create-memory-storage.ts';
import { FixedSettings } from '../../support/fixed-settings.ts';
import { clock, firstCommit, ids, newPlan } from '../../support/storage-history.ts';

const DAY_MS = 86_400_000;

interface Stage {
  readonly storage: MemoryStorage;
  readonly retention: Retention;
  checkpoints(count: number): Promise<void>;
  delete(number: number): Promise<void>;
  /** How many there are when all that goes on beside has ended. */
  settled(): Promise<number>;
}

async function open(
  maxPerPlan: number | null,
  more: { maxAgeMs?: number; fault?: Error } = {},
): Promise<Stage> {
  const storage = createMemoryStorage();
  const plan = newPlan();
  await storage.plans.create(plan, firstCommit(plan));
  const bus = new EventBus();
  const journal = await LiveJournal.open({ plans: storage.plans, bus, clock, ids }, plan.plan_id, 0);
  const { checkpoints, plans } = storage;
  const { fault } = more;
  const stores = {
    plans,
    checkpoints: {
      count: checkpoints.count.bind(checkpoints),
      oldest: fault ? () => Promise.reject(fault) : checkpoints.oldest.bind(checkpoints),
    },
  };
  const settings = new FixedSettings({
    retention: { maxPerPlan, maxAgeMs: more.maxAgeMs ?? null, maxBytes: null },
  });
  const retention = new Retention({ stores, journal, settings, clock, restores: false }, 0);
  bus.subscribe(retention);
  const { rootId } = journal;
  return {
    storage,
    retention,
    checkpoints: async (count) => {
      for (let n = 0; n < count; n += 1) await journal.commitCheckpoint('interval', { planId: rootId });
    },
    delete: async (number) => {
      const { id } = await checkpoints.resolve(rootId, String(number));
      const payload = { checkpoint_id: id, number };
      await journal.commit([{ type: 'checkpoint.deleted', plan_id: rootId, payload }]);
    },
    settled: async () => {
      await retention.stop();
      return await checkpoints.count(rootId);
    },
  };
}

describe('retention beside a run', () => {
  it('Given a little more than may be, Then nothing is pruned yet; Given a lot more, Then it is', async () => {
    const little = await open(5);
    await little.checkpoints(25);
    expect(await little.settled()).toBe(25);
    const much = await open(5);
    await much.checkpoints(26);
    expect(await much.retention.finish()).toBe(21);
    expect(await much.settled()).toBe(5);
  });

  it('Given some were deleted by hand, Then they do not count', async () => {
    const stage = await open(5);
    await stage.checkpoints(20);
    for (let number = 1; number <= 5; number += 1) await stage.delete(number);
    await stage.checkpoints(10);
    expect(await stage.settled()).toBe(25);
  });

  it('Given a run goes on for long, Then they never are many more than may be', async () => {
    const stage = await open(5);
    await stage.checkpoints(200);
    expect(await stage.retention.finish()).toBe(195);
    const events = await stage.storage.plans.list({});
    expect(events.items[0]).toMatchObject({ checkpoints: 5 });
  });

  it('Given the run ends, Then what is too old goes', async () => {
    const stage = await open(null, { maxAgeMs: DAY_MS });
    await stage.checkpoints(3);
    for (let second = 0; second < 86_400; second += 1) clock.now();
    await stage.checkpoints(1);
    expect(await stage.retention.finish()).toBe(3);
  });

  it('Given the database refuses, Then the run goes on, and the next time tries again', async () => {
    const fault = new StorageError('disk_full', 'no room');
    const stage = await open(5, { fault });
    await stage.checkpoints(30);
    expect(await stage.retention.finish()).toBe(0);
    expect(stage.retention.failure).toBe(fault);
    expect(await stage.settled()).toBe(30);
  });
});
