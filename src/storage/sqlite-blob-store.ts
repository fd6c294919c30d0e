import { hash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { StorageError } from '../domain/errors.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { BlobFiles } from './blob-files.ts';
import type { Database } from './database.ts';

/** Content up to this size stands in the database: one row costs less than a file. */
export const LARGEST_ROW_BYTES = 128 * 1024;
/** Below this zstd's own frame eats what it saves. */
const SMALLEST_ZSTD_BYTES = 256;
const WORTH_IT = 0.9;

const HAS = 'select 1 from blobs where hash = ?';
const READ = 'select codec, content from blobs where hash = ?';
const INSERT = `insert into blobs (hash, bytes, codec, created_at, content) values (?, ?, ?, ?, ?)
  on conflict do nothing`;

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
    if (await this.has(reference)) return reference;
    if (content.byteLength > LARGEST_ROW_BYTES) await this.#files.write(hex, content);
    else await this.#insert(hex, content);
    return reference;
  }

  async get(reference: string): Promise<Uint8Array> {
    const hex = toHex(reference);
    if (hex === null) throw missing(reference);
    const content = (await this.#readRow(reference, hex)) ?? (await this.#files.read(hex));
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

  async #insert(hex: string, content: Uint8Array): Promise<void> {
    const packed = content.byteLength < SMALLEST_ZSTD_BYTES ? content : zstdCompressSync(content);
    const helps = packed.byteLength < content.byteLength * WORTH_IT;
    const stored = helps ? packed : content;
    const at = new Date(this.#now()).toISOString();
    const row = [Buffer.from(hex, 'hex'), content.byteLength, helps ? 'zstd' : 'raw', at, stored];
    const database = await this.#open();
    await database.write((writer) => writer.statement(INSERT).run(...row));
  }

  async #readRow(reference: string, hex: string): Promise<Uint8Array | null> {
    const database = await this.#open();
    const row = (await database.read((reader) => reader.statement(READ).get(Buffer.from(hex, 'hex')))) as
      | { codec: string; content: Buffer }
      | undefined;
    if (!row) return null;
    if (row.codec === 'raw') return row.content;
    try {
      return zstdDecompressSync(row.content);
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
