import { describe, expect, it } from 'vitest';
import { layoutFor } from '../../../../src/tui/layout/layout-for.ts';
import { PANES, type Layout, type Rect, type Zoom } from '../../../../src/tui/layout/layout.ts';

const ZOOMS: readonly Zoom[] = ['normal', 'half', 'full'];
const OPTIONS = ZOOMS.flatMap((zoom) => PANES.map((focus) => ({ zoom, focus })));

function rectsOf(layout: Layout): readonly Rect[] {
  const { header, tabBar, rail, toast, hints, notice, panes } = layout;
  return [header, tabBar, rail, toast, hints, notice, ...PANES.map((id) => panes[id])].filter(
    (rect) => rect !== null,
  );
}

const isWithin = (inner: Rect, outer: Rect): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.width > 0 &&
  inner.height > 0 &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** What is wrong with a layout; empty if nothing is. */
function faultsOf(layout: Layout): readonly string[] {
  const { columns, rows, kind } = layout;
  const rects = rectsOf(layout);
  const screen = { x: 0, y: 0, width: columns, height: rows };
  const faults: string[] = [];
  if (!rects.every((rect) => isWithin(rect, screen))) faults.push('outside of the screen');
  if (rects.some((a, index) => rects.slice(index + 1).some((b) => overlap(a, b)))) faults.push('two overlap');
  const covered = rects.reduce((sum, { width, height }) => sum + width * height, 0);
  if (kind !== 'tiny' && covered !== columns * rows) faults.push('not every cell is covered');
  for (const id of PANES) {
    const pane = layout.panes[id];
    if (pane && !isWithin(pane.content, pane)) faults.push(`${id} has no room for rows`);
    const frame = 2 + (pane?.headLines ?? 0);
    if (pane && pane.content.height !== pane.height - frame) faults.push(`${id}: borders and head don't fit`);
  }
  return faults;
}

describe('layout', () => {
  it('covers each screen from 1 x 1 to 250 x 100 exactly, in every zoom and focus', () => {
    const faulty: string[] = [];
    for (let columns = 1; columns <= 250; columns += 1)
      for (let rows = 1; rows <= 100; rows += 1)
        for (const options of OPTIONS) {
          const faults = faultsOf(layoutFor(columns, rows, options));
          if (faults.length > 0)
            faulty.push(`${columns}x${rows} ${options.zoom} ${options.focus}: ${faults.join(', ')}`);
        }
    expect(faulty).toEqual([]);
  });

  it.each([20, 38, 50, 80])('covers it with a left column of %i %%, too', (leftPercent) => {
    for (const columns of [110, 120, 250])
      for (const options of OPTIONS)
        expect(faultsOf(layoutFor(columns, 40, { ...options, leftPercent }))).toEqual([]);
  });

  it.each([
    [110, 28, 'wide'],
    [109, 28, 'stacked'],
    [110, 27, 'stacked'],
    [80, 24, 'stacked'],
    [79, 24, 'single'],
    [80, 23, 'single'],
    [50, 12, 'single'],
    [49, 12, 'tiny'],
    [50, 11, 'tiny'],
    [20, 3, 'tiny'],
    [19, 3, 'too-small'],
    [20, 2, 'too-small'],
  ])('%i x %i is %s', (columns, rows, kind) => {
    expect(layoutFor(columns, rows, { zoom: 'normal', focus: 'plan' }).kind).toBe(kind);
  });

  it('has the plan left, 46 of 120 cells wide, and the detail below the checkpoints', () => {
    const { panes } = layoutFor(120, 36, { zoom: 'normal', focus: 'plan' });
    expect(panes.plan).toMatchObject({ x: 0, y: 1, width: 46, height: 33, headLines: 0 });
    expect(panes.checkpoints).toMatchObject({ x: 46, y: 1, width: 74, height: 10, headLines: 2 });
    expect(panes.detail).toMatchObject({ x: 46, y: 11, width: 74, height: 23, headLines: 2 });
  });

  it('has plan, checkpoints on a line, and detail at 80 x 24', () => {
    const { panes, rail } = layoutFor(80, 24, { zoom: 'normal', focus: 'plan' });
    expect(panes.plan).toMatchObject({ y: 1, height: 10 });
    expect(rail).toEqual({ x: 0, y: 11, width: 80, height: 1 });
    expect(panes.checkpoints).toBeNull();
    expect(panes.detail).toMatchObject({ y: 12, height: 10, headLines: 1 });
  });

  it('puts the list in the place of the line when it has the focus', () => {
    const { panes, rail } = layoutFor(80, 24, { zoom: 'normal', focus: 'checkpoints' });
    expect(rail).toBeNull();
    expect(panes.checkpoints).toMatchObject({ height: 7, headLines: 0 });
  });

  it('shows one pane on a small screen, with a bar that names all', () => {
    const { panes, tabBar } = layoutFor(60, 20, { zoom: 'normal', focus: 'detail' });
    expect(tabBar).toEqual({ x: 0, y: 1, width: 60, height: 1 });
    expect([panes.plan, panes.checkpoints]).toEqual([null, null]);
    expect(panes.detail).toMatchObject({ x: 0, y: 2, width: 60, height: 16, border: 'box' });
  });

  it.each(OPTIONS.filter(({ zoom }) => zoom === 'half'))(
    'gives more to the $focus that is zoomed to half',
    (options) => {
      for (const [columns, rows] of [
        [120, 36],
        [80, 24],
      ] as const) {
        const area = (layout: Layout) =>
          (layout.panes[options.focus]?.width ?? 0) * (layout.panes[options.focus]?.height ?? 0);
        const normal = layoutFor(columns, rows, { ...options, zoom: 'normal' });
        expect(area(layoutFor(columns, rows, options))).toBeGreaterThan(area(normal));
      }
    },
  );

  it.each(PANES)(
    'gives everything to the %s that is zoomed to full, without borders at its sides',
    (focus) => {
      for (const [columns, rows] of [
        [120, 36],
        [80, 24],
        [60, 20],
      ] as const) {
        const { panes, tabBar, rail } = layoutFor(columns, rows, { zoom: 'full', focus });
        expect(panes[focus]).toMatchObject({ x: 0, y: 1, width: columns, height: rows - 3, border: 'ends' });
        expect(panes[focus]?.content.width).toBe(columns);
        expect([tabBar, rail]).toEqual([null, null]);
      }
    },
  );
});
