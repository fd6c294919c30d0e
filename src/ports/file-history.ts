import type { FileChange } from '../domain/file-state.ts';
import type { ListedFile } from './workspace-files.ts';

/** What checkpoints hold of a workspace's files, for whoever looks at them. Trees and contents are named by their hex hash. */
export interface FileHistory {
  /** Paths that differ, folders before what is in them; null: no files at all. @throws StorageError */
  changes(before: string | null, after: string | null): Promise<readonly FileChange[]>;
  /** All paths of a tree, folders before what is in them. @throws StorageError */
  list(tree: string): Promise<readonly ListedFile[]>;
  /** A stored content, whole: its size is known from the tree. @throws StorageError `blob_missing`, `blob_damaged` */
  content(hash: string): Promise<Uint8Array>;
}
