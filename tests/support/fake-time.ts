import type { Clock } from '../../src/ports/clock.ts';

interface Timer {
  readonly due: number;
  readonly run: () => void;
}

/** Time that stands still until a test moves it. */
export class FakeTime implements Clock {
  #now: number;
  #ahead = 0;
  readonly #timers = new Set<Timer>();

  constructor(start = '2026-11-21T02:03:39.000Z') {
    this.#now = Date.parse(start);
  }

  now = (): number => this.#now + this.#ahead;

  elapsed = (): number => this.#now;

  /** The time of day is set forward, or back; how long anything takes is not touched by that. */
  set(ms: number): void {
    this.#ahead += ms;
  }

  /** Runs `run` once, `ms` from now; returns what takes it back. */
  schedule = (ms: number, run: () => void): (() => void) => {
    const timer = { due: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.schedule(ms, resolve);
    signal?.addEventListener('abort', () => {
      cancel();
      reject(signal.reason as Error);
    });
    return promise;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Moves the clock; what comes due runs at its own time, in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.due);
      timer.run();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    const due = [...this.#timers].filter((timer) => timer.due <= end);
    return due.sort((a, b) => a.due - b.due)[0];
  }
}
