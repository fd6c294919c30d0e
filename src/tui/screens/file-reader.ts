import type { ErrorValue } from '../../domain/errors.ts';
import type { FileChange } from '../../domain/file-state.ts';
import type { CheckpointId } from '../../domain/ids.ts';
import type { TreeListing } from '../detail/tree-lines.ts';
import type { FileCounts } from '../words/file-counts.ts';
import type { FilePatch } from '../words/file-patch.ts';

/** Two trees by their hashes. */
export interface TreePair {
  readonly before: string;
  readonly after: string;
}

/** Two trees; or a checkpoint and the files as they were when it was asked. */
export type ComparisonWanted = TreePair | { readonly since: CheckpointId; readonly asked: number };

/** What differs between two sets of files. */
export interface FileComparison {
  /** null: one of the two holds no files. */
  readonly changes: readonly FileChange[] | null;
  /** Of the first of them: not all of very many are compared line by line. */
  readonly patches: readonly FilePatch[];
}

/** What was asked for; the error if it can't be read; undefined: not yet read. */
export type Reading<T> = T | ErrorValue | undefined;

/** The files of the past, for frames: each call answers at once. */
export interface FileReader {
  readonly list: (tree: string) => Reading<TreeListing>;
  readonly compare: (wanted: ComparisonWanted) => Reading<FileComparison>;
  readonly patch: (change: FileChange) => Reading<FilePatch>;
  /** How many files differ between two trees. */
  readonly counts: (wanted: TreePair) => Reading<FileCounts>;
}

/** True for the error of something that can't be read: nothing else that is read has a code. */
export function isReadError(value: object): value is ErrorValue {
  return 'code' in value;
}
