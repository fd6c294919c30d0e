import { closeSync, openSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { stampOf } from './config-stamp.ts';

const POLL_MS = 10;
/** An edit takes a few milliseconds: a lock that stays as it is for so long is what a killed process left behind. */
const LEFT_BEHIND_MS = 3000;

/**
 * Runs an edit of a file while no other process runs one, so that each reads what the one before wrote. The lock is a
 * file beside it, `<file>.lock`.
 */
export async function whileLocked<T>(path: string, edit: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  let seen = '';
  let looks = 0;
  let made = tryLock(lock);
  while (made === 'taken') {
    const stamp = stampOf(lock);
    looks = stamp === seen ? looks + 1 : 0;
    seen = stamp;
    if (looks * POLL_MS >= LEFT_BEHIND_MS) rmSync(lock, { force: true });
    else await wait(POLL_MS);
    made = tryLock(lock);
  }
  try {
    return await edit();
  } finally {
    if (made === 'made') rmSync(lock, { force: true });
  }
}

function tryLock(lock: string): 'made' | 'taken' | 'impossible' {
  try {
    closeSync(openSync(lock, 'wx'));
    return 'made';
  } catch (error) {
    // Where no lock can be made, the file can't be written either, and the write says why.
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'taken' : 'impossible';
  }
}
