/** How synchronous work can be watched and stopped. `signal` may be an AbortSignal, or anything that is asked the same. */
export interface SyncWorkOptions {
  readonly signal?: { readonly aborted: boolean; readonly reason: unknown };
  readonly onProgress?: (done: number, total: number | null, what: string) => void;
}

const EVERY_MS = 100;

/** Counts work that is done, tells it at most ten times a second, and ends it between two steps when asked to. */
export class WorkWatch {
  readonly #options: SyncWorkOptions;
  readonly #what: string;
  readonly #total: number | null;
  #done = 0;
  #toldAt: number;

  constructor(options: SyncWorkOptions, what: string, total: number | null = null) {
    this.#options = options;
    this.#what = what;
    this.#total = total;
    this.#toldAt = performance.now();
  }

  /** One more is done. @throws the signal's reason */
  step(): void {
    const { signal, onProgress } = this.#options;
    if (signal?.aborted === true) throw signal.reason;
    this.#done += 1;
    if (!onProgress) return;
    const now = performance.now();
    if (now - this.#toldAt < EVERY_MS) return;
    this.#toldAt = now;
    onProgress(this.#done, this.#total, this.#what);
  }

  get done(): number {
    return this.#done;
  }
}
