import { isStale } from './object-age.ts';

/** Of each of the two generations. */
const MOST = 100_000;

/**
 * Hashes that are in the store for sure, as long as they needn't be touched again: garbage collection deletes nothing
 * that was touched so recently before it began. Those of the last minutes: a run of weeks holds no more of them than one of an hour.
 */
export class TouchedHashes {
  readonly #now: () => number;
  #young = new Map<string, number>();
  #old: ReadonlyMap<string, number> = new Map();
  /** When the young ones began. */
  #since: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#since = now();
  }

  has(hash: string): boolean {
    const at = this.#young.get(hash) ?? this.#old.get(hash);
    return at !== undefined && !isStale(at, this.#now());
  }

  add(hash: string, atMs: number): void {
    const now = this.#now();
    // By then every old one is stale.
    if (isStale(this.#since, now) || this.#young.size >= MOST) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#since = now;
    }
    // A clock that was put back must not make it last longer.
    this.#young.set(hash, Math.min(atMs, now));
  }
}
