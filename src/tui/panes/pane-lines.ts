import type { PanePlace } from '../layout/layout.ts';
import type { Line } from '../lines/line.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { frameLines } from './frame-lines.ts';
import type { PlacedLinesProps } from './placed-lines.tsx';

export interface PaneProps {
  readonly place: PanePlace;
  readonly glyphs: Glyphs;
  readonly focused: boolean;
  readonly title: string;
  readonly note: string;
  readonly footer: string;
  /** The lines that don't scroll; as many as the place has room for are shown. */
  readonly head: readonly Line[];
  /** The rows that are visible. */
  readonly rows: readonly Line[];
  /** The index of the selected one, counted from the first of `rows`; it may be out of sight. */
  readonly selected: number;
}

/** One pane as lines at their place: its frame, what always stands in it, and the rows that are in sight. */
export function paneLines(props: PaneProps): PlacedLinesProps {
  const { place, glyphs, focused, title, note, footer, selected } = props;
  const head = props.head.slice(0, place.headLines);
  const lines = frameLines({
    width: place.width,
    height: place.height,
    border: place.border,
    heavy: focused,
    rows: [...head, ...props.rows],
    glyphs,
    title,
    note,
    footer,
  });
  // A list without the focus keeps its sign beside the row, and isn't turned round.
  const row = focused && selected >= 0 ? 1 + head.length + selected : -1;
  return { rect: place, lines, selected: row, sides: place.border === 'box' ? 1 : 0 };
}

/** The rows of a list that are in sight. */
export function visible<T>(rows: readonly T[], top: number, place: PanePlace): readonly T[] {
  return rows.slice(top, top + place.content.height);
}
