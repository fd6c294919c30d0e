import type { Checkpoint } from '../domain/checkpoint.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { EventType, PlanEvent } from '../domain/plan-event.ts';
import type { Phase, PlanRecord, PlanSummary, RunState } from '../domain/plan.ts';
import type { ErrorValue } from '../domain/errors.ts';
import type { Part, Section, TreeState } from '../domain/plan-state.ts';
import type { StoredSnapshot } from '../domain/state-snapshot.ts';

/** What a plan is made of when it is created; the rest of its row follows from its events. */
export interface NewPlan {
  readonly plan_id: PlanId;
  readonly root_plan_id: PlanId;
  readonly parent_id: PlanId | null;
  readonly name: string;
  readonly goal: string | null;
  readonly workspace: string;
  readonly document: Json;
  readonly included_documents: Json;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly effective_config: Json;
  readonly created_at: string;
}

/** A part as one event left it: `part: null` means that the event removed it. */
export interface PartChange {
  readonly planId: PlanId;
  readonly section: Section;
  readonly key: string;
  readonly part: Part | null;
}

/** One event with its place in the hash chain and the parts it changed. */
export interface JournalEntry {
  readonly event: PlanEvent;
  /** Chain hash after this event, 64 hex digits. */
  readonly hash: string;
  readonly changes: readonly PartChange[];
}

/** The columns of a plan's row that events move. */
export interface PlanHead {
  readonly plan_id: PlanId;
  readonly phase: Phase;
  readonly state: RunState;
  readonly error: ErrorValue | null;
  /** Hash of the plan's live parts (state-hash.ts). */
  readonly state_hash: string;
}

/** Everything that becomes true in one transaction. */
export interface Commit {
  readonly rootId: PlanId;
  /** The lease's fence; a commit with another than the row's is refused. */
  readonly fence: number;
  /** head_seq before; a commit onto another is refused. */
  readonly expectedSeq: number;
  readonly entries: readonly JournalEntry[];
  readonly newPlans: readonly NewPlan[];
  /** The plans whose head changed. */
  readonly heads: readonly PlanHead[];
  readonly checkpoints: readonly { readonly checkpoint: Checkpoint; readonly snapshot: StoredSnapshot }[];
  /** The operation that ends with it. */
  readonly endOperation?: string;
}

/** Where a fork begins. */
export interface ForkBase {
  readonly rootId: PlanId;
  readonly checkpointId: CheckpointId;
  readonly seq: number;
  /** The fork's id of each plan that is in the state there, the root's too. */
  readonly ids: ReadonlyMap<PlanId, PlanId>;
}

/** The head of a journal: what a writer needs to go on. */
export interface JournalHead {
  readonly seq: number;
  readonly hash: string;
  /** The last checkpoint number given out; 0 before the first. */
  readonly lastNumber: number;
  /** For each plan of the tree the id of its branch's last checkpoint and its state hash. */
  readonly plans: ReadonlyMap<
    PlanId,
    {
      readonly lastCheckpointId: string | null;
      /** Tree of that checkpoint; null if it holds no files. */
      readonly lastTree: string | null;
      readonly stateHash: string;
    }
  >;
}

/** Where a sweep goes on: of which plan, as the store calls it, and behind which version of a part. */
export interface SweepPlace {
  readonly plan: number;
  readonly seq: number;
  readonly row: number;
}

/** How many rows a tree of plans has. */
export interface PlanFootprint {
  /** The root plan and its subplans. */
  readonly plans: number;
  readonly events: number;
  /** Pieces of state, past ones too. */
  readonly parts: number;
  readonly checkpoints: number;
  readonly requests: number;
}

export interface PlanFilter {
  /** Real path; absent: all workspaces. */
  readonly workspace?: string;
  readonly phase?: Phase;
  readonly state?: RunState;
  /** Subplans too; default only root plans. */
  readonly includeSubplans?: boolean;
  /** At most this many, newest first; default 50. */
  readonly limit?: number;
  /** `next_cursor` of the page before. */
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/**
 * Plans, their journal and their state. One journal per root plan, appended to by the holder of its lease only;
 * anyone may read at any time.
 */
export interface PlanStore {
  /**
   * Creates a root plan with its first entries, in one transaction. It has no lease: fence 0.
   * @throws StorageError
   */
  create(plan: NewPlan, commit: Commit): Promise<void>;
  /**
   * Creates a root plan that begins where another one was, with copies of its subplans, in one transaction: every part that held
   * there holds from the fork's first event on, but for those that the event itself changes. It has no lease: fence 0.
   * @throws NotFoundError if the other plan has gone, StorageError
   */
  fork(plan: NewPlan, base: ForkBase, commit: Commit): Promise<void>;
  /**
   * Appends to a journal: events, parts, plan rows, checkpoints, all or nothing. An event `checkpoint.marked` changes its checkpoint,
   * `checkpoint.deleted` takes it away; those that came after it come after the one before it; `checkpoint.pruned` takes many.
   * @throws NotFoundError if one of them names a checkpoint that isn't there; then nothing was written
   * @throws ConflictError `lease_lost` if fence or expectedSeq don't hold, or why a checkpoint is kept; then nothing was written
   * @throws StorageError if the database refuses
   */
  append(commit: Commit): Promise<void>;
  /** @throws NotFoundError */
  get(planId: PlanId): Promise<PlanRecord>;
  /**
   * The plan that a text names: full id, unique prefix, or `last` (newest root plan of `workspace`).
   * @throws NotFoundError if none or more than one fits; then it lists the candidates
   */
  resolve(reference: string, workspace: string): Promise<PlanSummary>;
  list(filter: PlanFilter): Promise<Page<PlanSummary>>;
  /** The plans of a tree, the root first, then by creation. */
  tree(rootId: PlanId): Promise<readonly PlanRecord[]>;
  /** @throws NotFoundError */
  head(rootId: PlanId): Promise<JournalHead>;
  /** Events with seq > `afterSeq`, at most `limit`, in order, long values in their place. */
  events(rootId: PlanId, afterSeq: number, limit: number): Promise<readonly PlanEvent[]>;
  /** All events of one type, in order. */
  eventsOfType(rootId: PlanId, type: EventType): Promise<readonly PlanEvent[]>;
  /**
   * The state of the whole tree at `seq` (default: now), read from the parts.
   * @throws ConflictError `moment_not_kept` where retention has been and no checkpoint stands
   */
  stateAt(rootId: PlanId, seq?: number): Promise<TreeState>;
  /** Hex hash of the last tree of files that the journal names, at `seq` (default: now); null if it names none. */
  lastTree(rootId: PlanId, seq?: number): Promise<string | null>;
  /** Up to this seq states and files of the tree are kept only where a checkpoint stands; 0: nothing was pruned yet. */
  prunedTo(rootId: PlanId): Promise<number>;
  /**
   * Removes past parts of states that neither a checkpoint nor a time that isn't pruned needs: looks at `rows` of them after a place
   * (null: from the beginning), in one transaction. Safe for anybody at any time; `next: null` when there are no more.
   */
  sweepStates(
    rootId: PlanId,
    after: SweepPlace | null,
    rows: number,
  ): Promise<{ readonly deleted: number; readonly next: SweepPlace | null }>;
  /** What `delete` would remove. @throws NotFoundError */
  footprint(rootId: PlanId): Promise<PlanFootprint>;
  /**
   * Removes a root plan for good, in one transaction: its subplans, journal, state, checkpoints and requests with it.
   * Content in the blob store stays; it may be shared. Resolves with what went.
   * @throws NotFoundError
   * @throws ConflictError `lease_lost` if another than the fence's holder has the plan by now, then nothing went
   */
  delete(rootId: PlanId, fence: number): Promise<PlanFootprint>;
  /** A number that changes whenever another process has committed; cheap enough to ask every 100 ms. */
  dataVersion(): number;
}
