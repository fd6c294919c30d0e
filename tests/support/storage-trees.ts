import type { TreeState } from '../../src/domain/plan-state.ts';

/** A tree as plain data: maps that hold the same are then equal, whatever order they were filled in. */
export function plainTree(tree: TreeState): unknown {
  const plans = [...tree.plans.values()].map(({ planId, parentId, parts }) => ({
    planId,
    parentId,
    parts: Object.fromEntries(Object.entries(parts).map(([section, map]) => [section, map.toObject()])),
  }));
  return { rootId: tree.rootId, seq: tree.seq, plans };
}
