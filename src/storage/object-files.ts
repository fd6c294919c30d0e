import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  BrokenPiece,
  frameLengthOf,
  PIECE_BYTES,
  PIECE_HEADER_BYTES,
  unpackFrame,
} from './content-pieces.ts';

/** What a packed file's name ends with. */
export const PACKED = '.zst';

/** A large content as it stands on disk. */
export interface StoredFile {
  readonly path: string;
  readonly isPacked: boolean;
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** The folder of large contents, used without waiting: `ab/<hash>` as it is, `ab/<hash>.zst` packed. */
export class ObjectFiles {
  readonly folder: string;
  readonly #unflushed = new Set<string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  find(hex: string): StoredFile | null {
    const path = this.pathOf(hex, false);
    return statFile(path, false) ?? statFile(`${path}${PACKED}`, true);
  }

  pathOf(hex: string, isPacked: boolean): string {
    return join(this.folder, hex.slice(0, 2), `${hex}${isPacked ? PACKED : ''}`);
  }

  /** A file of its own to write to; a killed process leaves it for the garbage collection. */
  draft(): { readonly path: string; readonly descriptor: number } {
    const path = join(this.folder, 'drafts', randomUUID());
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return { path, descriptor: openSync(path, 'wx', 0o600) };
  }

  /** Gives a draft, which is on disk already, its name. */
  place(draft: string, path: string, atMs: number): void {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    touchFile(draft, atMs);
    renameSync(draft, path);
    this.#unflushed.add(dirname(path));
  }

  /** Touches the file of a content, in either form. False if there is none. */
  claim(hex: string, atMs: number): boolean {
    const file = this.find(hex);
    if (!file || !touchFile(file.path, atMs)) return false;
    this.flushLater(file.path);
    return true;
  }

  /** Another process may have named the file and not have flushed its folder yet. */
  flushLater(path: string): void {
    this.#unflushed.add(dirname(path));
  }

  /** Makes the names durable: the files themselves were flushed before they got them. */
  flush(): void {
    if (this.#unflushed.size === 0) return;
    for (const folder of [...this.#unflushed, this.folder, dirname(this.folder)]) flushPath(folder);
    this.#unflushed.clear();
  }

  /** Everything in the folder, drafts too. */
  *all(): Iterable<StoredFile & { readonly name: string }> {
    for (const folder of namesIn(this.folder)) {
      for (const name of namesIn(join(this.folder, folder))) {
        const file = statFile(join(this.folder, folder, name), name.endsWith(PACKED));
        if (file) yield { ...file, name };
      }
    }
  }
}

/** Says when somebody counted on a file last. False if there is none. */
export function touchFile(path: string, atMs: number): boolean {
  try {
    utimesSync(path, atMs / 1000, atMs / 1000);
    return true;
  } catch (error) {
    if (isPathGone(error)) return false;
    throw error;
  }
}

/** fsync of what stands at a path, a folder too. */
export function flushPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The content of a file in pieces; each is valid until the next is asked for. @throws BrokenPiece */
export function* readPieces(file: StoredFile): Iterable<Uint8Array> {
  const descriptor = openSync(file.path, 'r');
  try {
    if (!file.isPacked) {
      yield* piecesFrom(descriptor);
      return;
    }
    for (let at = 0; ;) {
      const header = readAt(descriptor, Buffer.alloc(PIECE_HEADER_BYTES), at);
      if (header.byteLength === 0) return;
      const length = frameLengthOf(header);
      const frame = readAt(descriptor, Buffer.alloc(length), at + PIECE_HEADER_BYTES);
      if (frame.byteLength < length) throw new BrokenPiece('the file ends too early');
      yield unpackFrame(frame);
      at += PIECE_HEADER_BYTES + length;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** An open file from its beginning, in pieces of 1 MiB; each is valid until the next is asked for. */
export function* piecesFrom(descriptor: number): Iterable<Uint8Array> {
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; ;) {
    const piece = readAt(descriptor, buffer, at);
    if (piece.byteLength > 0) yield piece;
    if (piece.byteLength < PIECE_BYTES) return;
    at += piece.byteLength;
  }
}

/** Bytes in memory, in pieces of 1 MiB. */
export function* piecesOf(content: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < content.byteLength; at += PIECE_BYTES) yield content.subarray(at, at + PIECE_BYTES);
}

/** All of the bytes: write(2) may take fewer than it is given. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.byteLength;) done += writeSync(descriptor, bytes, done);
}

function readAt(descriptor: number, buffer: Buffer, from: number): Buffer {
  let filled = 0;
  while (filled < buffer.byteLength) {
    const got = readSync(descriptor, buffer, filled, buffer.byteLength - filled, from + filled);
    if (got === 0) break;
    filled += got;
  }
  return buffer.subarray(0, filled);
}

function statFile(path: string, isPacked: boolean): StoredFile | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() ? { path, isPacked, bytes: found.size, mtimeMs: found.mtimeMs } : null;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isPathGone(error)) return [];
    throw error;
  }
}

/** True for the error of a path that nothing stands at. */
export function isPathGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
