import { existsSync, renameSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unpackPieces } from './content-pieces.ts';
import { isPathGone, PACKED, touchFile } from './object-files.ts';
import { makePrivateFolder } from './open-database.ts';
import { toStorageError } from './storage-error.ts';

/**
 * Large content as files `ab/<hash>` below one folder, or `ab/<hash>.zst` if somebody packed it. A file that has its name
 * is whole.
 */
export class BlobFiles {
  readonly #folder: string;
  #drafts = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  has(hex: string): boolean {
    return existsSync(this.#pathOf(hex)) || existsSync(this.#pathOf(hex) + PACKED);
  }

  /** Says that somebody counts on it now. False if there is none. Only under the write lock of objects.db. */
  touch(hex: string, atMs: number): boolean {
    return touchFile(this.#pathOf(hex), atMs) || touchFile(this.#pathOf(hex) + PACKED, atMs);
  }

  /** Null if there is none. @throws StorageError, BrokenPiece */
  async read(hex: string): Promise<Uint8Array | null> {
    const raw = await this.#readFile(this.#pathOf(hex));
    if (raw) return raw;
    const packed = await this.#readFile(this.#pathOf(hex) + PACKED);
    return packed && unpackPieces(packed);
  }

  /**
   * Written under another name, flushed, renamed, and the rename flushed: durable when it resolves.
   * @param locked runs what it is given under the write lock of objects.db
   */
  async write(hex: string, content: Uint8Array, locked: (work: () => void) => Promise<void>): Promise<void> {
    const path = this.#pathOf(hex);
    const draft = `${path}.${process.pid}-${(this.#drafts += 1)}`;
    try {
      await makePrivateFolder(dirname(path));
      await writeDurably(draft, content);
      await locked(() => renameSync(draft, path));
      await flushFolder(dirname(path));
      await flushFolder(this.#folder);
    } catch (error) {
      // What kept it from being written is the news, not that the draft can't be removed either.
      await rm(draft, { force: true }).catch(() => undefined);
      throw toStorageError(error, path);
    }
  }

  async #readFile(path: string): Promise<Buffer | null> {
    try {
      return await readFile(path);
    } catch (error) {
      if (isPathGone(error)) return null;
      throw toStorageError(error, path);
    }
  }

  #pathOf(hex: string): string {
    return join(this.#folder, hex.slice(0, 2), hex);
  }
}

async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
