import { monotonicFactory } from 'ulid';
import type { Ulid } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';

/** ULIDs that always grow, also within one millisecond and when the clock goes back. */
export class UlidSource implements IdSource {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #next = monotonicFactory();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  next(): Ulid {
    return this.#next(this.#clock.now());
  }
}
