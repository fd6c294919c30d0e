import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Rect } from '../layout/layout.ts';
import type { Line } from '../lines/line.ts';
import { TextRow } from './text-row.tsx';

export interface PlacedLinesProps {
  readonly rect: Rect;
  /** Each in exactly the rectangle's width: blanks hide what is drawn below, so a dialog needs no background of its own. */
  readonly lines: readonly Line[];
  /** The index of the line that is selected; -1: none. */
  readonly selected?: number;
  /** As in `TextRow`. */
  readonly sides?: number;
}

/** Lines at one place of the screen. */
export function PlacedLines({ rect, lines, selected = -1, sides = 0 }: PlacedLinesProps): ReactElement {
  const { x, y, width, height } = rect;
  return (
    <Box position="absolute" left={x} top={y} width={width} height={height} flexDirection="column">
      {lines.slice(0, height).map((line, row) => (
        <TextRow key={row} line={line} selected={row === selected} sides={sides} />
      ))}
    </Box>
  );
}
