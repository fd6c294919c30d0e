import type { ChildrenOf } from './archive-export.ts';

export type TreeChildren = ReturnType<ChildrenOf>;

/** How far a folder goes with all that is below it. */
export interface TreeExtent {
  /** Names on the longest way down. */
  readonly depth: number;
  /** Each name counts, also of folders that are stored once and stand in many places. */
  readonly paths: number;
}

/**
 * How far each folder goes, without going there: what is shared is measured once, and nothing is called from itself.
 * @param folders all of them, by hash
 */
export function extentsOf(folders: ReadonlyMap<string, TreeChildren>): ReadonlyMap<string, TreeExtent> {
  const extents = new Map<string, TreeExtent>();
  for (const start of folders.keys()) {
    const pending = [start];
    for (let hash = pending.at(-1); hash !== undefined; hash = pending.at(-1)) {
      const children = folders.get(hash) as TreeChildren;
      const before = pending.length;
      for (const below of children.trees) if (!extents.has(below)) pending.push(below);
      if (pending.length > before) continue;
      pending.pop();
      if (!extents.has(hash)) extents.set(hash, extentOf(children, extents));
    }
  }
  return extents;
}

function extentOf({ trees, contents }: TreeChildren, extents: ReadonlyMap<string, TreeExtent>): TreeExtent {
  let [depth, paths] = [0, trees.length + contents.length];
  for (const tree of trees) {
    const below = extents.get(tree) as TreeExtent;
    depth = Math.max(depth, below.depth + 1);
    paths += below.paths;
  }
  return { depth, paths };
}
