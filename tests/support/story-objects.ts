import { createHash } from 'node:crypto';
import type { BlobStore } from '../../src/ports/blob-store.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';

/** Contents and blobs are the same thing, as in the program's own store. */
export function blobsIn(store: ObjectStore): BlobStore {
  return {
    put: async (content) => {
      const hash = createHash('sha256').update(content).digest('hex');
      store.putContent(hash, content);
      return `sha256:${hash}`;
    },
    get: async (reference) => store.readContent(reference.slice('sha256:'.length)),
    has: async (reference) => store.hasContent(reference.slice('sha256:'.length)),
  };
}

/** The same objects, and nothing known of any folder. */
export function withoutIndex(store: ObjectStore): ObjectStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'readIndex') return () => [];
      if (name === 'writeIndex') return () => undefined;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
