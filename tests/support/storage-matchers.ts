import { expect } from 'vitest';
import type { TreeState } from '../../src/domain/plan-state.ts';

/** A tree as plain data, in an order of its own: maps that hold the same are then equal. */
function toPlain(tree: TreeState): unknown {
  const plans = [...tree.plans.values()].map(({ planId, parentId, parts }) => ({
    planId,
    parentId,
    parts: Object.fromEntries(Object.entries(parts).map(([section, map]) => [section, map.toObject()])),
  }));
  return { rootId: tree.rootId, seq: tree.seq, plans };
}

expect.extend({
  toEqualTree(actual: TreeState, expected: TreeState) {
    const [is, should] = [toPlain(actual), toPlain(expected)];
    const pass = this.equals(is, should);
    return { pass, message: () => `the trees differ:\n${this.utils.diff(should, is) ?? ''}` };
  },
});

declare module 'vitest' {
  interface Assertion<T> {
    toEqualTree(expected: TreeState): T;
  }
}
