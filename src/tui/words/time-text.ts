const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time of day: `02:03:39`. */
export function clockTime(at: string | number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Local day of the year: `11-20`. */
export function dayText(at: string): string {
  const date = new Date(at);
  return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Local time of day, with the date before it if it is not the day of `now`: `11-20 02:03:39`. */
export function clockTimeNear(at: string, now: number): string {
  return isSameDay(at, now) ? clockTime(at) : `${dayText(at)} ${clockTime(at)}`;
}

/** True if `at` is on the local day of `now`. */
export function isSameDay(at: string, now: number): boolean {
  return new Date(at).toDateString() === new Date(now).toDateString();
}

/** A length of time as a stopwatch shows it: `00:03:42`. */
export function stopwatchText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A length of time as one reads it at a glance: `0.4s`, `12.4s`, `2m 51s`, `3h 05m`. */
export function durationText(ms: number): string {
  if (ms < MINUTE) return `${(Math.max(0, ms) / SECOND).toFixed(1)}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m ${two(Math.floor((ms % MINUTE) / SECOND))}s`;
  return `${Math.floor(ms / HOUR)}h ${two(Math.floor((ms % HOUR) / MINUTE))}m`;
}

/** How long ago, in the largest unit that fits: `12s`, `5m`, `3h`, `2d`. */
export function ageText(at: string, now: number): string {
  const ms = Math.max(0, now - Date.parse(at));
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m`;
  return ms < DAY ? `${Math.floor(ms / HOUR)}h` : `${Math.floor(ms / DAY)}d`;
}
