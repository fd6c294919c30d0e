const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** A number and its unit: `500ms`, `1.5s`, `5m`, `1h`. */
export const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;

/** 24 days, in milliseconds: timers can't be set for longer. */
export const LONGEST_MS = 24 * 24 * UNITS.h;

/** Milliseconds of a duration as documents write it; a number means seconds. */
export function toMilliseconds(duration: string | number): number {
  if (typeof duration === 'number') return Math.round(duration * UNITS.s);
  const [, amount, unit] = DURATION.exec(duration) ?? [];
  return Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS]);
}

/** The short form of milliseconds: `1500` is `1.5s`, `300000` is `5m`. */
export function formatDuration(milliseconds: number): string {
  const unit = (['h', 'm', 's'] as const).find(
    (name) => milliseconds > 0 && milliseconds % UNITS[name] === 0,
  );
  if (unit) return `${milliseconds / UNITS[unit]}${unit}`;
  return milliseconds >= UNITS.s ? `${milliseconds / UNITS.s}s` : `${milliseconds}ms`;
}
