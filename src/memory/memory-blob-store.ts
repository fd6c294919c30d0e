import { hash } from 'node:crypto';
import { StorageError } from '../domain/errors.ts';
import type { BlobStore } from '../ports/blob-store.ts';

/** Content in memory. */
export class MemoryBlobStore implements BlobStore {
  readonly #blobs = new Map<string, Uint8Array>();

  async put(content: Uint8Array): Promise<string> {
    const reference = `sha256:${hash('sha256', content)}`;
    this.#blobs.set(reference, Uint8Array.from(content));
    return reference;
  }

  async get(reference: string): Promise<Uint8Array> {
    const content = this.#blobs.get(reference);
    if (!content) throw new StorageError('blob_missing', `stored content is missing: ${reference}`);
    return content;
  }

  async has(reference: string): Promise<boolean> {
    return this.#blobs.has(reference);
  }
}
