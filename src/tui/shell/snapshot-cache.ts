import { toErrorValue, type ErrorValue } from '../../domain/errors.ts';
import type { CheckpointId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';

/** Snapshots kept at the same time: enough to go up and down a list, and never many megabytes. */
const KEPT = 16;

/** Where the state that a checkpoint holds is read from. */
export interface SnapshotSource {
  /** @throws NotFoundError, StorageError */
  snapshot(id: CheckpointId): Promise<JsonObject>;
}

/** The snapshots that were looked at lately. */
export class SnapshotCache {
  readonly #source: SnapshotSource;
  readonly #onRead: () => void;
  /** In the order of their last use. */
  readonly #read = new Map<CheckpointId, JsonObject | ErrorValue | undefined>();

  /** `onRead` is called when one that was asked for is there. */
  constructor(source: SnapshotSource, onRead: () => void) {
    this.#source = source;
    this.#onRead = onRead;
  }

  /** A snapshot, or the error that reading it gave; undefined while it is being read. */
  readonly get = (id: CheckpointId): JsonObject | ErrorValue | undefined => {
    const isKnown = this.#read.has(id);
    const state = this.#read.get(id);
    this.#read.delete(id);
    this.#read.set(id, state);
    if (isKnown) return state;
    const oldest = [...this.#read.keys()].slice(0, Math.max(0, this.#read.size - KEPT));
    for (const one of oldest) this.#read.delete(one);
    void this.#fetch(id);
    return undefined;
  };

  async #fetch(id: CheckpointId): Promise<void> {
    const state = await this.#source.snapshot(id).catch(toErrorValue);
    // It was pushed out while it was read: nobody looks at it any more.
    if (!this.#read.has(id)) return;
    this.#read.set(id, state);
    this.#onRead();
  }
}
