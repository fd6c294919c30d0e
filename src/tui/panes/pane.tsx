import type { ReactElement } from 'react';
import { paneLines, type PaneProps } from './pane-lines.ts';
import { PlacedLines } from './placed-lines.tsx';

export { visible } from './pane-lines.ts';

/** One pane: its frame, what always stands in it, and the rows that are in sight. */
export function Pane(props: PaneProps): ReactElement {
  return <PlacedLines {...paneLines(props)} />;
}
