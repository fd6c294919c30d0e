import { hash as hashOf } from 'node:crypto';
import { fstatSync, readSync, writeSync } from 'node:fs';
import { StorageError } from '../domain/errors.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { IndexedFolder, ObjectStore } from '../ports/object-store.ts';

/** Objects in memory. What is put counts at once. */
export class MemoryObjectStore implements ObjectStore {
  readonly #contents = new Map<string, Uint8Array>();
  readonly #trees = new Map<string, Uint8Array>();
  readonly #folders = new Map<string, Map<RawPath, Uint8Array>>();
  #added = 0;

  hasContent(hash: string): boolean {
    return this.#contents.has(hash);
  }

  putContent(hash: string, content: Uint8Array): boolean {
    return this.#put(this.#contents, hash, content);
  }

  putLargeContent(source: number): ReturnType<ObjectStore['putLargeContent']> {
    const buffer = Buffer.alloc(fstatSync(source).size);
    const content = buffer.subarray(0, readSync(source, buffer, 0, buffer.byteLength, 0));
    const hash = hashOf('sha256', content);
    return { hash, size: content.byteLength, isNew: this.putContent(hash, content) };
  }

  readContent(hash: string): Uint8Array {
    const content = this.#contents.get(hash);
    if (!content) throw new StorageError('blob_missing', `stored content is missing: sha256:${hash}`);
    return content;
  }

  copyContent(hash: string, target: number): void {
    const content = this.readContent(hash);
    for (let done = 0; done < content.byteLength;) done += writeSync(target, content, done);
  }

  hasTree(hash: string): boolean {
    return this.#trees.has(hash);
  }

  putTree(hash: string, encoded: Uint8Array): void {
    this.#put(this.#trees, hash, encoded);
  }

  readTree(hash: string): Uint8Array {
    const tree = this.#trees.get(hash);
    if (!tree) throw new StorageError('tree_missing', `stored folder is missing: sha256:${hash}`);
    return tree;
  }

  readIndex(workspace: string): Iterable<IndexedFolder> {
    const folders = [...(this.#folders.get(workspace) ?? [])];
    return folders.map(([path, packed]) => ({ path, packed })).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  writeIndex(
    workspace: string,
    folders: readonly { readonly path: RawPath; readonly packed: Uint8Array | null }[],
  ): void {
    const known = this.#folders.get(workspace) ?? new Map<RawPath, Uint8Array>();
    this.#folders.set(workspace, known);
    for (const { path, packed } of folders) {
      if (packed === null) known.delete(path);
      else known.set(path, Uint8Array.from(packed));
    }
  }

  takeAddedBytes(): number {
    const added = this.#added;
    this.#added = 0;
    return added;
  }

  totalBytes(): number {
    const all = [...this.#contents.values(), ...this.#trees.values()];
    return all.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  requireThere(): void {
    // Nobody else reaches it.
  }

  flush(): void {
    // Everything is where it stays.
  }

  rest(): void {
    // Nothing is left for later.
  }

  close(): void {
    // Nothing is held.
  }

  #put(map: Map<string, Uint8Array>, hash: string, bytes: Uint8Array): boolean {
    if (map.has(hash)) return false;
    map.set(hash, Uint8Array.from(bytes)); // the caller may use its buffer again
    this.#added += bytes.byteLength;
    return true;
  }
}
