import { describe, expect, it } from 'vitest';
import type { PlanRequest } from '../../src/ports/request-store.ts';
import { History, ids } from '../support/storage-history.ts';
import { NOW_TEXT, other, type Place } from '../support/storage-places.ts';

function request(rootId: string, change: Partial<PlanRequest> = {}): PlanRequest {
  return {
    id: ids.next(),
    root_plan_id: rootId,
    plan_id: rootId,
    kind: 'checkpoint',
    args: { label: 'x' },
    asker: other,
    asked_at: '2026-06-01T00:00:00.000Z',
    progress: null,
    answered_at: null,
    result: null,
    ...change,
  };
}

/** What every store of requests does. */
export function requestStoreContract(open: () => Promise<Place>): void {
  describe('a request', () => {
    it('Given it was asked, When it is read, Then it is as it was asked; so is one that was answered already', async () => {
      await using place = await open();
      const { rootId } = await History.create(place.storage);
      const open_ = request(rootId, { args: 0.30000000000000004 });
      const done = request(rootId, { answered_at: NOW_TEXT, result: { ok: true }, progress: 'soon' });
      for (const one of [open_, done]) {
        await place.storage.requests.ask(one);
        expect(await place.storage.requests.read(one.id)).toEqual(one);
      }
      expect(await place.storage.requests.pending(rootId)).toEqual([open_]);
    });

    it('Given several for two plans, When the open ones are asked for, Then they come in the order in which they were asked', async () => {
      await using place = await open();
      const { requests } = place.storage;
      const { rootId } = await History.create(place.storage);
      const elsewhere = await History.create(place.storage);
      const ahead = request(rootId, { asked_at: '2026-06-02T00:00:00.000Z', kind: 'stop' }); // its clock is ahead
      const first = request(rootId);
      const second = request(rootId, { kind: 'pause' });
      for (const one of [first, ahead, request(elsewhere.rootId), second]) await requests.ask(one);
      expect((await requests.pending(rootId)).map((one) => one.id)).toEqual([first.id, ahead.id, second.id]);
    });

    it('Given it is open, When progress is told and it is answered, Then it is answered once', async () => {
      await using place = await open();
      const { requests } = place.storage;
      const { rootId } = await History.create(place.storage);
      const asked = request(rootId);
      await requests.ask(asked);
      await requests.setProgress(asked.id, 'step one writes');
      expect(await requests.read(asked.id)).toEqual({ ...asked, progress: 'step one writes' });
      expect(await requests.answer(asked.id, { ok: true, n: 1 })).toBe(true);
      const answered = {
        ...asked,
        progress: 'step one writes',
        answered_at: NOW_TEXT,
        result: { ok: true, n: 1 },
      };
      expect(await requests.read(asked.id)).toEqual(answered);
      expect(await requests.pending(rootId)).toEqual([]);
      expect(await requests.answer(asked.id, { ok: false })).toBe(false);
      expect(await requests.claim(asked.id)).toBe(false);
      expect(await requests.withdraw(asked.id)).toBe(false);
      expect(await requests.read(asked.id)).toEqual(answered);
    });

    it('Given it is open, When it is withdrawn, Then nothing can be done for it any more', async () => {
      await using place = await open();
      const { requests } = place.storage;
      const { rootId } = await History.create(place.storage);
      const asked = request(rootId);
      await requests.ask(asked);
      expect(await requests.withdraw(asked.id)).toBe(true);
      expect(await requests.read(asked.id)).toBeNull();
      await requests.setProgress(asked.id, 'nobody asks');
      expect(await requests.claim(asked.id)).toBe(false);
      expect(await requests.answer(asked.id, { ok: true })).toBe(false);
      expect(await requests.withdraw(asked.id)).toBe(false);
    });

    it('Given the runner has claimed it, When it is withdrawn or claimed again, Then it is too late', async () => {
      await using place = await open();
      const { requests } = place.storage;
      const { rootId } = await History.create(place.storage);
      const asked = request(rootId);
      await requests.ask(asked);
      expect(await requests.claim(asked.id)).toBe(true);
      expect(await requests.claim(asked.id)).toBe(false);
      expect(await requests.withdraw(asked.id)).toBe(false);
      expect(await requests.pending(rootId)).toHaveLength(1);
      expect(await requests.answer(asked.id, { ok: true })).toBe(true);
    });
  });
}
