import type { CheckpointId, PlanId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { TreeState } from '../../domain/plan-state.ts';
import type { SnapshotReader, StateWanted } from '../screens/detail-content.ts';
import type { TreeReader } from '../screens/past-view.ts';
import { ReadCache } from './read-cache.ts';

/** States kept at the same time: enough to go up and down a list, and never many megabytes. */
const KEPT = 16;

/** Where states of the past are read from. */
export interface SnapshotSource {
  /** The state that a checkpoint holds. @throws NotFoundError, StorageError */
  snapshot(id: CheckpointId): Promise<JsonObject>;
  /** The state of a plan at a place of the journal; null if it didn't exist there yet. @throws StorageError */
  stateAt(planId: PlanId, seq: number): Promise<JsonObject | null>;
  /** The whole tree of plans at a place of the journal. @throws StorageError */
  treeAt(seq: number): Promise<TreeState>;
}

/** The states that were looked at lately. */
export class SnapshotCache {
  /** A state, or the error that reading it gave; undefined while it is being read. */
  readonly get: SnapshotReader;
  /** As `get`, of the whole tree at a place of the journal. */
  readonly treeAt: TreeReader;

  /** `onRead` is called when one that was asked for is there; `isPassing`: as of a `ReadCache`. */
  constructor(source: SnapshotSource, onRead: () => void, isPassing: () => boolean) {
    const states = new ReadCache<StateWanted, JsonObject | null>({
      keyOf: (wanted) => ('checkpointId' in wanted ? wanted.checkpointId : `${wanted.planId}@${wanted.seq}`),
      read: (wanted) =>
        'checkpointId' in wanted
          ? source.snapshot(wanted.checkpointId)
          : source.stateAt(wanted.planId, wanted.seq),
      kept: KEPT,
      onRead,
      isPassing,
    });
    const trees = new ReadCache<number, TreeState>({
      keyOf: String,
      read: (seq) => source.treeAt(seq),
      kept: KEPT,
      onRead,
      isPassing,
    });
    this.get = states.get;
    this.treeAt = trees.get;
  }
}
