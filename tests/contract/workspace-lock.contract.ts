import { describe, expect, it } from 'vitest';
import type { WriteHolder } from '../../src/ports/workspace-lock.ts';
import { failureOf } from '../support/storage-failure.ts';
import { self, type Place } from '../support/storage-places.ts';

export const holder = (call_id: string, change: Partial<WriteHolder> = {}): WriteHolder => ({
  plan_id: 'plan',
  step_id: 'step',
  call_id,
  tool: 'fs.write',
  process: self,
  since: '2026-06-01T00:00:00.000Z',
  ...change,
});

export const never = (): AbortSignal => new AbortController().signal;
const silent = (): void => undefined;

/** What every workspace lock does. */
export function workspaceLockContract(open: () => Promise<Place>): void {
  describe('the write lock', () => {
    it('Given a free workspace, When it is taken and given up, Then it tells who has it, then nobody', async () => {
      await using place = await open();
      const { workspaceLock } = place.storage;
      expect(await workspaceLock.read('/w')).toBeNull();
      const held = await workspaceLock.acquire('/w', holder('a'), { signal: never(), onWait: silent });
      expect(await workspaceLock.read('/w')).toEqual(holder('a'));
      expect(await workspaceLock.read('/other')).toBeNull();
      await held.release();
      expect(await workspaceLock.read('/w')).toBeNull();
    });

    it('Given two workspaces, When both are taken, Then neither waits', async () => {
      await using place = await open();
      const { workspaceLock } = place.storage;
      const one = await workspaceLock.acquire('/one', holder('a'), { signal: never(), onWait: silent });
      const two = await workspaceLock.acquire('/two', holder('b'), { signal: never(), onWait: silent });
      await one.release();
      await two.release();
    });

    it('Given many that want it, When each has its turn, Then they never overlap and go in the order they came', async () => {
      await using place = await open();
      const { workspaceLock } = place.storage;
      const log: string[] = [];
      const told: string[] = [];
      const names = ['a', 'b', 'c', 'd'];
      await Promise.all(
        names.map(async (name) => {
          const onWait = (other: WriteHolder): unknown => told.push(`${name} waits for ${other.call_id}`);
          const held = await workspaceLock.acquire('/w', holder(name), { signal: never(), onWait });
          log.push(`${name} begins`);
          await new Promise(setImmediate);
          log.push(`${name} ends`);
          await held.release();
          await held.release(); // a second time does nothing
        }),
      );
      expect(log).toEqual(names.flatMap((name) => [`${name} begins`, `${name} ends`]));
      const wanted = [
        'b waits for a',
        'c waits for a',
        'c waits for b',
        'd waits for a',
        'd waits for b',
        'd waits for c',
      ];
      expect(told.sort()).toEqual(wanted);
      expect(await workspaceLock.read('/w')).toBeNull();
    });

    it('Given it is aborted, When it waits or is about to, Then it fails with the reason and the next one gets it', async () => {
      await using place = await open();
      const { workspaceLock } = place.storage;
      const reason = new Error('cancelled');
      const late = workspaceLock.acquire('/w', holder('x'), {
        signal: AbortSignal.abort(reason),
        onWait: silent,
      });
      expect(await failureOf(late)).toBe(reason);

      const held = await workspaceLock.acquire('/w', holder('a'), { signal: never(), onWait: silent });
      const controller = new AbortController();
      const asked = Promise.withResolvers<void>();
      const onWait = (): void => asked.resolve();
      const waiting = workspaceLock.acquire('/w', holder('b'), { signal: controller.signal, onWait });
      const next = workspaceLock.acquire('/w', holder('c'), { signal: never(), onWait: silent });
      await asked.promise;
      controller.abort(reason);
      expect(await failureOf(waiting)).toBe(reason);
      await held.release();
      const taken = await next;
      expect(await workspaceLock.read('/w')).toEqual(holder('c'));
      await taken.release();
    });

    it('Given one whose turn has come, When it is aborted only then, Then it is still its turn', async () => {
      await using place = await open();
      const { workspaceLock } = place.storage;
      const held = await workspaceLock.acquire('/w', holder('a'), { signal: never(), onWait: silent });
      const controller = new AbortController();
      const waiting = workspaceLock.acquire('/w', holder('b'), { signal: controller.signal, onWait: silent });
      await held.release();
      const taken = await waiting;
      controller.abort();
      expect(await workspaceLock.read('/w')).toEqual(holder('b'));
      await taken.release();
    });
  });
}
