/** One thing that the doctor looked at. */
export interface Check {
  /** Stable: `home`, `integrity`. */
  readonly id: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do: a command where there is one; null only where all is well. */
  readonly next: string | null;
}

export const ok = (id: string, message: string): Check => ({ id, status: 'ok', message, next: null });
export const warn = (id: string, message: string, next: string): Check => ({
  id,
  status: 'warn',
  message,
  next,
});
export const fail = (id: string, message: string, next: string): Check => ({
  id,
  status: 'fail',
  message,
  next,
});

/** `1 plan`, `3 plans`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Paths as a shell takes them. */
export const quoted = (paths: readonly string[]): string =>
  paths
    .map((path) => (/^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
