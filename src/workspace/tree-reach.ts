import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { StorageError } from '../domain/errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { childrenOf } from './tree-codec.ts';
import { WorkWatch, type SyncWorkOptions } from './work-watch.ts';

/** Something that should be in the store as it was put there. */
export interface ObjectFault {
  readonly hash: string;
  readonly kind: 'content' | 'tree';
  /** false: it is missing. */
  readonly damaged: boolean;
}

/** Every hash that trees refer to, themselves included. @throws StorageError `tree_missing`, `tree_damaged` */
export function reachOf(
  store: ObjectStore,
  trees: readonly string[],
): { readonly trees: readonly string[]; readonly contents: readonly string[] } {
  const contents = new Set<string>();
  const reached = walk(trees, (hash) => {
    const below = childrenOf(store.readTree(hash));
    for (const content of below.contents) contents.add(content);
    return below.trees;
  });
  return { trees: [...reached], contents: [...contents] };
}

/** Reads all of it; the store compares what it reads with the hash. */
export function verifyObjects(
  store: ObjectStore,
  wanted: { readonly contents?: readonly string[]; readonly trees?: readonly string[] },
  options: SyncWorkOptions,
): ObjectFault[] {
  const faults: ObjectFault[] = [];
  const watch = new WorkWatch(options, 'objects');
  const contents = new Set(wanted.contents);
  const check = (hash: string, kind: 'content' | 'tree', read: () => void): void => {
    watch.step();
    const fault = faultOf(read);
    if (fault) faults.push({ hash, kind, damaged: fault === 'damaged' });
  };
  walk(wanted.trees ?? [], (hash) => {
    let trees: readonly string[] = [];
    check(hash, 'tree', () => {
      const below = childrenOf(store.readTree(hash));
      for (const content of below.contents) contents.add(content);
      trees = below.trees;
    });
    return trees;
  });
  const nowhere = openSync(devNull, 'w');
  try {
    for (const hash of contents) check(hash, 'content', () => store.copyContent(hash, nowhere));
  } finally {
    closeSync(nowhere);
  }
  return faults;
}

/** Each tree once. */
function walk(trees: readonly string[], below: (hash: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = [...trees];
  for (let hash = waiting.pop(); hash !== undefined; hash = waiting.pop()) {
    if (seen.has(hash)) continue;
    seen.add(hash);
    for (const child of below(hash)) waiting.push(child);
  }
  return seen;
}

const FAULTS: ReadonlyMap<string, 'missing' | 'damaged'> = new Map([
  ['blob_missing', 'missing'],
  ['tree_missing', 'missing'],
  ['blob_damaged', 'damaged'],
  ['tree_damaged', 'damaged'],
]);

function faultOf(read: () => void): 'missing' | 'damaged' | null {
  try {
    read();
    return null;
  } catch (error) {
    const fault = error instanceof StorageError ? FAULTS.get(error.code) : undefined;
    if (!fault) throw error;
    return fault;
  }
}
