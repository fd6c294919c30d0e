import { dialogRoom, dialogWidth, FRAME_LINES, type DialogSurroundings } from '../dialogs/dialog-content.ts';
import { wrapLine } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { safeOutput } from '../lines/safe-text.ts';
import { memoLast } from '../screens/memo-last.ts';

/** What a command said, in rows of at most `cells` cells; control sequences are shown, not run. */
export const outputLines: (output: string, cells: number) => readonly Line[] = memoLast(
  (output: string, cells: number) =>
    output
      .replace(/\s+$/, '')
      .split(/\r?\n/)
      .flatMap((line) => wrapLine([{ text: safeOutput(line), tone: 'plain' }], cells)),
);

/** Rows and cells that an output has on a screen. */
export function outputRoom(surroundings: DialogSurroundings): {
  readonly rows: number;
  readonly cells: number;
} {
  return {
    rows: Math.max(1, dialogRoom(surroundings).height - FRAME_LINES),
    cells: dialogWidth(surroundings),
  };
}
