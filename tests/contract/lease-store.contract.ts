import { describe, expect, it } from 'vitest';
import type { Lease } from '../../src/ports/lease-store.ts';
import { failureOf } from '../support/storage-failure.ts';
import { firstCommit, History, ids, newPlan } from '../support/storage-history.ts';
import { NOW_TEXT, other, self, type Place } from '../support/storage-places.ts';

/** What every store of leases does. */
export function leaseStoreContract(open: () => Promise<Place>): void {
  describe('a lease', () => {
    it('Given nobody runs a plan, When it is taken, Then it says who, since when and with which fence', async () => {
      await using place = await open();
      const { rootId } = await History.create(place.storage);
      const { leases } = place.storage;
      expect(await leases.read(rootId)).toBeNull();
      const lease = await leases.acquire(rootId, self, 'runner', null);
      const taken: Lease = {
        rootId,
        holder: self,
        role: 'runner',
        fence: 1,
        since: NOW_TEXT,
        heartbeat_at: NOW_TEXT,
      };
      expect(lease).toEqual(taken);
      expect(await leases.read(rootId)).toEqual(taken);
      expect((await place.storage.plans.list({})).items[0]?.plan_id).toBe(rootId);
    });

    it.each([
      { what: 'nothing', replace: null },
      { what: 'an older fence', replace: 0 },
      { what: 'a fence to come', replace: 2 },
    ])('Given it is held, When another asks, naming $what, Then it is refused', async ({ replace }) => {
      await using place = await open();
      const { rootId } = await History.create(place.storage);
      const { leases } = place.storage;
      const held = await leases.acquire(rootId, self, 'runner', null);
      expect(await leases.acquire(rootId, other, 'command', replace)).toBeNull();
      expect(await leases.read(rootId)).toEqual(held);
    });

    it('Given its holder is gone, When it is replaced, Then the old one can neither beat, release nor append', async () => {
      await using place = await open();
      const plan = newPlan();
      await place.storage.plans.create(plan, firstCommit(plan));
      const { leases, plans } = place.storage;
      const old = (await leases.acquire(plan.plan_id, self, 'runner', null)) as Lease;
      const writer = await History.open(place.storage, plan.plan_id, old.fence);
      await writer.set('a', 1);
      const taken = (await leases.acquire(plan.plan_id, other, 'runner', old.fence)) as Lease;
      expect(taken).toMatchObject({ fence: 2, holder: other });
      expect(await leases.heartbeat(old)).toBe(false);
      await leases.release(old);
      expect(await leases.read(plan.plan_id)).toEqual(taken);
      expect(await failureOf(writer.set('a', 2))).toMatchObject({ code: 'lease_lost' });
      const next = await History.open(place.storage, plan.plan_id, taken.fence);
      await next.set('a', 3);
      expect((await plans.head(plan.plan_id)).seq).toBe(3);
    });

    it('Given it was given up, When it is taken again, Then the fence has grown and the plan can be written', async () => {
      await using place = await open();
      const { rootId } = await History.create(place.storage);
      const { leases } = place.storage;
      const first = (await leases.acquire(rootId, self, 'command', null)) as Lease;
      await leases.release(first);
      expect(await leases.read(rootId)).toBeNull();
      expect(await leases.heartbeat(first)).toBe(false);
      expect(await leases.acquire(rootId, other, 'runner', null)).toMatchObject({ fence: 2, role: 'runner' });
    });

    it('Given it is held, When its holder beats, Then it is still held', async () => {
      await using place = await open();
      const { rootId } = await History.create(place.storage);
      const lease = (await place.storage.leases.acquire(rootId, self, 'runner', null)) as Lease;
      expect(await place.storage.leases.heartbeat(lease)).toBe(true);
      expect(await place.storage.leases.read(rootId)).toEqual(lease);
    });

    it('Given no such plan, When its lease is asked for, Then it is not found', async () => {
      await using place = await open();
      const { leases } = place.storage;
      for (const work of [leases.read(ids.next()), leases.acquire(ids.next(), self, 'runner', null)]) {
        expect(await failureOf(work)).toMatchObject({ code: 'plan_not_found' });
      }
    });
  });
}
