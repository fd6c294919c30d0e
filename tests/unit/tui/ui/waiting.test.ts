import { describe, expect, it } from 'vitest';
import type { TreeRow } from '../../../../src/tui/rows/tree-row.ts';
import { runningIndex } from '../../../../src/tui/ui/plan-selection.ts';
import { decision, ROOT, Stage } from './ui-stage.ts';

describe('the focus of a decision that waits', () => {
  it.each([
    ['b', 'b'],
    [null, 'a'],
    ['gone', 'a'],
    [undefined, 'a'],
  ])('Given the default %j, then Enter takes %j', (fallback, choice) => {
    const asked = {
      ...decision('T9', ['a', 'b', 'c']),
      ...(fallback === undefined ? {} : { default: fallback }),
    };
    const stage = Stage.begin({ waiting: [{ kind: 'decision', planId: ROOT, decision: asked }] });
    expect(stage.press('a').press('\r').effects).toEqual([
      { kind: 'answer', planId: ROOT, decisionId: 'decision-T9', choice },
    ]);
  });
});

describe('the row to follow', () => {
  const row = (id: string, more: Partial<TreeRow> = {}): TreeRow =>
    ({ id, fold: 'leaf', running: false, waits: false, node: { kind: 'phase' }, ...more }) as TreeRow;

  it.each([
    ['what is selected while it runs', [row('a', { running: true }), row('b', { running: true })], 'b', 1],
    ['what runs', [row('a', { waits: true }), row('b', { running: true })], 'a', 1],
    ['what waits for a person, where nothing runs', [row('a'), row('b', { waits: true })], 'a', 1],
    ['none of the branches that are open', [row('a', { running: true, fold: 'open' })], null, -1],
    [
      'a step that runs below its earlier attempts',
      [row('a', { running: true, fold: 'open', node: { kind: 'step', planId: ROOT, stepId: 'a' } })],
      null,
      0,
    ],
    ['none', [row('a')], 'a', -1],
  ] as const)('is %s', (_what, rows, selected, index) => {
    expect(runningIndex(rows, selected)).toBe(index);
  });
});
