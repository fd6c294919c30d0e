import { describe } from 'vitest';
import { MemoryObjectStore } from '../../src/memory/memory-object-store.ts';
import { openObjectStore } from '../../src/storage/open-object-store.ts';
import { freshHome } from '../support/storage-places.ts';
import { objectStoreContract, type ObjectPlace } from './object-store.contract.ts';

async function openPlace(kind: 'memory' | 'sqlite'): Promise<ObjectPlace> {
  const home = await freshHome();
  const store = kind === 'memory' ? new MemoryObjectStore() : await openObjectStore({ home: home.path });
  const dispose = async (): Promise<void> => {
    store.close();
    await home[Symbol.asyncDispose]();
  };
  return { store, folder: home.path, [Symbol.asyncDispose]: dispose };
}

describe.each(['memory', 'sqlite'] as const)('objects in %s', (kind) => {
  objectStoreContract(() => openPlace(kind));
});
