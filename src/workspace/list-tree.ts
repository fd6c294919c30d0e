import { isWithin, joinPath, type RawPath } from '../domain/raw-path.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ListedFile } from '../ports/workspace-files.ts';
import { stateOf } from './diff-trees.ts';
import { decodeTree } from './tree-codec.ts';

/**
 * The path itself and all below it, folders before what is in them, in the order of the names' bytes. Opens only folders on the way.
 * @throws StorageError `tree_missing`, `tree_damaged`
 */
export function listTree(store: ObjectStore, tree: string, within: RawPath = ''): ListedFile[] {
  const files: ListedFile[] = [];
  listFolder(store, '', tree, within, files);
  return files;
}

function listFolder(
  store: ObjectStore,
  folder: RawPath,
  tree: string,
  within: RawPath,
  files: ListedFile[],
): void {
  for (const { name, entry } of decodeTree(store.readTree(tree))) {
    const path = joinPath(folder, name);
    const isIn = isWithin(path, within);
    if (isIn) files.push({ path, state: stateOf(entry) });
    if (entry.type === 'directory' && (isIn || isWithin(within, path))) {
      listFolder(store, path, entry.hash, within, files);
    }
  }
}
