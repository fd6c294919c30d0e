/**
 * `node --import=loop-delay.mjs`: from SIGUSR2 on measures how long the event loop is held up, and writes it at the end. `own`: without
 * the time in which this thread was ready and the machine had others to run, where the system tells that.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const LOOK_MS = 5;
const FILE = process.env['LOOP_DELAY_FILE'];
const STANDING = '/proc/self/schedstat';

/** How long this thread has waited for a processor in all, milliseconds. */
const waitedMs = () =>
  existsSync(STANDING) ? Number(readFileSync(STANDING, 'utf8').split(' ')[1]) / 1e6 : 0;

const longest = { max: 0, own: 0 };

function measure() {
  let [last, lastWaited] = [performance.now(), waitedMs()];
  setInterval(() => {
    const [now, waited] = [performance.now(), waitedMs()];
    const late = now - last - LOOK_MS;
    longest.max = Math.max(longest.max, Math.round(late));
    longest.own = Math.max(longest.own, Math.round(late - (waited - lastWaited)));
    [last, lastWaited] = [now, waited];
  }, LOOK_MS).unref();
}

if (isMainThread && FILE) {
  process.on('SIGUSR2', measure);
  process.on('exit', () => writeFileSync(FILE, JSON.stringify(longest)));
}
