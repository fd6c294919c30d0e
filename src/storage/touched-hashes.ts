import { isStale } from './object-age.ts';

const MOST = 200_000;

/**
 * Hashes that are in the store for sure, as long as they needn't be touched again: garbage collection deletes nothing
 * that was touched so recently before it began.
 */
export class TouchedHashes {
  readonly #now: () => number;
  readonly #touchedAt = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  has(hash: string): boolean {
    const at = this.#touchedAt.get(hash);
    return at !== undefined && !isStale(at, this.#now());
  }

  add(hash: string, atMs: number): void {
    if (this.#touchedAt.size >= MOST) this.#touchedAt.clear();
    // A clock that was put back must not make it last longer.
    this.#touchedAt.set(hash, Math.min(atMs, this.#now()));
  }
}
