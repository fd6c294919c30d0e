import { describe, expect, it } from 'vitest';
import { isUlid } from '../../../src/domain/ids.ts';
import { systemClock } from '../../../src/host/system-clock.ts';
import { UlidSource } from '../../../src/host/ulid-source.ts';

describe('Given the clock of the machine', () => {
  it('When it is read, then it gives the time', () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });

  it('When it is asked how long things take, then it goes on', async () => {
    const before = systemClock.elapsed();
    await systemClock.sleep(5);
    expect(systemClock.elapsed()).toBeGreaterThan(before);
  });

  it('When it sleeps, then that long passes', async () => {
    const before = performance.now();
    await systemClock.sleep(20);
    expect(performance.now() - before).toBeGreaterThan(15);
  });

  it('When there is nothing to wait for, then it goes on at once', async () => {
    await systemClock.sleep(0, new AbortController().signal);
    await systemClock.sleep(-1);
  });

  it.each([
    ['before', (controller: AbortController) => controller.abort('because')],
    ['during', (controller: AbortController) => void setImmediate(() => controller.abort('because'))],
  ])('When it is aborted %s the sleep, then it rejects with the reason itself', async (_, abort) => {
    const controller = new AbortController();
    abort(controller);
    await expect(systemClock.sleep(60_000, controller.signal)).rejects.toBe('because');
  });

  it('When a sleep is longer than timers can be, then it does not end at once', async () => {
    const controller = new AbortController();
    const asleep = systemClock.sleep(2 ** 31 + 5, controller.signal);
    const first = await Promise.race([
      asleep.then(() => 'ended'),
      systemClock.sleep(20).then(() => 'asleep'),
    ]);
    controller.abort('enough');
    await expect(asleep).rejects.toBe('enough');
    expect(first).toBe('asleep');
  });
});

describe('Given a source of ids', () => {
  it.each([
    ['stands still', () => 1_700_000_000_000],
    ['goes', (n: number) => 1_700_000_000_000 + n],
    ['goes back', (n: number) => 1_700_000_000_000 - n],
    ['jumps', (n: number) => 1_700_000_000_000 + (n % 7) * 1000],
  ])('When the clock %s, then 10,000 ids are distinct and sorted', (_, now) => {
    let n = 0;
    const source = new UlidSource({ now: () => now(n++) });
    const ids = Array.from({ length: 10_000 }, () => source.next());
    expect(new Set(ids).size).toBe(10_000);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.every(isUlid)).toBe(true);
  });
});
