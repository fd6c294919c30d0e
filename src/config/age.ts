const UNITS = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** A number and its unit: `12h`, `90d`, `26w`. */
export const AGE = /^(\d{1,5})(h|d|w)$/;

/** The same, but for a day at least: of what is worth more than an hour. */
export const AGE_OF_DAYS = /^[1-9]\d{0,4}[dw]$/;

/** Milliseconds of an age that the configuration has checked. */
export function toAgeMs(age: string): number {
  const [, amount, unit] = AGE.exec(age) as RegExpExecArray;
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}
