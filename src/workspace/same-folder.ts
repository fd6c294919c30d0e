import { isSameState, type TreeEntry } from '../domain/file-state.ts';
import type { NamedEntry } from './tree-codec.ts';

/** True if two folders have the same entries, told by their names in order: then they have the same hash. */
export function isSameFolder(before: readonly NamedEntry[], now: readonly NamedEntry[]): boolean {
  return (
    before.length === now.length &&
    now.every((named, at) => {
      const other = before[at]!;
      return named === other || (named.name === other.name && isSameEntry(named.entry, other.entry));
    })
  );
}

function isSameEntry(a: TreeEntry, b: TreeEntry): boolean {
  if (a.type === 'directory' && b.type === 'directory' && a.hash !== b.hash) return false;
  return isSameState(a, b);
}
