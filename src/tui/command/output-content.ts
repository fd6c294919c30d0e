import type { DialogContent, DialogSurroundings } from '../dialogs/dialog-content.ts';
import { BLANK, placeWords, words } from '../dialogs/dialog-content.ts';
import { lineWidth } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { Glyphs } from '../words/glyphs.ts';
import type { CommandRun, CommandState } from './command-state.ts';
import { outputLines, outputRoom } from './output-lines.ts';
import { endWords } from './output-moves.ts';

const LEAST_WIDTH = 40;

/** The output that is shown; null: none is. */
export function outputContent(
  { run, outputTop }: CommandState,
  surroundings: DialogSurroundings,
  glyphs: Glyphs,
): DialogContent | null {
  if (!run || outputTop === null) return null;
  const { rows, cells } = outputRoom(surroundings);
  const all = linesOf(run, cells);
  const shown = all.slice(outputTop, outputTop + rows);
  const title = safeText(run.line);
  return {
    title,
    note: run.end ? endWords(run.end) : 'running',
    footer: all.length > rows ? placeWords(outputTop, shown.length, all.length, glyphs) : '',
    // All lines, so that it doesn't change its width while one reads.
    width: Math.min(cells, Math.max(LEAST_WIDTH, title.length + LEAST_WIDTH / 2, ...all.map(lineWidth))),
    lines: shown,
    selected: -1,
  };
}

function linesOf({ line, output, end }: CommandRun, cells: number): readonly Line[] {
  if (output.trim() !== '') return outputLines(output, cells);
  return [BLANK, words(end ? 'it said nothing' : `running ${safeText(line)}`, 'dim'), BLANK];
}
