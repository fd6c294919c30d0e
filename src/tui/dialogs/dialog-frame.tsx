import type { ReactElement } from 'react';
import type { Rect } from '../layout/layout.ts';
import { frameLines } from '../panes/frame-lines.ts';
import { PlacedLines } from '../panes/placed-lines.tsx';
import type { Glyphs } from '../words/glyphs.ts';
import {
  dialogRoom,
  FRAME_LINES,
  SIDE_CELLS,
  type DialogContent,
  type DialogSurroundings,
} from './dialog-content.ts';

interface DialogFrameProps {
  readonly content: DialogContent;
  readonly surroundings: DialogSurroundings;
  readonly glyphs: Glyphs;
}

/** A dialog in the middle of the screen; what is below it doesn't show through. */
export function DialogFrame({ content, surroundings, glyphs }: DialogFrameProps): ReactElement {
  const rect = centred(surroundings, content);
  const top = scrollTop(content, rect.height - FRAME_LINES);
  const lines = frameLines({
    width: rect.width,
    height: rect.height,
    border: 'box',
    heavy: true,
    title: content.title,
    note: content.note,
    footer: content.footer,
    rows: content.lines.slice(top).map((line) => [{ text: ' ', tone: 'plain' }, ...line]),
    glyphs,
  });
  const selected = content.selected < 0 ? -1 : 1 + content.selected - top;
  return <PlacedLines rect={rect} lines={lines} selected={selected} sides={1} />;
}

/** As large as it wants to be, as far as that fits. */
function centred(surroundings: DialogSurroundings, content: DialogContent): Rect {
  const room = dialogRoom(surroundings);
  const width = Math.min(surroundings.columns, content.width + SIDE_CELLS);
  const height = Math.min(room.height, content.lines.length + FRAME_LINES);
  const x = Math.floor((surroundings.columns - width) / 2);
  return { x, y: room.y + Math.floor((room.height - height) / 2), width, height };
}

function scrollTop({ lines, selected }: DialogContent, height: number): number {
  const last = Math.max(0, lines.length - height);
  return Math.min(last, Math.max(0, selected - height + 1));
}
