import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { EMPTY_TREE, emptyPlanState } from '../../../src/domain/plan-state.ts';
import { diffStates } from '../../../src/domain/state-diff.ts';
import { snapshotOf } from '../../../src/domain/state-snapshot.ts';

const EMPTY = snapshotOf(emptyPlanState('P', EMPTY_TREE.rootId));
const state = (change: JsonObject): JsonObject => ({ ...EMPTY, ...change });

describe('the difference of two states', () => {
  it('is none between equal ones, in whatever order their keys stand', () => {
    expect(diffStates(EMPTY, { ...EMPTY })).toEqual([]);
    const a = state({ context: { x: { one: 1, two: [2] } } });
    const b = state({ context: { x: { two: [2], one: 1 } } });
    expect(diffStates(a, b)).toEqual([]);
  });

  it.each(['decisions', 'steps', 'tool_calls', 'subplans'])('goes by id in %s', (section) => {
    const before = state({ [section]: [{ id: 'gone' }, { id: 'same', v: 1 }, { id: 'other', v: 1 }] });
    const after = state({ [section]: [{ id: 'new' }, { id: 'other', v: 2 }, { id: 'same', v: 1 }] });
    expect(diffStates(before, after)).toEqual([
      { section, key: 'gone', change: 'removed', before: { id: 'gone' }, after: null },
      { section, key: 'new', change: 'added', before: null, after: { id: 'new' } },
      {
        section,
        key: 'other',
        change: 'changed',
        before: { id: 'other', v: 1 },
        after: { id: 'other', v: 2 },
      },
    ]);
  });

  it.each(['context', 'outputs'])('goes by key in %s, also where a value is null', (section) => {
    expect(
      diffStates(state({ [section]: { a: 1, n: null } }), state({ [section]: { a: 2, b: null, n: null } })),
    ).toEqual([
      { section, key: 'a', change: 'changed', before: 1, after: 2 },
      { section, key: 'b', change: 'added', before: null, after: null },
    ]);
  });

  it('has the single values in the section of the plan', () => {
    const after = state({ phase: 'execute', state: 'errored', cursor: 'a', error: { code: 'x' }, result: 1 });
    expect(diffStates(EMPTY, after).map(({ section, key, change }) => [section, key, change])).toEqual([
      ['plan', 'phase', 'changed'],
      ['plan', 'state', 'changed'],
      ['plan', 'cursor', 'changed'],
      ['plan', 'error', 'changed'],
      ['plan', 'result', 'changed'],
    ]);
  });

  it('of a snapshot that lacks a section is as if it were empty', () => {
    expect(diffStates({}, EMPTY).map(({ key }) => key)).toEqual(['phase', 'state']);
  });

  it('turns around when the sides do', () => {
    const entries = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ max: 2, min: 0 }));
    const turned = { added: 'removed', removed: 'added', changed: 'changed' } as const;
    fc.assert(
      fc.property(entries, entries, (a, b) => {
        const there = diffStates(state({ context: a }), state({ context: b }));
        const back = diffStates(state({ context: b }), state({ context: a }));
        const shape = (key: string, change: string): string => `${key} ${change}`;
        expect(back.map(({ key, change }) => shape(key, change)).sort()).toEqual(
          there.map(({ key, change }) => shape(key, turned[change])).sort(),
        );
      }),
    );
  });
});
