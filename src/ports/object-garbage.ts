import type { PlanId } from '../domain/ids.ts';

/** What a collection deleted, or would delete. */
export interface GarbageReport {
  readonly trees: number;
  readonly contents: number;
  /** Half-written files that killed processes left. */
  readonly drafts: number;
  /** As stored. */
  readonly bytes: number;
}

export interface StorageUsage {
  /** The files that rows stand in, with their write-ahead logs; what was deleted stays as room for new rows. */
  readonly databases: readonly { readonly name: string; readonly bytes: number; readonly free: number }[];
  readonly trees: ObjectUsage;
  readonly contents: ObjectUsage;
  /** What scans remember of workspaces. */
  readonly scans: ObjectUsage;
  /** History and states of each root plan, largest first; content is shared, so it belongs to none. */
  readonly plans: readonly { readonly plan_id: PlanId; readonly name: string; readonly bytes: number }[];
}

export interface ObjectUsage {
  readonly count: number;
  /** As stored. */
  readonly bytes: number;
}

/** Something in a database file that SQLite itself can't make sense of. */
export interface DatabaseFinding {
  /** The file's name in the home. */
  readonly name: string;
  /** One sentence of SQLite's. */
  readonly what: string;
}

/** Something in a journal that does not prove itself. */
export interface JournalFinding {
  /** The root plan. */
  readonly plan_id: PlanId;
  readonly seq: number;
  /** One sentence without a full stop. */
  readonly what: string;
}

export interface GarbageOptions {
  readonly signal?: AbortSignal;
  /** Counts so far; `total` null while nobody knows. */
  readonly onProgress?: (done: number, total: number | null, what: string) => void;
}

export interface CollectOptions extends GarbageOptions {
  /** Only says what would go. */
  readonly dryRun?: boolean;
  /** No person asked for it: nothing goes while older things are stored than the database of plans, which then isn't the one that knew them. */
  readonly unasked?: boolean;
}

/** Looks after everything that is stored. Safe while plans run and other processes do the same. */
export interface ObjectGarbage {
  /**
   * Deletes trees and contents that nothing refers to and that nobody who works now can be counting on.
   * @throws StorageError, also `tree_damaged`: what stands below a damaged tree that is in use isn't known, and `database_damaged`:
   * what a damaged database refers to isn't known
   */
  collect(options?: CollectOptions): Promise<GarbageReport>;
  usage(): Promise<StorageUsage>;
  /** Proves the pages and indexes of both databases; at most some findings each. */
  checkDatabases(): Promise<readonly DatabaseFinding[]>;
  /** Proves the hash chain of every journal, and the long values in it that are still there. */
  checkJournals(options?: GarbageOptions): Promise<readonly JournalFinding[]>;
  close(): Promise<void>;
}
