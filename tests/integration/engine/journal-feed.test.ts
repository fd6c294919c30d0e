import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorValue } from '../../../src/domain/errors.ts';
import type { TreeState } from '../../../src/domain/plan-state.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import { applyEvent } from '../../../src/domain/apply-event.ts';
import { createFork } from '../../../src/execution/create-fork.ts';
import { JournalFeed, type JournalFeedDependencies } from '../../../src/execution/journal-feed.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { systemClock } from '../../../src/host/system-clock.ts';
import type { RunnerStanding } from '../../../src/ports/plan-feed.ts';
import { openStorage, type Storage } from '../../../src/storage/open-storage.ts';
import { Engine } from '../../support/engine.ts';
import { History, ids } from '../../support/storage-history.ts';
import { plainTree } from '../../support/storage-trees.ts';
import { leapingClock } from '../../support/leaping-clock.ts';
import { end, endLiving, gone, living } from '../../support/living-process.ts';

const processes = new SystemProcessTable();

let home: string;
/** Of the process that runs the plan, and of the one that watches it. */
let storages: readonly [Storage, Storage];
const feeds: JournalFeed[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'agents-feed-'));
  const open = (): Promise<Storage> => openStorage({ home, durability: 'normal', processes });
  storages = [await open(), await open()];
});

afterEach(async () => {
  await Promise.all(feeds.splice(0).map((feed) => feed.stop()));
  for (const storage of storages) await storage.close();
  endLiving();
  await rm(home, { recursive: true, force: true });
});

interface Heard {
  readonly feed: JournalFeed;
  readonly bases: TreeState[];
  readonly events: PlanEvent[];
  readonly runners: RunnerStanding[];
  readonly faults: (ErrorValue | null)[];
  caughtUpAt: number | null;
}

function listen(rootId: string, more: Partial<JournalFeedDependencies> = {}): Heard {
  const [, { plans, leases }] = storages;
  const feed = new JournalFeed(
    { plans, leases, processes, clock: systemClock, ownPid: () => null, ...more },
    rootId,
  );
  feeds.push(feed);
  const heard: Heard = { feed, bases: [], events: [], runners: [], faults: [], caughtUpAt: null };
  feed.start({
    onBase: (base) => heard.bases.push(base),
    onEvents: (events) => heard.events.push(...events),
    onCaughtUp: () => {
      expect(heard.caughtUpAt).toBeNull();
      heard.caughtUpAt = heard.events.length;
    },
    onRunner: (runner) => heard.runners.push(runner),
    onFault: (fault) => heard.faults.push(fault),
  });
  return heard;
}

const manySteps = (count: number): string =>
  `name: many\nsteps:\n${Array.from({ length: count }, (_, n) => `  - { id: s${n}, uses: plan.note, with: { text: n${n} } }`).join('\n')}`;

describe('Given a plan that another process runs', () => {
  it('When somebody watches from the start or comes later, Then both hear the same events, each once', async () => {
    await using engine = await Engine.create(manySteps(120), { storage: storages[0] });
    const early = listen(engine.planId);
    await vi.waitFor(() => expect(early.caughtUpAt).toBe(1));
    await engine.run();
    const late = listen(engine.planId);
    await vi.waitFor(() => {
      expect(early.events.at(-1)?.type).toBe('plan.completed');
      expect(late.events).toEqual(early.events);
    });
    expect(late.caughtUpAt).toBe(late.events.length);
    expect(early.events.map(({ seq }) => seq)).toEqual(early.events.map((_event, index) => index + 1));
    expect(late.events.length).toBeGreaterThan(500);
  });

  it('When it is told that there is news, Then it looks without waiting for its turn', async () => {
    await using engine = await Engine.create(manySteps(1), { storage: storages[0] });
    let turns = 0;
    const clock = {
      now: systemClock.now,
      elapsed: systemClock.elapsed,
      sleep: (_ms: number, signal?: AbortSignal): Promise<void> => {
        turns += 1;
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('woken')), { once: true });
        });
      },
    };
    const heard = listen(engine.planId, { clock });
    await vi.waitFor(() => expect(turns).toBe(1));
    await engine.run();
    expect(heard.events).toHaveLength(1);
    heard.feed.wake();
    await vi.waitFor(() => expect(heard.events.at(-1)?.type).toBe('plan.completed'));
    // Twice at once: the second finds nobody asleep and is not lost.
    heard.feed.wake();
    heard.feed.wake();
    await vi.waitFor(() => expect(turns).toBeGreaterThan(2));
  });

  it('When it begins to run, Then its runner is told before what it does', async () => {
    await using engine = await Engine.create(manySteps(1), { storage: storages[0] });
    const [, { plans, leases }] = storages;
    const order: string[] = [];
    let holder: Awaited<ReturnType<typeof leases.read>> = null;
    const feed = new JournalFeed(
      {
        plans,
        leases: { read: async () => holder },
        processes,
        clock: systemClock,
        ownPid: () => null,
      },
      engine.planId,
    );
    feeds.push(feed);
    feed.start({
      onBase: () => undefined,
      onEvents: (events) => order.push(...events.map(({ type }) => type)),
      onCaughtUp: () => undefined,
      onRunner: ({ kind }) => order.push(kind),
      onFault: () => undefined,
    });
    await vi.waitFor(() => expect(order).toContain('nobody'));
    holder = await leases.read(engine.planId);
    await engine.run();
    await vi.waitFor(() => expect(order.at(-1)).toBe('plan.completed'));
    expect(order.indexOf('running')).toBeLessThan(order.indexOf('plan.phase_changed'));
  });

  it('When its runner comes, is ours, and goes, Then the watcher is told', async () => {
    await using engine = await Engine.create(manySteps(1), { storage: storages[0] });
    const heard = listen(engine.planId);
    const ours = listen(engine.planId, { ownPid: () => process.pid });
    await vi.waitFor(() => {
      expect(heard.runners).toMatchObject([{ kind: 'running', pid: process.pid, ours: false }]);
      expect(ours.runners).toMatchObject([{ kind: 'running', ours: true }]);
    });
    await engine.giveUpLease();
    await vi.waitFor(() => expect(heard.runners.at(-1)).toEqual({ kind: 'nobody' }));
  });

  it('When its runner is killed and the clock was set back, Then the watcher hears of it all the same', async () => {
    const [{ leases }] = storages;
    const { rootId } = await History.create(storages[0]);
    const alive = await living();
    await leases.acquire(rootId, alive.identity, 'runner', null);
    const heard = listen(rootId, { clock: leapingClock(-3_600_000) });
    await vi.waitFor(() => expect(heard.runners.map(({ kind }) => kind)).toEqual(['running']));
    await end(alive.child);
    await vi.waitFor(
      () => expect(heard.runners.map(({ kind }) => kind)).toEqual(['running', 'lost']),
      10_000,
    );
  });

  it('When its runner was killed, Then the watcher hears that it is lost; a command that only asks counts as nobody', async () => {
    await using engine = await Engine.create(manySteps(1), { storage: storages[0] });
    await engine.giveUpLease();
    const [{ leases }] = storages;
    const dead = await gone();
    const lease = await leases.acquire(engine.planId, dead, 'runner', null);
    const heard = listen(engine.planId);
    const how = `process ${dead.pid} is gone`;
    await vi.waitFor(() => expect(heard.runners).toEqual([{ kind: 'lost', how }]));
    if (lease) await leases.release(lease);
    await leases.acquire(engine.planId, processes.self, 'command', null);
    await vi.waitFor(() => expect(heard.runners.at(-1)).toEqual({ kind: 'nobody' }));
  });

  it('When it is forked and the fork goes on, Then who watches the fork hears first what it begins with', async () => {
    const [{ plans }] = storages;
    const source = await History.create(storages[0]);
    await source.set('a', 1);
    const checkpoint = await source.checkpoint();
    const planId = ids.next();
    const created_at = checkpoint.created_at;
    await createFork(plans, ids, { planId, checkpoint, workspace: '/elsewhere', created_at });
    const fork = await History.open(storages[0], planId);
    await fork.set('a', 2);
    const heard = listen(planId);
    await vi.waitFor(() => expect(heard.caughtUpAt).toBe(2));
    expect(heard.bases.map(plainTree)).toEqual([plainTree(await plans.stateAt(planId, 1))]);
    const told = heard.events.reduce(
      (tree, event) => applyEvent(tree, event).state,
      heard.bases[0] as TreeState,
    );
    expect(plainTree(told)).toEqual(plainTree(fork.journal.tree));
    const sourceHeard = listen(source.rootId);
    await vi.waitFor(() => expect(sourceHeard.caughtUpAt).toBe(3));
    expect(sourceHeard.bases).toEqual([]);
  });

  it('When the database refuses for a while, Then that is said, and told again from where it was', async () => {
    await using engine = await Engine.create(manySteps(1), { storage: storages[0] });
    await engine.run();
    const [, { plans }] = storages;
    let refusals = 2;
    const flaky = {
      dataVersion: () => plans.dataVersion(),
      stateAt: (rootId: string) => plans.stateAt(rootId),
      events: async (...args: Parameters<typeof plans.events>) => {
        if (refusals-- > 0) throw new Error('disk I/O error');
        return await plans.events(...args);
      },
    };
    const heard = listen(engine.planId, { plans: flaky });
    await vi.waitFor(() => expect(heard.faults).toHaveLength(2));
    expect(heard.faults).toMatchObject([{ message: 'disk I/O error' }, null]);
    expect(heard.events.at(-1)?.type).toBe('plan.completed');
    expect(heard.caughtUpAt).toBe(heard.events.length);
  });

  it('When it is stopped while it reads, Then nothing is told any more', async () => {
    await using engine = await Engine.create(manySteps(1), { storage: storages[0] });
    await engine.run();
    const heard = listen(engine.planId);
    await heard.feed.stop();
    const told = heard.events.length;
    await heard.feed.stop();
    expect(heard.events).toHaveLength(told);
  });
});
