import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './storage-error.ts';

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 40;

/**
 * Tries again, for at most `waitMs`, while another connection is in the way. SQLite's own wait would put the whole
 * thread to sleep; this one lets the screen and the tools go on. The random part keeps two waiters from meeting again.
 */
export async function retryWhileBusy<T>(attempt: () => T | Promise<T>, waitMs: number): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await sleep(pause * (0.5 + Math.random()));
  }
}
