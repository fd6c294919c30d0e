import { describe, expect, it } from 'vitest';
import { extentsOf, type TreeChildren } from '../../../src/storage/tree-extent.ts';

const folder = (trees: readonly string[], files = 0): TreeChildren => ({
  trees,
  contents: Array.from({ length: files }, () => 'file'),
});

describe('how far folders go', () => {
  it.each([false, true])(
    'Given folders that share others, in either order (%s), Then each name counts',
    (turned) => {
      const entries: [string, TreeChildren][] = [
        ['root', folder(['left', 'right', 'left'], 1)],
        ['left', folder(['leaf'], 2)],
        ['right', folder(['left', 'leaf'])],
        ['leaf', folder([], 3)],
        ['empty', folder([])],
      ];
      const extents = extentsOf(new Map(turned ? entries.toReversed() : entries));
      expect(Object.fromEntries(extents)).toEqual({
        empty: { depth: 0, paths: 0 },
        leaf: { depth: 0, paths: 3 },
        left: { depth: 1, paths: 6 },
        right: { depth: 2, paths: 2 + 6 + 3 },
        root: { depth: 3, paths: 4 + 6 + 11 + 6 },
      });
    },
  );

  it('Given a hundred thousand folders in each other, twice each, Then it comes to an end', () => {
    const chain = Array.from({ length: 100_000 }, (_, at): [string, TreeChildren] => [
      String(at),
      folder(at === 0 ? [] : [String(at - 1), String(at - 1)]),
    ]);
    expect(extentsOf(new Map(chain.toReversed())).get('99999')).toEqual({ depth: 99_999, paths: Infinity });
  });
});
