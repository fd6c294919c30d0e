import { PANES, type Layout, type PaneId, type PanePlace, type Rect } from './layout.ts';

/** A cell of the screen, counted from its upper left corner. */
export interface Cell {
  readonly x: number;
  readonly y: number;
}

/** Where in a pane a cell is. */
export interface PlaceHit {
  /** From 0, of the rows that scroll; null: on its borders, or on the lines above those rows. */
  readonly row: number | null;
  /** On the first line above those rows: how many cells from its beginning. */
  readonly head: number | null;
}

export interface PaneHit extends PlaceHit {
  readonly pane: PaneId;
}

export const isInside = ({ x, y, width, height }: Rect, cell: Cell): boolean =>
  cell.x >= x && cell.x < x + width && cell.y >= y && cell.y < y + height;

/** null: the cell isn't in this place, or the place isn't on the screen. */
export function hitPlace(place: PanePlace | null, cell: Cell): PlaceHit | null {
  if (!place || !isInside(place, cell)) return null;
  const { content, headLines } = place;
  if (isInside(content, cell)) return { row: cell.y - content.y, head: null };
  const isHead = headLines > 0 && cell.y === content.y - headLines;
  return { row: null, head: isHead ? cell.x - content.x : null };
}

/** The pane that a cell belongs to; the checkpoints in one line are theirs too. null: the cell is of no pane. */
export function hitTest(layout: Layout, cell: Cell): PaneHit | null {
  for (const pane of PANES) {
    const hit = hitPlace(layout.panes[pane], cell);
    if (hit) return { pane, ...hit };
  }
  return layout.rail && isInside(layout.rail, cell) ? { pane: 'checkpoints', row: null, head: null } : null;
}
