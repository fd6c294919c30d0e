import type { BigIntStats } from 'node:fs';
import type { TreeEntry } from '../domain/file-state.ts';
import { joinPath, type RawPath } from '../domain/raw-path.ts';
import type { IndexedFile, ObjectStore } from '../ports/object-store.ts';
import { modeOf } from './file-stat.ts';
import { packFolder, unpackFolder } from './folder-index.ts';
import type { NamedEntry } from './tree-codec.ts';

type FileEntry = Extract<TreeEntry, { readonly type: 'file' }>;

interface KnownFile {
  readonly seen: IndexedFile;
  /** Made once and used again, so that an unchanged folder is known by its entries being the same objects. */
  named: NamedEntry | null;
}

/** What the last scan left of one folder. */
export interface KnownFolder {
  readonly files: Map<RawPath, KnownFile>;
  /** The folder's entries and their hash as of the last scan. */
  last: { readonly entries: readonly NamedEntry[]; readonly hash: string } | null;
}

/**
 * What is known of a workspace's files, so that only changed ones are read. Kept in memory between scans and in the store
 * between processes. It only ever says what the content of a file with this very stat was; wrong rules or limits can't
 * hide in it, and without it a scan comes to the same tree.
 */
export class ScanIndex {
  /** How many paths the last scan of this process came by; null before the first one. */
  lastCount: number | null = null;
  readonly #workspace: string;
  readonly #store: ObjectStore;
  readonly #folders = new Map<RawPath, KnownFolder>();
  readonly #changed = new Set<RawPath>();

  constructor(workspace: string, store: ObjectStore) {
    this.#workspace = workspace;
    this.#store = store;
    for (const { path, packed } of store.readIndex(workspace)) {
      const files = unpackFolder(packed).map((seen) => [seen.name, { seen, named: null }] as const);
      this.#folders.set(path, { files: new Map(files), last: null });
    }
  }

  folder(path: RawPath): KnownFolder {
    let known = this.#folders.get(path);
    if (!known) this.#folders.set(path, (known = { files: new Map(), last: null }));
    return known;
  }

  /** True if something of this folder was seen before. */
  has(path: RawPath): boolean {
    return this.#folders.has(path);
  }

  /** The size of all files of a folder that the last scan captured. */
  bytesBelow(path: RawPath): number {
    let bytes = 0;
    for (const { name, entry } of this.folder(path).last?.entries ?? []) {
      if (entry.type === 'file') bytes += entry.size;
      if (entry.type === 'directory') bytes += this.bytesBelow(joinPath(path, name));
    }
    return bytes;
  }

  remember(path: RawPath, file: IndexedFile): void {
    this.folder(path).files.set(file.name, { seen: file, named: null });
    this.#changed.add(path);
  }

  forget(path: RawPath, name: RawPath): void {
    if (this.folder(path).files.delete(name)) this.#changed.add(path);
  }

  /** Drops the files that are not in a folder any more. */
  keepOnly(path: RawPath, names: readonly RawPath[]): void {
    const { files } = this.folder(path);
    if (files.size === 0) return;
    const there = new Set(names);
    for (const name of files.keys()) if (!there.has(name)) this.forget(path, name);
  }

  /** Stores what changed; forgets the folders that a whole scan did not come by. */
  save(visited: ReadonlySet<RawPath>): void {
    for (const path of this.#folders.keys()) {
      if (visited.has(path)) continue;
      this.#folders.delete(path);
      this.#changed.add(path);
    }
    this.saveChanged();
  }

  /** Stores what changed. */
  saveChanged(): void {
    const folders = [...this.#changed].map((path) => {
      const files = this.#folders.get(path)?.files;
      const seen = [...(files?.values() ?? [])].map((file) => file.seen);
      return { path, packed: seen.length === 0 ? null : packFolder(seen) };
    });
    if (folders.length > 0) this.#store.writeIndex(this.#workspace, folders);
    this.#changed.clear();
  }
}

/** The entry of a file whose stat is the one that it was hashed under; null: it has to be read. */
export function entryIfSame(known: KnownFile | undefined, stat: BigIntStats): NamedEntry | null {
  if (!known) return null;
  const { seen } = known;
  const same =
    seen.ctimeNs === stat.ctimeNs &&
    seen.mtimeNs === stat.mtimeNs &&
    seen.inode === stat.ino &&
    BigInt(seen.size) === stat.size;
  if (!same) return null;
  const mode = modeOf(stat);
  if ((known.named?.entry as FileEntry | undefined)?.mode !== mode) {
    known.named = { name: seen.name, entry: { type: 'file', mode, size: seen.size, hash: seen.hash } };
  }
  return known.named;
}
