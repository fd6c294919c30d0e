import type { ReactElement } from 'react';
import { frameLines } from '../panes/frame-lines.ts';
import { PlacedLines } from '../panes/placed-lines.tsx';
import type { Layout, Rect } from '../layout/layout.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { decisionContent } from './decision-dialog.ts';
import { dialogRoom, FRAME_LINES, type DialogContent } from './dialog-content.ts';
import { failureContent } from './failure-dialog.ts';
import { helpContent } from './help-dialog.ts';
import { quitContent, settingsContent, stopContent } from './question-dialogs.ts';
import { triggersContent } from './triggers-dialog.ts';

interface DialogBoxProps {
  readonly model: ScreenModel;
  readonly glyphs: Glyphs;
}

/** Around the lines: the frame, and a blank at each side. */
const EDGES = 4;

/** The dialog that is open, in the middle of the screen; what is below it doesn't show through. */
export function DialogBox({ model, glyphs }: DialogBoxProps): ReactElement | null {
  if (model.layout.kind === 'too-small') return null;
  const inner = Math.max(1, model.layout.columns - EDGES);
  const content = contentOf(model, glyphs, inner);
  if (!content) return null;
  const rect = centred(model.layout, content);
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

/** `width`: the cells that a line may have at most. */
function contentOf(model: ScreenModel, glyphs: Glyphs, width: number): DialogContent | null {
  const { dialog } = model.ui;
  switch (dialog?.kind) {
    case 'help':
      return helpContent(dialog, model, glyphs);
    case 'triggers':
      return triggersContent(dialog, model, glyphs, width);
    case 'decision':
      return decisionContent(dialog, model, glyphs, width);
    case 'settings':
      return settingsContent(dialog, model, glyphs, width);
    case 'quit':
      return quitContent(dialog, glyphs);
    case 'stop':
      return stopContent(dialog, glyphs);
    case 'failure':
      return failureContent(dialog, width);
    case undefined:
      return null;
  }
}

/** As large as it wants to be, as far as that fits. */
function centred(layout: Layout, content: DialogContent): Rect {
  const room = dialogRoom(layout);
  const width = Math.min(layout.columns, content.width + EDGES);
  const height = Math.min(room.height, content.lines.length + FRAME_LINES);
  const x = Math.floor((layout.columns - width) / 2);
  return { x, y: room.y + Math.floor((room.height - height) / 2), width, height };
}

function scrollTop({ lines, selected }: DialogContent, height: number): number {
  const last = Math.max(0, lines.length - height);
  return Math.min(last, Math.max(0, selected - height + 1));
}
