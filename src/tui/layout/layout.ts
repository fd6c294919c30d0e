/** Cells of the screen, counted from its upper left corner. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type PaneId = 'plan' | 'checkpoints' | 'detail';
export const PANES: readonly PaneId[] = ['plan', 'checkpoints', 'detail'];
export type Zoom = 'normal' | 'half' | 'full';

export type LayoutKind = 'wide' | 'stacked' | 'single' | 'tiny' | 'too-small';

/** Where a pane is drawn. */
export interface PanePlace extends Rect {
  /** `box`: all four sides; `ends`: only the lines with title and footer, so that copying takes no border along. */
  readonly border: 'box' | 'ends';
  /** Lines above the rows that scroll: the tabs (and a rule below them), or the rail with the line under it. */
  readonly headLines: 0 | 1 | 2;
  /** The rows that scroll, in cells of the screen. */
  readonly content: Rect;
}

/** The places on the screen; those of `wide`, `stacked` and `single` cover every cell once. */
export interface Layout {
  readonly kind: LayoutKind;
  readonly columns: number;
  readonly rows: number;
  readonly header: Rect | null;
  /** `single`: which panes there are, instead of seeing them. */
  readonly tabBar: Rect | null;
  /** null: the pane isn't on the screen. */
  readonly panes: Readonly<Record<PaneId, PanePlace | null>>;
  /** `stacked`: the checkpoints on one line, unless their list is there. */
  readonly rail: Rect | null;
  readonly toast: Rect | null;
  readonly hints: Rect | null;
  /** `tiny`: phase and counts, running step, last event. `too-small`: all there is, for one line that says so. */
  readonly notice: Rect | null;
}

export interface LayoutOptions {
  readonly zoom: Zoom;
  readonly focus: PaneId;
  /** `wide`: the left column's share of the width, in percent from 20 to 80; 38 if it isn't said. */
  readonly leftPercent?: number;
}
