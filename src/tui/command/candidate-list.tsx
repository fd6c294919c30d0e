import type { ReactElement } from 'react';
import { safeText } from '../lines/safe-text.ts';
import { cutLine, lineWidth, padLine } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { textWidth } from '../lines/measure.ts';
import { fitLine } from '../panes/edge-lines.ts';
import { PlacedLines } from '../panes/placed-lines.tsx';
import { topShowing } from '../ui/window.ts';
import type { DialogSurroundings } from '../dialogs/dialog-content.ts';
import type { Glyphs } from '../words/glyphs.ts';
import type { CommandState, Offer } from './command-state.ts';

const MOST_ROWS = 8;
const MOST_WORD_CELLS = 30;

interface CandidateListProps {
  readonly command: CommandState;
  readonly surroundings: DialogSurroundings;
  readonly glyphs: Glyphs;
}

/** What could stand in the command line, right above it. */
export function CandidateList({ command, surroundings, glyphs }: CandidateListProps): ReactElement | null {
  const { toast, rows } = surroundings;
  if (!command.line || !command.offer || !toast) return null;
  const height = Math.min(MOST_ROWS, command.offer.candidates.length, Math.max(0, rows - 3));
  const { x, y, width } = toast;
  const { lines, selected } = candidateLines(command.offer, { width, height }, glyphs);
  return (
    <PlacedLines
      rect={{ x, y: y - height, width, height }}
      lines={lines.map((line) => fitLine(line, width, glyphs))}
      selected={selected}
    />
  );
}

/** The rows with the selected one among them, and where that is; the last one says how many there are more. */
export function candidateLines(
  { candidates, selected }: Offer,
  { width, height }: { readonly width: number; readonly height: number },
  glyphs: Glyphs,
): { readonly lines: readonly Line[]; readonly selected: number } {
  const top = topShowing(Math.max(0, selected), { top: 0, count: candidates.length, height });
  const shown = candidates.slice(top, top + height);
  const cells = Math.min(MOST_WORD_CELLS, Math.max(...shown.map(({ text }) => textWidth(safeText(text)))));
  const lines = shown.map(({ text, about }, index): Line => {
    const isSelected = top + index === selected;
    const word = cutLine(
      [{ text: safeText(text), tone: isSelected ? 'strong' : 'plain' }],
      cells,
      glyphs.ellipsis,
    );
    return [
      { text: `  ${isSelected ? glyphs.selection : ' '} `, tone: 'accent' },
      ...padLine(word, cells),
      { text: `  ${safeText(about)}`, tone: 'dim' },
    ];
  });
  const hidden = candidates.length - shown.length;
  const last = lines.at(-1);
  const more: Line = [{ text: `   ${selected + 1 || 1} of ${candidates.length}`, tone: 'dim' }];
  const room = Math.max(0, width - lineWidth(more));
  return {
    lines:
      hidden > 0 && last
        ? [...lines.slice(0, -1), [...cutLine(last, room, glyphs.ellipsis), ...more]]
        : lines,
    selected: selected - top,
  };
}
