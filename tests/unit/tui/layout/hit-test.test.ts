import { describe, expect, it } from 'vitest';
import { hitTest } from '../../../../src/tui/layout/hit-test.ts';
import { layoutFor } from '../../../../src/tui/layout/layout-for.ts';
import { PANES, type Layout } from '../../../../src/tui/layout/layout.ts';

const layout = (columns: number, rows: number, more: Partial<Parameters<typeof layoutFor>[2]> = {}): Layout =>
  layoutFor(columns, rows, { zoom: 'normal', focus: 'plan', ...more });

describe('hitTest', () => {
  it.each([
    ['the first row of the plan', layout(120, 36), 1, 2, { pane: 'plan', row: 0, head: null }],
    ['its border', layout(120, 36), 0, 2, { pane: 'plan', row: null, head: null }],
    ['its title', layout(120, 36), 5, 1, { pane: 'plan', row: null, head: null }],
    ['the rail above the checkpoints', layout(120, 36), 50, 2, { pane: 'checkpoints', row: null, head: 3 }],
    ['the line under it', layout(120, 36), 50, 3, { pane: 'checkpoints', row: null, head: null }],
    ['their first row', layout(120, 36), 50, 4, { pane: 'checkpoints', row: 0, head: null }],
    ['the checkpoints in one line', layout(80, 24), 3, 11, { pane: 'checkpoints', row: null, head: null }],
    ['the header', layout(120, 36), 5, 0, null],
    ['the hints', layout(120, 36), 5, 35, null],
    ['a screen too small for panes', layout(40, 10), 5, 1, null],
    ['beyond the screen', layout(120, 36), 500, 500, null],
  ])('Given a click on %s, then it is found', (_, on, x, y, hit) => {
    expect(hitTest(on, { x, y })).toEqual(hit);
  });

  it('Given every cell of every layout, then it is of at most one pane, and a row is one of that pane', () => {
    for (const [columns, rows] of [
      [120, 36],
      [80, 24],
      [60, 20],
    ] as const)
      for (const focus of PANES) {
        const on = layout(columns, rows, { focus });
        for (let y = 0; y < rows; y += 1)
          for (let x = 0; x < columns; x += 3) {
            const hit = hitTest(on, { x, y });
            const place = hit && on.panes[hit.pane];
            if (hit && hit.row !== null) expect(hit.row).toBeLessThan(place?.content.height ?? 0);
          }
      }
  });
});
