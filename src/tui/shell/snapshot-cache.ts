import { toErrorValue, type ErrorValue } from '../../domain/errors.ts';
import type { CheckpointId, PlanId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { StateWanted } from '../screens/detail-content.ts';

/** States kept at the same time: enough to go up and down a list, and never many megabytes. */
const KEPT = 16;

/** Where states of the past are read from. */
export interface SnapshotSource {
  /** The state that a checkpoint holds. @throws NotFoundError, StorageError */
  snapshot(id: CheckpointId): Promise<JsonObject>;
  /** The state of a plan at a place of the journal; null if it didn't exist there yet. @throws StorageError */
  stateAt(planId: PlanId, seq: number): Promise<JsonObject | null>;
}

type Read = JsonObject | ErrorValue | null | undefined;

/** The states that were looked at lately. */
export class SnapshotCache {
  readonly #source: SnapshotSource;
  readonly #onRead: () => void;
  /** In the order of their last use. */
  readonly #read = new Map<string, Read>();

  /** `onRead` is called when one that was asked for is there. */
  constructor(source: SnapshotSource, onRead: () => void) {
    this.#source = source;
    this.#onRead = onRead;
  }

  /** A state, or the error that reading it gave; undefined while it is being read. */
  readonly get = (wanted: StateWanted): Read => {
    const key = 'checkpointId' in wanted ? wanted.checkpointId : `${wanted.planId}@${wanted.seq}`;
    const isKnown = this.#read.has(key);
    const state = this.#read.get(key);
    this.#read.delete(key);
    this.#read.set(key, state);
    if (isKnown) return state;
    const oldest = [...this.#read.keys()].slice(0, Math.max(0, this.#read.size - KEPT));
    for (const one of oldest) this.#read.delete(one);
    void this.#fetch(key, wanted);
    return undefined;
  };

  async #fetch(key: string, wanted: StateWanted): Promise<void> {
    const state = await this.#ask(wanted).catch(toErrorValue);
    // It was pushed out while it was read: nobody looks at it any more.
    if (!this.#read.has(key)) return;
    this.#read.set(key, state);
    this.#onRead();
  }

  #ask(wanted: StateWanted): Promise<JsonObject | null> {
    if ('checkpointId' in wanted) return this.#source.snapshot(wanted.checkpointId);
    return this.#source.stateAt(wanted.planId, wanted.seq);
  }
}
