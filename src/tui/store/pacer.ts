/** How soon a change has to be told: with the next ones, ahead of them, or now whatever was told before. */
export type Urgency = 'paced' | 'early' | 'now';

/** One telling at once, then at most one per interval, however much happens; what is `early` may come once before its time. */
export class Pacer {
  readonly #intervalMs: number;
  readonly #schedule: (ms: number, fn: () => void) => () => void;
  readonly #tell: () => void;
  #cancel: (() => void) | null = null;
  #isOwed = false;
  #wasEarly = false;

  constructor(intervalMs: number, schedule: (ms: number, fn: () => void) => () => void, tell: () => void) {
    this.#intervalMs = intervalMs;
    this.#schedule = schedule;
    this.#tell = tell;
  }

  changed(urgency: Urgency): void {
    if (this.#cancel === null) return this.#begin();
    const isEarly = urgency === 'early' && !this.#wasEarly;
    if (urgency !== 'now' && !isEarly) {
      this.#isOwed = true;
      return;
    }
    this.#wasEarly ||= isEarly;
    this.#isOwed = false;
    this.#tell();
  }

  /** What is still owed is never told. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#isOwed = false;
  }

  #begin(): void {
    this.#isOwed = false;
    this.#wasEarly = false;
    this.#cancel = this.#schedule(this.#intervalMs, () => {
      this.#cancel = null;
      if (this.#isOwed) this.#begin();
    });
    this.#tell();
  }
}
