/**
 * What is asked for or put again is touched (`created_at`, a file's mtime), so that garbage collection sees that
 * somebody counts on it; what was touched less than this ago isn't touched again.
 */
export const TOUCH_AFTER_MS = 60_000;

/** So a collection spares what was touched this long before the work that goes on began; the rest is for clocks. */
export const COLLECT_MARGIN_MS = TOUCH_AFTER_MS + 10_000;

/** True if what was touched at `touchedMs` has to be touched now. Both in milliseconds since 1970. */
export function isStale(touchedMs: number, nowMs: number): boolean {
  return nowMs - touchedMs >= TOUCH_AFTER_MS;
}

/** A time as rows have it; these texts sort as the times do. */
export function toTimeText(ms: number): string {
  return new Date(ms).toISOString();
}
