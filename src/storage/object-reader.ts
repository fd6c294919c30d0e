import { createHash, hash as hashOf } from 'node:crypto';
import type { Database as Sqlite, Statement } from 'better-sqlite3';
import { BrokenPiece } from './content-pieces.ts';
import { damagedObject, missingObject, toObjectError } from './object-errors.ts';
import { readPieces, type ObjectFiles, type StoredFile } from './object-files.ts';
import { unpack, unpackTree } from './packing.ts';

const READ_CONTENT = 'select codec, content as stored from blobs where hash = ?';
const READ_TREE = 'select entries from trees where hash = ?';
const MISMATCH = 'its content does not match its hash';

export interface StoredContent {
  readonly codec: string;
  readonly stored: Uint8Array;
}

/** Reads objects and proves them by their hash. */
export class ObjectReader {
  readonly #db: Sqlite;
  readonly #files: ObjectFiles;
  readonly #readContent: Statement;
  readonly #readTree: Statement;

  constructor(db: Sqlite, files: ObjectFiles) {
    this.#db = db;
    this.#files = files;
    this.#readContent = db.prepare(READ_CONTENT);
    this.#readTree = db.prepare(READ_TREE);
  }

  /** The row of a small content; undefined for a large one, and where there is none. */
  contentRow(hash: string): StoredContent | undefined {
    return this.#row(this.#readContent, hash) as StoredContent | undefined;
  }

  treeRow(hash: string): Uint8Array | undefined {
    return (this.#row(this.#readTree, hash) as { readonly entries: Buffer } | undefined)?.entries;
  }

  /** @throws StorageError `blob_damaged` */
  content(hash: string, { codec, stored }: StoredContent): Uint8Array {
    return proved('blob', hash, () => unpack(codec, stored));
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

  #row(statement: Statement, hash: string): unknown {
    try {
      return statement.get(Buffer.from(hash, 'hex'));
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

function proved(kind: 'blob' | 'tree', hash: string, read: () => Uint8Array): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = read();
  } catch (error) {
    throw damagedObject(kind, hash, 'it cannot be unpacked', error);
  }
  if (hashOf('sha256', bytes) !== hash) throw damagedObject(kind, hash, MISMATCH);
  return bytes;
}
