import { isSameState, type FileChange, type FileState, type TreeEntry } from '../domain/file-state.ts';
import { joinPath, type RawPath } from '../domain/raw-path.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { decodeTree, type NamedEntry } from './tree-codec.ts';

/**
 * What differs between two trees, folders before what is in them. Folders with the same hash are not opened, and none that
 * one side has as an excluded folder: nothing is known of what is in it. null: no tree, so nothing stands anywhere.
 * @throws StorageError `tree_missing`, `tree_damaged`
 */
export function diffTrees(store: ObjectStore, before: string | null, after: string | null): FileChange[] {
  const changes: FileChange[] = [];
  diffFolders(store, '', before, after, changes);
  return changes;
}

/** What an entry says without what is in it. */
export function stateOf(entry: TreeEntry): FileState {
  return entry.type === 'directory' ? { type: 'directory', mode: entry.mode } : entry;
}

function diffFolders(
  store: ObjectStore,
  folder: RawPath,
  before: string | null,
  after: string | null,
  changes: FileChange[],
): void {
  if (before === after) return;
  for (const [name, mine, theirs] of pairs(entriesOf(store, before), entriesOf(store, after))) {
    const path = joinPath(folder, name);
    const change = { path, before: mine && stateOf(mine), after: theirs && stateOf(theirs) };
    if (!isSameState(change.before, change.after)) changes.push(change);
    if (hidesMore(mine) || hidesMore(theirs)) continue;
    diffFolders(store, path, hashOf(mine), hashOf(theirs), changes);
  }
}

/** The entries of both sides by name, in the order of the names. */
function* pairs(
  before: readonly NamedEntry[],
  after: readonly NamedEntry[],
): Generator<readonly [name: RawPath, before: TreeEntry | null, after: TreeEntry | null]> {
  let [left, right] = [0, 0];
  for (;;) {
    const [mine, theirs] = [before[left], after[right]];
    const first = mine && (!theirs || mine.name <= theirs.name) ? mine : theirs;
    if (!first) return;
    const isLeft = first.name === mine?.name;
    const isRight = first.name === theirs?.name;
    yield [first.name, isLeft ? mine.entry : null, isRight ? theirs.entry : null];
    if (isLeft) left += 1;
    if (isRight) right += 1;
  }
}

/** A file that was left out has nothing below it; of all else that was, nobody knows. */
function hidesMore(entry: TreeEntry | null): boolean {
  if (entry?.type !== 'excluded') return false;
  return entry.was !== 'file' || entry.reason === 'changing' || entry.reason === 'unreadable';
}

function hashOf(entry: TreeEntry | null): string | null {
  return entry?.type === 'directory' ? entry.hash : null;
}

function entriesOf(store: ObjectStore, tree: string | null): readonly NamedEntry[] {
  return tree === null ? [] : decodeTree(store.readTree(tree));
}
