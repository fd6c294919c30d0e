import type { RawPath } from '../domain/raw-path.ts';

/** What was seen of one file when its content was hashed last. Times in nanoseconds since 1970. */
export interface IndexedFile {
  readonly name: RawPath;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly inode: bigint;
  /** Hex sha256 of the content. */
  readonly hash: string;
}

/** The index of one folder, kept as one packed value: a change rewrites its folder's only. */
export interface IndexedFolder {
  readonly path: RawPath;
  readonly packed: Uint8Array;
}

/**
 * Content and trees by their hex sha256, and the scan index of each workspace. Synchronous: only a thread that runs no
 * plan and draws no screen uses it. What is put is kept in batches; nothing of it counts until `flush` returned.
 */
export interface ObjectStore {
  hasContent(hash: string): boolean;
  /** False if it was there already. @throws StorageError, also `disk_full` */
  putContent(hash: string, content: Uint8Array): boolean;
  /** A large file: read from `source` (an open descriptor) in pieces. Returns hash and size of what was read. */
  putLargeContent(source: number): { readonly hash: string; readonly size: number; readonly isNew: boolean };
  /** @throws StorageError `blob_missing`, `blob_damaged` */
  readContent(hash: string): Uint8Array;
  /** Writes content into an open descriptor in pieces, checked as it goes. @throws as readContent */
  copyContent(hash: string, target: number): void;
  hasTree(hash: string): boolean;
  putTree(hash: string, encoded: Uint8Array): void;
  /** The folder's canonical bytes. @throws StorageError `tree_missing`, `tree_damaged` */
  readTree(hash: string): Uint8Array;
  readIndex(workspace: string): Iterable<IndexedFolder>;
  /** Replaces folders of the index; `packed: null` removes one. Lost without harm: the next scan reads more. */
  writeIndex(
    workspace: string,
    folders: readonly { readonly path: RawPath; readonly packed: Uint8Array | null }[],
  ): void;
  /** Bytes that puts have added to the store since the last call; of what was put since the last `flush` only some. */
  takeAddedBytes(): number;
  /** Bytes of the store as a whole, roughly. */
  totalBytes(): number;
  /** Before anything counts on what is stored. @throws StorageError `storage_lost` if the store was deleted or replaced in use */
  requireThere(): void;
  /** Makes all that was put durable. @throws StorageError, also `disk_full` */
  flush(): void;
  /** For a quiet moment: does what would else hold up a later call. */
  rest(): void;
  close(): void;
}
