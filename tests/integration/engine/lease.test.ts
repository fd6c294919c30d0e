import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { StorageError } from '../../../src/domain/errors.ts';
import { createRootPlan } from '../../../src/execution/create-root-plan.ts';
import { lastSignOf } from '../../../src/app/bring-back.ts';
import { HeldLease, leaseHeld, takeOverLease, tryAcquireLease } from '../../../src/execution/plan-lease.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { createMemoryStorage } from '../../../src/memory/create-memory-storage.ts';
import type { Lease, LeaseStore } from '../../../src/ports/lease-store.ts';
import { endLiving, gone, living } from '../../support/living-process.ts';

const ROOT = 'ROOT';
const processes = new SystemProcessTable();

afterEach(endLiving);

async function leases(now?: () => number): Promise<LeaseStore> {
  const { plans, leases: store } = createMemoryStorage({ processes, ...(now && { now }) });
  const empty = { document: {}, included_documents: {}, inputs: {}, effective_config: {} };
  const created_at = new Date().toISOString();
  await createRootPlan(plans, ROOT, { name: 'p', goal: null, workspace: '/', created_at, ...empty }, []);
  return store;
}

async function taken(store: LeaseStore): Promise<Lease> {
  const lease = await store.acquire(ROOT, processes.self, 'runner', null);
  if (!lease) throw new Error('the lease of a new plan is not free');
  return lease;
}

describe('the lease', () => {
  it('Given a holder that is gone, then it is free at once; given a living one, then it is not', async () => {
    const store = await leases();
    await store.acquire(ROOT, await gone(), 'runner', null);
    const held = await tryAcquireLease(store, processes, ROOT, 'runner');
    expect(held?.lease).toMatchObject({ fence: 2, holder: { pid: process.pid } });
    expect(await tryAcquireLease(store, processes, ROOT, 'runner')).toBeNull();
    await held?.[Symbol.asyncDispose]();
    expect(await store.read(ROOT)).toBeNull();
  });

  it('Given a refusal, then it says who holds the plan, if that is known', async () => {
    const lease = await taken(await leases());
    expect(leaseHeld(lease)).toMatchObject({
      code: 'plan_held',
      exitCode: 6,
      hint: expect.stringContaining(String(process.pid)),
    });
    expect(leaseHeld(null)).toMatchObject({ hint: 'it took the plan in this moment' });
  });
});

describe('taking over', () => {
  it('Given a living holder of this host, then it is ended first', async () => {
    const store = await leases();
    const { child, identity } = await living();
    await store.acquire(ROOT, identity, 'runner', null);
    await using held = await takeOverLease(store, processes, ROOT);
    expect(held.lease.holder.pid).toBe(process.pid);
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGTERM');
  });

  it.each([
    ['nobody', 1, async () => undefined],
    [
      'one that is gone',
      2,
      async (store: LeaseStore) => void (await store.acquire(ROOT, await gone(), 'runner', null)),
    ],
  ])('Given %s holds it, then it is simply taken', async (_, fence, hold) => {
    const store = await leases();
    await hold(store);
    await using held = await takeOverLease(store, processes, ROOT);
    expect(held.lease.fence).toBe(fence);
  });

  it('Given a holder on another host, then it is refused', async () => {
    const store = await leases();
    await store.acquire(ROOT, { ...processes.self, host: 'elsewhere', boot_id: 'other' }, 'runner', null);
    await expect(takeOverLease(store, processes, ROOT)).rejects.toMatchObject({
      code: 'lease_held_elsewhere',
      message: expect.stringContaining('elsewhere'),
    });
  });

  it('Given a holder that cannot be ended, then it is refused', async () => {
    const store = await leases();
    const { identity } = await living();
    await store.acquire(ROOT, identity, 'runner', null);
    class Powerless extends SystemProcessTable {
      override end(pids: readonly number[]): Promise<readonly number[]> {
        return Promise.resolve(pids);
      }
    }
    await expect(takeOverLease(store, new Powerless(), ROOT)).rejects.toMatchObject({ code: 'plan_held' });
  });

  it('Given a third process that is quicker, then it is refused, naming that one', async () => {
    const store = await leases();
    const { identity } = await living();
    const third = await living();
    const before = await store.acquire(ROOT, identity, 'runner', null);
    class Slow extends SystemProcessTable {
      override async end(pids: readonly number[], graceMs: number): Promise<readonly number[]> {
        const left = await super.end(pids, graceMs);
        await store.acquire(ROOT, third.identity, 'runner', before?.fence ?? null);
        return left;
      }
    }
    await expect(takeOverLease(store, new Slow(), ROOT)).rejects.toMatchObject({
      code: 'plan_held',
      hint: expect.stringContaining(`pid ${third.child.pid}`),
    });
  });
});

describe('the heartbeat', () => {
  afterEach(() => void vi.useRealTimers());

  it('Given a second has passed, then the holder has said that it is alive', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const store = await leases(() => Date.now());
    const lease = await taken(store);
    await using held = new HeldLease(store, lease);
    await vi.advanceTimersByTimeAsync(1000);
    const beaten = await store.read(ROOT);
    expect(Date.parse(beaten?.heartbeat_at ?? '')).toBe(Date.parse(lease.heartbeat_at) + 1000);
    expect(held.lost).toBe(false);
  });

  it('Given a beat that is held up, then the next stands before the time is over that the last one speaks for', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const store = await leases(() => Date.now());
    const lease = await taken(store);
    await using held = new HeldLease(store, lease);
    const begun = Date.parse(lease.heartbeat_at);
    const spokenFor = lastSignOf([lease], begun, begun) - begun;
    const beats = vi.spyOn(store, 'heartbeat');
    beats.mockResolvedValueOnce(true);
    await vi.advanceTimersByTimeAsync(spokenFor);
    expect(beats).toHaveBeenCalledTimes(2);
    const beaten = await store.read(ROOT);
    expect(Date.parse(beaten?.heartbeat_at ?? '')).toBe(begun + spokenFor);
    expect(held.lost).toBe(false);
  });

  it('Given another process took it, then the next beat finds out', async () => {
    const store = await leases();
    const lease = await taken(store);
    await using held = new HeldLease(store, lease);
    expect(held.lost).toBe(false);
    await store.acquire(ROOT, processes.self, 'runner', lease.fence);
    await held.beat();
    expect(held.lost).toBe(true);
  });

  it('Given a database that refuses a beat, then the lease is not lost by that', async () => {
    const store = await leases();
    await using held = new HeldLease(store, await taken(store));
    store.heartbeat = async () => {
      throw new StorageError('database_busy', 'the database is busy');
    };
    await held.beat();
    expect(held.lost).toBe(false);
  });
});
