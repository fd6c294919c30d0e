import { monotonicFactory } from 'ulid';
import type { Ulid } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';

/** ULIDs that always grow, also within one millisecond and when the clock goes back. */
export class UlidSource implements IdSource {
  readonly #clock: Pick<Clock, 'now'>;
  #next: ReturnType<typeof monotonicFactory> | null = null;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  next(): Ulid {
    // Made late: it brings Node's cryptography with it, and few commands make anything.
    this.#next ??= monotonicFactory();
    return this.#next(this.#clock.now());
  }
}
