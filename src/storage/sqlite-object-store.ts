import { hash as hashOf } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Database as Sqlite } from 'better-sqlite3';
import type { RawPath } from '../domain/raw-path.ts';
import type { IndexedFolder, ObjectStore } from '../ports/object-store.ts';
import { LargeDraft, type WrittenDraft } from './large-draft.ts';
import { ObjectBatch, type ObjectStep } from './object-batch.ts';
import { missingObject, toObjectError } from './object-errors.ts';
import { flushPath, piecesFrom, piecesOf, writeAll, type ObjectFiles } from './object-files.ts';
import { ObjectPresence } from './object-presence.ts';
import { ObjectReader } from './object-reader.ts';
import { LARGEST_ROW_BYTES } from './packing.ts';
import { readScannedFolders, writeScannedFolders } from './scanned-folders.ts';

/** How long the size of the folder of large contents is believed, milliseconds. */
const SIZE_HOLDS_MS = 60_000;

export interface ObjectStoreHooks {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told as the store comes by; what it throws fails the work. */
  readonly onStep?: (step: ObjectStep) => void;
}

type Put = ReturnType<ObjectStore['putLargeContent']>;

/**
 * Objects in objects.db and, the large ones, in files beside it. It commits without waiting for the disk; `flush` waits
 * once for all. Errors of the descriptors that it is given are thrown as they come: they aren't the store's.
 */
export class SqliteObjectStore implements ObjectStore {
  readonly #db: Sqlite;
  readonly #files: ObjectFiles;
  readonly #now: () => number;
  readonly #onStep: (step: ObjectStep) => void;
  readonly #batch: ObjectBatch;
  readonly #presence: ObjectPresence;
  readonly #reader: ObjectReader;
  #added = 0;
  #fileBytes = { atMs: -Infinity, bytes: 0 };

  /** @param db a connection of its own to objects.db at this program's schema; see openObjectStore */
  constructor(db: Sqlite, files: ObjectFiles, { now, onStep = () => undefined }: ObjectStoreHooks) {
    this.#db = db;
    this.#files = files;
    this.#now = now;
    this.#onStep = onStep;
    this.#batch = new ObjectBatch(db, now, onStep);
    this.#presence = new ObjectPresence(db, files, now);
    this.#reader = new ObjectReader(db, files);
  }

  hasContent(hash: string): boolean {
    return this.#guard(() => this.#batch.content(hash) !== undefined || this.#presence.hasContent(hash));
  }

  putContent(hash: string, content: Uint8Array): boolean {
    if (content.byteLength > LARGEST_ROW_BYTES) {
      return !this.hasContent(hash) && this.#putPieces(piecesOf(content)).isNew;
    }
    return this.#guard(() => {
      if (this.#batch.content(hash) !== undefined || this.#presence.hasSmallContent(hash)) return false;
      // The caller may use its buffer for the next file.
      this.#batch.addContent(hash, Uint8Array.from(content));
      return true;
    });
  }

  putLargeContent(source: number): Put {
    return this.#putPieces(piecesFrom(source));
  }

  readContent(hash: string): Uint8Array {
    const small = this.#batch.content(hash) ?? this.#reader.smallContent(hash);
    if (small) return small;
    return Buffer.concat(Array.from(this.#reader.pieces(hash), (piece) => Buffer.from(piece)));
  }

  copyContent(hash: string, target: number): void {
    const small = this.#batch.content(hash) ?? this.#reader.smallContent(hash);
    const pieces = small ? [small] : this.#reader.pieces(hash);
    for (const piece of pieces) writeAll(target, piece);
  }

  hasTree(hash: string): boolean {
    return this.#guard(() => this.#batch.tree(hash) !== undefined || this.#presence.hasTree(hash));
  }

  putTree(hash: string, encoded: Uint8Array): void {
    if (this.hasTree(hash)) return;
    this.#guard(() => this.#batch.addTree(hash, Uint8Array.from(encoded)));
  }

  readTree(hash: string): Uint8Array {
    const pending = this.#batch.tree(hash);
    if (pending) return pending;
    const stored = this.#reader.treeRow(hash);
    if (!stored) throw missingObject('tree', hash);
    return this.#reader.tree(hash, stored);
  }

  readIndex(workspace: string): Iterable<IndexedFolder> {
    return readScannedFolders(this.#db, workspace);
  }

  writeIndex(
    workspace: string,
    folders: readonly { readonly path: RawPath; readonly packed: Uint8Array | null }[],
  ): void {
    this.#guard(() => writeScannedFolders(this.#db, workspace, folders));
  }

  takeAddedBytes(): number {
    const added = this.#added + this.#batch.takeAddedBytes();
    this.#added = 0;
    return added;
  }

  totalBytes(): number {
    const pragma = (name: string): number => this.#db.pragma(name, { simple: true }) as number;
    return this.#guard(() => {
      const pages = pragma('page_count') - pragma('freelist_count');
      return pages * pragma('page_size') + this.#sizeOfFiles();
    });
  }

  flush(): void {
    this.#guard(() => {
      this.#batch.write();
      this.#files.flush();
      // Also for what others committed and this store said is there: their pages are in the same log.
      const log = `${this.#db.name}-wal`;
      if (existsSync(log)) flushPath(log);
      this.#onStep('flushed');
    });
  }

  close(): void {
    this.#db.close();
  }

  #putPieces(pieces: Iterable<Uint8Array>): Put {
    let draft: LargeDraft | undefined;
    try {
      for (const piece of pieces) {
        // A file that turns out to be small when it is read.
        if (!draft && piece.byteLength <= LARGEST_ROW_BYTES) return this.#putSmall(piece);
        draft ??= this.#guard(() => new LargeDraft(this.#files, piece));
        this.#write(draft, piece);
      }
      return draft ? this.#finish(draft) : this.#putSmall(new Uint8Array());
    } finally {
      draft?.drop();
    }
  }

  #putSmall(content: Uint8Array): Put {
    const hash = hashOf('sha256', content);
    return { hash, size: content.byteLength, isNew: this.putContent(hash, content) };
  }

  #write(draft: LargeDraft, piece: Uint8Array): void {
    this.#guard(() => draft.write(piece));
  }

  #finish(draft: LargeDraft): Put {
    return this.#guard(() => {
      this.#onStep('large.written');
      const written = draft.finish();
      this.#onStep('large.flushed');
      const isNew = this.#db.transaction(() => this.#place(draft.path, written)).immediate();
      this.#onStep('large.placed');
      return { hash: written.hash, size: written.size, isNew };
    });
  }

  /** Under the write lock, as everything that names, touches or deletes a file. */
  #place(draft: string, { hash, bytes, isPacked }: WrittenDraft): boolean {
    if (this.#files.claim(hash, this.#now())) return false;
    this.#files.place(draft, this.#files.pathOf(hash, isPacked), this.#now());
    this.#added += bytes;
    return true;
  }

  #sizeOfFiles(): number {
    const now = this.#now();
    if (now - this.#fileBytes.atMs >= SIZE_HOLDS_MS) {
      let bytes = 0;
      for (const file of this.#files.all()) bytes += file.bytes;
      this.#fileBytes = { atMs: now, bytes };
    }
    return this.#fileBytes.bytes;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw toObjectError(error, this.#db.name);
    }
  }
}
