import { describe, expect, it } from 'vitest';
import { confirmWord, newRollbackDialog, partOf, rowsOf } from '../../../../src/tui/ui/rollback-state.ts';
import { previewOf } from './ui-stage.ts';

const dialog = newRollbackDialog({ purpose: 'rollback', checkpointId: 'c2', scope: null, token: 1 });

describe('a dialog before anybody has looked', () => {
  it('has no rows, and no part is left out', () => {
    expect([rowsOf(dialog, 'paths'), rowsOf(dialog, 'conflicts')]).toEqual([[], []]);
    expect(partOf({ preview: null, out: new Set(['a']) })).toBeNull();
  });
});

describe('what has to be typed', () => {
  it.each([
    [null, '2'],
    [{ kind: 'apply' }, 'apply'],
    [{ kind: 'correct', decision: 'style', choice: 'short' }, 'short'],
  ] as const)('Given the order %j, then it is %s', (order, word) => {
    expect(confirmWord({ order, preview: previewOf() })).toBe(word);
  });
});

describe('what is left out', () => {
  it('Given a path that no longer goes back, then nothing is', () => {
    expect(partOf({ preview: previewOf(), out: new Set(['gone']) })).toBeNull();
  });
});
