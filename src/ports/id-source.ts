import type { Ulid } from '../domain/ids.ts';

/** Makes ids: each greater than the one before, within one process. */
export interface IdSource {
  next(): Ulid;
}
