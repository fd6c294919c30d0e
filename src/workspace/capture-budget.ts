import type { Exclusion } from '../domain/file-state.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { CaptureLimits } from '../ports/workspace-files.ts';

/** After so many new bytes the free disk is looked at again: others write there too. */
const LOOK_AGAIN = 16 * 1024 * 1024;

/** How much new content one capture may still store. */
export class CaptureBudget {
  readonly #limits: CaptureLimits;
  readonly #store: ObjectStore;
  readonly #freeBytes: () => number;
  #spent = 0;
  #room: number;
  #roomSpent = 0;

  constructor(limits: CaptureLimits, store: ObjectStore, freeBytes: () => number) {
    this.#limits = limits;
    this.#store = store;
    this.#freeBytes = freeBytes;
    this.#room = this.#look();
  }

  /** Why content of this size, which the store doesn't have, can't be stored; null if it can. */
  refuses(size: number): Exclusion | null {
    if (this.#spent + size > this.#limits.checkpoint) return 'checkpoint_limit';
    return this.#roomSpent + size > this.#room ? 'store_limit' : null;
  }

  spend(size: number): void {
    this.#spent += size;
    this.#roomSpent += size;
    if (this.#roomSpent < LOOK_AGAIN) return;
    this.#room = this.#look();
    this.#roomSpent = 0;
  }

  #look(): number {
    const inStore = this.#limits.store - this.#store.totalBytes();
    return Math.min(inStore, this.#freeBytes() - this.#limits.freeDisk);
  }
}
