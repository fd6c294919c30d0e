import { hash } from 'node:crypto';
import { StorageError } from '../domain/errors.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { BlobFiles } from './blob-files.ts';
import { BrokenPiece } from './content-pieces.ts';
import type { Database } from './database.ts';
import { TOUCH_AFTER_MS, toTimeText } from './object-age.ts';
import { LARGEST_ROW_BYTES, pack, unpack } from './packing.ts';

const HAS = 'select 1 from blobs where hash = ?';
const READ = `select blobs.bytes, bundle_at, coalesce(bundles.codec, blobs.codec) as codec,
    coalesce(bundles.content, blobs.content) as content
  from blobs left join bundles on id = bundle_id where hash = ?`;
/** What is there already is touched if need be: from now on somebody counts on it. */
const PUT = `insert into blobs (hash, bytes, codec, created_at, content) values (?, ?, ?, ?, ?)
  on conflict do update set created_at = excluded.created_at where created_at <= ?`;

/** Content by its sha256: small in objects.db, large as files. */
export class SqliteBlobStore implements BlobStore {
  readonly #open: () => Promise<Database>;
  readonly #files: BlobFiles;
  readonly #now: () => number;

  /** @param open gives objects.db, opened the first time it is asked for */
  constructor(open: () => Promise<Database>, files: BlobFiles, now: () => number) {
    this.#open = open;
    this.#files = files;
    this.#now = now;
  }

  async put(content: Uint8Array): Promise<string> {
    const hex = hash('sha256', content);
    const reference = `sha256:${hex}`;
    if (content.byteLength > LARGEST_ROW_BYTES) await this.#putFile(hex, content);
    else await this.#putRow(hex, content);
    return reference;
  }

  async get(reference: string): Promise<Uint8Array> {
    const hex = toHex(reference);
    if (hex === null) throw missing(reference);
    const content = (await this.#readRow(reference, hex)) ?? (await this.#readFile(reference, hex));
    if (!content) throw missing(reference);
    if (hash('sha256', content) !== hex) throw damaged(reference, 'its content does not match its hash');
    return content;
  }

  async has(reference: string): Promise<boolean> {
    const hex = toHex(reference);
    if (hex === null) return false;
    const database = await this.#open();
    const row = await database.read((reader) => reader.statement(HAS).get(Buffer.from(hex, 'hex')));
    return row !== undefined || this.#files.has(hex);
  }

  async #putRow(hex: string, content: Uint8Array): Promise<void> {
    const { codec, stored } = pack(content);
    const now = this.#now();
    const row = [Buffer.from(hex, 'hex'), content.byteLength, codec, toTimeText(now), stored];
    const database = await this.#open();
    await database.write((writer) => writer.statement(PUT).run(...row, toTimeText(now - TOUCH_AFTER_MS)));
  }

  /** Files are named, touched and deleted only under the write lock: no collection can come in between. */
  async #putFile(hex: string, content: Uint8Array): Promise<void> {
    const database = await this.#open();
    if (await database.write(() => this.#files.touch(hex, this.#now()))) return;
    await this.#files.write(hex, content, (work) => database.write(work));
  }

  async #readFile(reference: string, hex: string): Promise<Uint8Array | null> {
    try {
      return await this.#files.read(hex);
    } catch (error) {
      if (error instanceof BrokenPiece) throw damaged(reference, error.message, error);
      throw error;
    }
  }

  async #readRow(reference: string, hex: string): Promise<Uint8Array | null> {
    const database = await this.#open();
    const row = (await database.read((reader) => reader.statement(READ).get(Buffer.from(hex, 'hex')))) as
      | { bytes: number; bundle_at: number | null; codec: string; content: Buffer }
      | undefined;
    if (!row) return null;
    const { bytes, bundle_at: at, codec, content } = row;
    try {
      return at === null ? unpack(codec, content) : unpack(codec, content).subarray(at, at + bytes);
    } catch (error) {
      throw damaged(reference, 'its content cannot be unpacked', error);
    }
  }
}

/** Null if it is no reference: no file is ever looked for under such a name. */
function toHex(reference: string): string | null {
  return /^sha256:([0-9a-f]{64})$/.exec(reference)?.[1] ?? null;
}

function missing(reference: string): StorageError {
  return new StorageError('blob_missing', `stored content is missing: ${reference}`, {
    hint: 'it was deleted, or the data folder is not the one it was written to',
  });
}

function damaged(reference: string, hint: string, cause?: unknown): StorageError {
  return new StorageError('blob_damaged', `stored content is damaged: ${reference}`, { hint, cause });
}
