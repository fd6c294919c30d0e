import type { CheckpointFiles } from '../domain/checkpoint.ts';
import type { ChangedFiles } from '../domain/plan-event.ts';

/** `all`: every file is looked at. Else what the system told of changes may be enough. */
export type Look = 'all' | 'changes';

/** Knows the files of a run's workspace before and after each write window. Absent: files are not captured. */
export interface WorkspaceRecorder {
  /** The files as they are now; what is said of them is stored. Never throws: `error` says what was in the way. */
  record(look?: Look): Promise<CheckpointFiles>;
  /** What differs between two recorded trees; null if one of them is not known. @throws StorageError */
  changes(before: string | null, after: string | null): Promise<ChangedFiles | null>;
}
