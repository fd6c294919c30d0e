import type { PlanId } from '../domain/ids.ts';

/** What an archive holds. */
export interface ArchiveReport {
  readonly plan_id: PlanId;
  readonly name: string;
  readonly exported_at: string;
  /** The root plan and its subplans. */
  readonly plans: number;
  readonly events: number;
  readonly checkpoints: number;
  readonly trees: number;
  readonly contents: number;
  /** Of the contents, before packing. */
  readonly bytes: number;
}

/** A plan with its history, its checkpoints and all files that they hold, as one file. */
export interface PlanArchive {
  /**
   * The file has its name when it is whole and durable.
   * @throws NotFoundError, ConflictError `file_exists`, StorageError `blob_missing`, `tree_missing` and such
   */
  exportPlan(rootId: PlanId, file: string): Promise<ArchiveReport>;
  /**
   * Everything is proved before anything is stored: the chain of the journal, the state, each tree and content.
   * @throws StorageError `archive_unreadable`, `archive_newer`, `archive_damaged`; ConflictError `plan_exists`; then nothing was
   *   stored
   */
  importPlan(file: string): Promise<ArchiveReport>;
  close(): Promise<void>;
}
