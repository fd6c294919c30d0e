import { systemClock } from '../../src/host/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** A machine whose time of day is set forth, or back, each time that it is asked for. How long anything takes is as it is. */
export function leapingClock(leapMs: number, from = Date.now()): Clock {
  let time = from;
  return { ...systemClock, now: () => (time += leapMs) };
}
