import { existsSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makePrivateFolder } from './open-database.ts';
import { toStorageError } from './storage-error.ts';

/** Large content as files `ab/<hash>` below one folder. A file that has its name is whole. */
export class BlobFiles {
  readonly #folder: string;
  #drafts = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  has(hex: string): boolean {
    return existsSync(this.#pathOf(hex));
  }

  /** Null if there is none. @throws StorageError */
  async read(hex: string): Promise<Uint8Array | null> {
    try {
      return await readFile(this.#pathOf(hex));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw toStorageError(error, this.#pathOf(hex));
    }
  }

  /** Written under another name, flushed, renamed, and the rename flushed: durable when it resolves. */
  async write(hex: string, content: Uint8Array): Promise<void> {
    const path = this.#pathOf(hex);
    const draft = `${path}.${process.pid}-${(this.#drafts += 1)}`;
    try {
      await makePrivateFolder(dirname(path));
      await writeDurably(draft, content);
      await rename(draft, path);
      await flushFolder(dirname(path));
      await flushFolder(this.#folder);
    } catch (error) {
      // What kept it from being written is the news, not that the draft can't be removed either.
      await rm(draft, { force: true }).catch(() => undefined);
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
