import type { LayoutOptions, PaneId, PanePlace, Rect } from './layout.ts';

export type PanePlaces = Readonly<Record<PaneId, PanePlace | null>>;
export const NO_PANES: PanePlaces = { plan: null, checkpoints: null, detail: null };

/** Of the screen's width, in percent, for the left column: 46 cells of 120. */
const LEFT = 38;
/** While the pane there, or one on the right, has more than its share. */
const LEFT_GROWN = 62;
const LEFT_SHRUNK = 26;

/** Of a column's height. */
const CHECKPOINTS = 0.3;
const CHECKPOINTS_GROWN = 0.62;
const CHECKPOINTS_SHRUNK = 0.2;

const RAIL_NEEDS = 6;
const RULE_NEEDS = 10;

/** A pane's place with its parts. `body`: what it covers, with its borders. */
export function placePane(id: PaneId, body: Rect, border: PanePlace['border']): PanePlace {
  const side = border === 'box' ? 1 : 0;
  const inner = { x: body.x + side, y: body.y + 1, width: body.width - 2 * side, height: body.height - 2 };
  const headLines = headLinesOf(id, inner.height);
  const content = { ...inner, y: inner.y + headLines, height: inner.height - headLines };
  return { ...body, border, headLines, content };
}

function headLinesOf(id: PaneId, height: number): 0 | 1 | 2 {
  if (id === 'plan') return 0;
  if (id === 'checkpoints') return height >= RAIL_NEEDS ? 2 : 0;
  return height >= RULE_NEEDS ? 2 : 1;
}

/** Two columns: the plan, and beside it the checkpoints above the detail. */
export function placeWide(body: Rect, { zoom, focus, leftPercent = LEFT }: LayoutOptions): PanePlaces {
  const grown = zoom === 'half' ? focus : null;
  const small = Math.min(LEFT_SHRUNK, leftPercent);
  const big = Math.max(LEFT_GROWN, leftPercent);
  const left = Math.round((body.width * shareOf(grown, 'plan', [small, leftPercent, big])) / 100);
  const share = shareOf(grown, 'checkpoints', [CHECKPOINTS_SHRUNK, CHECKPOINTS, CHECKPOINTS_GROWN]);
  const upper = Math.round(body.height * (grown === 'plan' ? CHECKPOINTS : share));
  const right = { x: body.x + left, width: body.width - left };
  return {
    plan: placePane('plan', { ...body, width: left }, 'box'),
    checkpoints: placePane('checkpoints', { ...right, y: body.y, height: upper }, 'box'),
    detail: placePane('detail', { ...right, y: body.y + upper, height: body.height - upper }, 'box'),
  };
}

function shareOf(
  grown: PaneId | null,
  pane: PaneId,
  [shrunk, normal, big]: readonly [number, number, number],
) {
  if (grown === null) return normal;
  return grown === pane ? big : shrunk;
}

/** One above the other: the plan, the checkpoints (on one line unless they have the focus), the detail. */
export function placeStacked(
  body: Rect,
  { zoom, focus }: LayoutOptions,
): { panes: PanePlaces; rail: Rect | null } {
  const middle = focus === 'checkpoints' ? Math.floor(body.height * (zoom === 'half' ? 0.5 : 1 / 3)) : 1;
  const rest = body.height - middle;
  const upper = Math.floor(rest * upperShare(focus, zoom));
  const between = { ...body, y: body.y + upper, height: middle };
  return {
    panes: {
      plan: placePane('plan', { ...body, height: upper }, 'box'),
      checkpoints: focus === 'checkpoints' ? placePane('checkpoints', between, 'box') : null,
      detail: placePane('detail', { ...body, y: body.y + upper + middle, height: rest - upper }, 'box'),
    },
    rail: focus === 'checkpoints' ? null : between,
  };
}

function upperShare(focus: PaneId, zoom: LayoutOptions['zoom']): number {
  if (zoom !== 'half' || focus === 'checkpoints') return 0.5;
  return focus === 'plan' ? 0.7 : 0.3;
}
