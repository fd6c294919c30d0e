import type { PanePlace, Rect } from '../layout/layout.ts';

/** Where everything of the home screen stands. */
export interface HomeLayout {
  readonly kind: 'panes' | 'tiny' | 'too-small';
  readonly columns: number;
  readonly rows: number;
  readonly header: Rect | null;
  readonly plans: PanePlace | null;
  readonly documents: PanePlace | null;
  readonly toast: Rect | null;
  readonly hints: Rect | null;
  /** What stands in place of all that where there is no room for it. */
  readonly notice: Rect | null;
}

/** Below these it is the next smaller kind. */
const PANES = { columns: 50, rows: 12 };
const TINY = { columns: 20, rows: 3 };
/** The header, the toast and the hints. */
const EDGES = 3;
const BORDERS = 2;
/** Of the panes' rows, the documents have at most one in so many. */
const DOCUMENTS_SHARE = 3;

/** What stands where there is no plan: the titles' row, and two that say what to do. */
const NO_PLANS = 3 + BORDERS;

/**
 * Where everything stands on a screen of this size; `documents`: how many there are, `noPlans`: the documents are all
 * there is to do. Never outside of it.
 */
export function homeLayout(columns: number, rows: number, documents: number, noPlans = false): HomeLayout {
  const bare = { columns, rows, header: null, plans: null, documents: null, toast: null, hints: null };
  if (columns < TINY.columns || rows < TINY.rows)
    return { ...bare, kind: 'too-small', notice: { x: 0, y: 0, width: columns, height: rows } };
  if (columns < PANES.columns || rows < PANES.rows)
    return { ...bare, kind: 'tiny', notice: { x: 0, y: 0, width: columns, height: TINY.rows } };
  const lineAt = (y: number): Rect => ({ x: 0, y, width: columns, height: 1 });
  const body = rows - EDGES;
  const wanted = Math.max(1, documents) + BORDERS;
  const share = noPlans ? body - NO_PLANS : Math.floor(body / DOCUMENTS_SHARE);
  const below = noPlans ? share : Math.min(wanted, share);
  const above = body - below;
  return {
    kind: 'panes',
    columns,
    rows,
    header: lineAt(0),
    plans: place({ x: 0, y: 1, width: columns, height: above }, 1),
    documents: place({ x: 0, y: 1 + above, width: columns, height: below }, 0),
    toast: lineAt(rows - 2),
    hints: lineAt(rows - 1),
    notice: null,
  };
}

function place(rect: Rect, headLines: 0 | 1): PanePlace {
  const content = {
    x: rect.x + 1,
    y: rect.y + 1 + headLines,
    width: rect.width - BORDERS,
    height: rect.height - BORDERS - headLines,
  };
  return { ...rect, border: 'box', headLines, content };
}
