import { createHash, hash as hashOf } from 'node:crypto';
import type { Database as Sqlite, Statement } from 'better-sqlite3';
import { BrokenPiece } from './content-pieces.ts';
import { damagedObject, missingObject, toObjectError } from './object-errors.ts';
import { readPieces, type ObjectFiles, type StoredFile } from './object-files.ts';
import { unpack, unpackTree } from './packing.ts';

const READ_CONTENT = 'select bytes, codec, content, bundle_id, bundle_at from blobs where hash = ?';
const READ_BUNDLE = 'select codec, content from bundles where id = ?';
const READ_TREE = 'select entries from trees where hash = ?';
const MISMATCH = 'its content does not match its hash';

/** Unpacked bundles that are kept: what stands side by side is mostly read one after the other. */
const BUNDLES_KEPT = 16;

interface ContentRow {
  readonly bytes: number;
  readonly codec: string;
  readonly content: Uint8Array;
  readonly bundle_id: number | null;
  readonly bundle_at: number | null;
}

/** Reads objects and proves them by their hash. */
export class ObjectReader {
  readonly #db: Sqlite;
  readonly #files: ObjectFiles;
  readonly #readContent: Statement;
  readonly #readBundle: Statement;
  readonly #readTree: Statement;
  readonly #bundles = new Map<number, Uint8Array>();

  constructor(db: Sqlite, files: ObjectFiles) {
    this.#db = db;
    this.#files = files;
    this.#readContent = db.prepare(READ_CONTENT);
    this.#readBundle = db.prepare(READ_BUNDLE);
    this.#readTree = db.prepare(READ_TREE);
  }

  /** undefined for a large one, and where there is none. @throws StorageError `blob_damaged` */
  smallContent(hash: string): Uint8Array | undefined {
    const row = this.#contentRow(hash);
    if (!row) return undefined;
    // A collection may move it out of its bundle between the two looks.
    const bundle = this.#bundleOf(hash, row) ?? null;
    const now = bundle || row.bundle_id === null ? row : this.#contentRow(hash);
    return now && proved('blob', hash, () => contentOf(now, bundle ?? this.#bundleOf(hash, now)));
  }

  treeRow(hash: string): Uint8Array | undefined {
    return (this.#row(this.#readTree, Buffer.from(hash, 'hex')) as { readonly entries: Buffer } | undefined)
      ?.entries;
  }

  /** @throws StorageError `tree_damaged` */
  tree(hash: string, stored: Uint8Array): Uint8Array {
    return proved('tree', hash, () => unpackTree(stored));
  }

  /** A large content in pieces, each valid until the next; the last step proves them. @throws StorageError */
  *pieces(hash: string): Iterable<Uint8Array> {
    const file = this.#find(hash);
    const digest = createHash('sha256');
    const pieces = readPieces(file)[Symbol.iterator]();
    try {
      for (let next = step(hash, file, pieces); !next.done; next = step(hash, file, pieces)) {
        digest.update(next.value);
        yield next.value;
      }
    } finally {
      pieces.return?.();
    }
    if (digest.digest('hex') !== hash) throw damagedObject('blob', hash, MISMATCH);
  }

  #find(hash: string): StoredFile {
    const file = this.#files.find(hash);
    if (!file) throw missingObject('blob', hash);
    return file;
  }

  #contentRow(hash: string): ContentRow | undefined {
    return this.#row(this.#readContent, Buffer.from(hash, 'hex')) as ContentRow | undefined;
  }

  /** The unpacked bundle that a row is in; undefined if it is in none, or that is gone. */
  #bundleOf(hash: string, { bundle_id: id }: ContentRow): Uint8Array | undefined {
    if (id === null) return undefined;
    const kept = this.#bundles.get(id);
    if (kept) return kept;
    const row = this.#row(this.#readBundle, id) as Pick<ContentRow, 'codec' | 'content'> | undefined;
    if (!row) return undefined;
    const bundle = unpacked('blob', hash, () => unpack(row.codec, row.content));
    this.#bundles.set(id, bundle);
    const [oldest] = this.#bundles.keys();
    if (oldest !== undefined && this.#bundles.size > BUNDLES_KEPT) this.#bundles.delete(oldest);
    return bundle;
  }

  #row(statement: Statement, key: Buffer | number): unknown {
    try {
      return statement.get(key);
    } catch (error) {
      throw toObjectError(error, this.#db.name);
    }
  }
}

/** Only what reading throws is the store's; what the reader of the pieces throws passes by. */
function step(
  hash: string,
  file: StoredFile,
  pieces: Iterator<Uint8Array>,
): IteratorResult<Uint8Array, unknown> {
  try {
    return pieces.next();
  } catch (error) {
    if (error instanceof BrokenPiece) throw damagedObject('blob', hash, error.message, error);
    throw toObjectError(error, file.path);
  }
}

/** @param bundle the one that the row is in, unpacked. @throws if it is gone */
function contentOf({ bytes, codec, content, bundle_at: at }: ContentRow, bundle?: Uint8Array): Uint8Array {
  if (at === null) return unpack(codec, content);
  if (!bundle) throw new Error('the bundle that it stood in is gone');
  return bundle.subarray(at, at + bytes);
}

function unpacked(kind: 'blob' | 'tree', hash: string, read: () => Uint8Array): Uint8Array {
  try {
    return read();
  } catch (error) {
    throw damagedObject(kind, hash, 'it cannot be unpacked', error);
  }
}

function proved(kind: 'blob' | 'tree', hash: string, read: () => Uint8Array): Uint8Array {
  const bytes = unpacked(kind, hash, read);
  if (hashOf('sha256', bytes) !== hash) throw damagedObject(kind, hash, MISMATCH);
  return bytes;
}
