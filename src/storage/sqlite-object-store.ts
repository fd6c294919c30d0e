import { hash as hashOf } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import type { Database as Sqlite } from 'better-sqlite3';
import type { RawPath } from '../domain/raw-path.ts';
import type { IndexedFolder, ObjectStore } from '../ports/object-store.ts';
import { LargeDraft, type WrittenDraft } from './large-draft.ts';
import { ObjectBatch } from './object-batch.ts';
import { missingObject, toObjectError } from './object-errors.ts';
import { flushPath, piecesFrom, piecesOf, writeAll, type ObjectFiles } from './object-files.ts';
import { ObjectPresence } from './object-presence.ts';
import { ObjectReader } from './object-reader.ts';
import { ObjectWriter, type ObjectStep } from './object-writer.ts';
import { lostFile, OpenFiles } from './open-files.ts';
import { LARGEST_ROW_BYTES } from './packing.ts';

import { rescueDatabase } from './rescue-database.ts';
import { readScannedFolders, writeScannedFolders } from './scanned-folders.ts';
import type { WriterThread } from './writer-thread.ts';

/** How long the size of the folder of large contents is believed, milliseconds. */
const SIZE_HOLDS_MS = 60_000;
/** A write-ahead log of this size is brought to its place in a quiet moment. */
const LONG_LOG_BYTES = 4 * 1024 * 1024;

export interface ObjectStoreHooks {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told as the store comes by; what it throws fails the work. */
  readonly onStep?: (step: ObjectStep) => void;
  /** Default: what is put is written by the thread that puts it. */
  readonly startThread?: (() => WriterThread) | null;
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
  readonly #open: OpenFiles;
  #added = 0;
  #fileBytes = { atMs: -Infinity, bytes: 0 };

  /** @param db a connection of its own to objects.db at this program's schema; see openObjectStore */
  constructor(
    db: Sqlite,
    files: ObjectFiles,
    { now, onStep = () => undefined, startThread = null }: ObjectStoreHooks,
  ) {
    this.#db = db;
    this.#files = files;
    this.#now = now;
    this.#onStep = onStep;
    this.#batch = new ObjectBatch(new ObjectWriter(db, now, onStep), startThread);
    this.#presence = new ObjectPresence(db, files, now);
    this.#reader = new ObjectReader(db, files);
    this.#open = OpenFiles.ofDatabase(db.name, `${files.folder}/`);
  }

  hasContent(hash: string): boolean {
    return this.#guard(() => this.#batch.hasContent(hash) || this.#presence.hasContent(hash));
  }

  putContent(hash: string, content: Uint8Array): boolean {
    if (content.byteLength > LARGEST_ROW_BYTES) {
      return !this.hasContent(hash) && this.#putPieces(piecesOf(content)).isNew;
    }
    return this.#guard(() => {
      if (this.#batch.hasContent(hash) || this.#presence.hasSmallContent(hash)) return false;
      this.#batch.addContent(hash, content);
      this.#presence.add(hash);
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
    return this.#guard(() => this.#batch.hasTree(hash) || this.#presence.hasTree(hash));
  }

  putTree(hash: string, encoded: Uint8Array): void {
    if (this.hasTree(hash)) return;
    this.#guard(() => this.#batch.addTree(hash, encoded));
  }

  readTree(hash: string): Uint8Array {
    const pending = this.#batch.tree(hash);
    if (pending) return pending;
    const stored = this.#reader.treeRow(hash);
    if (!stored) throw missingObject('tree', hash);
    return this.#reader.tree(hash, stored);
  }

  *readIndex(workspace: string): Iterable<IndexedFolder> {
    try {
      yield* readScannedFolders(this.#db, workspace);
    } catch (thrown) {
      throw toObjectError(thrown, this.#db.name);
    }
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

  requireThere(): void {
    const lost = this.#open.findLost();
    if (!lost) return;
    throw lostFile(lost, existsSync(this.#db.name) ? null : rescueDatabase(this.#db, this.#db.name));
  }

  flush(): void {
    this.#guard(() => {
      this.requireThere();
      this.#batch.write();
      this.#files.flush();
      // Also for what others committed and this store said is there: their pages are in the same log.
      if (existsSync(this.#log)) flushPath(this.#log);
      this.#onStep('flushed');
      this.#presence.lookAgain();
    });
  }

  rest(): void {
    // Else a commit does it while somebody waits.
    if ((statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0) >= LONG_LOG_BYTES) this.#emptyLog();
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

  get #log(): string {
    return `${this.#db.name}-wal`;
  }

  /** False: then a later one does it, or a commit, which says what stands in the way. */
  #emptyLog(): boolean {
    try {
      this.#db.pragma('wal_checkpoint(passive)');
      return true;
    } catch {
      return false;
    }
  }

  #sizeOfFiles(): number {
    const now = this.#now();
    if (Math.abs(now - this.#fileBytes.atMs) >= SIZE_HOLDS_MS) {
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
