import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** Longer timers fire at once: they are set again until the time has come. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  async sleep(ms, signal = new AbortController().signal) {
    signal.throwIfAborted();
    try {
      for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) {
        await setTimeout(Math.min(left, LONGEST_TIMER_MS), undefined, { signal });
      }
    } catch {
      // Node rejects with an error of its own; callers were promised the signal's reason.
      throw signal.reason;
    }
  },
};
