import type { Layout, LayoutKind, LayoutOptions, PanePlace, Rect } from './layout.ts';
import { NO_PANES, placePane, placeStacked, placeWide, type PanePlaces } from './panes.ts';

/** Below these the kind is the next smaller one. */
const WIDE = { columns: 110, rows: 28 };
const STACKED = { columns: 80, rows: 24 };
const SINGLE = { columns: 50, rows: 12 };
const TINY = { columns: 20, rows: 3 };

function kindOf(columns: number, rows: number): LayoutKind {
  const fits = (least: { columns: number; rows: number }) => columns >= least.columns && rows >= least.rows;
  if (fits(WIDE)) return 'wide';
  if (fits(STACKED)) return 'stacked';
  if (fits(SINGLE)) return 'single';
  return fits(TINY) ? 'tiny' : 'too-small';
}

/** Where everything stands on a screen of this size. Never outside of it. */
export function layoutFor(columns: number, rows: number, options: LayoutOptions): Layout {
  const kind = kindOf(columns, rows);
  const lineAt = (y: number): Rect => ({ x: 0, y, width: columns, height: 1 });
  const bare = { kind, columns, rows, header: null, tabBar: null, rail: null, toast: null, hints: null };
  if (kind === 'tiny' || kind === 'too-small') {
    const height = kind === 'tiny' ? TINY.rows : rows;
    return { ...bare, panes: NO_PANES, notice: { x: 0, y: 0, width: columns, height } };
  }
  const frame = { header: lineAt(0), toast: lineAt(rows - 2), hints: lineAt(rows - 1), notice: null };
  const body: Rect = { x: 0, y: 1, width: columns, height: rows - 3 };
  return { ...bare, ...frame, ...placeBody(kind, body, options) };
}

type Body = Pick<Layout, 'tabBar' | 'rail' | 'panes'>;

function placeBody(kind: LayoutKind, body: Rect, options: LayoutOptions): Body {
  const only = (place: Rect, border: PanePlace['border']): PanePlaces => ({
    ...NO_PANES,
    [options.focus]: placePane(options.focus, place, border),
  });
  if (options.zoom === 'full') return { tabBar: null, rail: null, panes: only(body, 'ends') };
  if (kind === 'wide') return { tabBar: null, rail: null, panes: placeWide(body, options) };
  if (kind === 'stacked') return { tabBar: null, ...placeStacked(body, options) };
  const below = { ...body, y: body.y + 1, height: body.height - 1 };
  return { tabBar: { ...body, height: 1 }, rail: null, panes: only(below, 'box') };
}
