import type { ReactElement } from 'react';
import type { ScreenModel } from '../screens/screen-model.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { decisionContent } from './decision-dialog.ts';
import { dialogWidth, type DialogContent } from './dialog-content.ts';
import { DialogFrame } from './dialog-frame.tsx';
import { outputContent } from '../command/output-content.ts';
import { failureContent } from './failure-dialog.ts';
import { helpContent } from './help-dialog.ts';
import { rollbackContent } from './rollback-dialog.ts';
import {
  cancelContent,
  compensateContent,
  forkContent,
  forkedContent,
  quitContent,
  settingsContent,
  stopContent,
} from './question-dialogs.ts';
import { triggersContent } from './triggers-dialog.ts';

interface DialogBoxProps {
  readonly model: ScreenModel;
  readonly glyphs: Glyphs;
}

/** The dialog that is open on a plan's screen. */
export function DialogBox({ model, glyphs }: DialogBoxProps): ReactElement | null {
  if (model.layout.kind === 'too-small') return null;
  const content =
    outputContent(model.ui.command, model.layout, glyphs) ??
    contentOf(model, glyphs, dialogWidth(model.layout));
  return content && <DialogFrame content={content} surroundings={model.layout} glyphs={glyphs} />;
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
    case 'cancel':
      return cancelContent(dialog, glyphs);
    case 'rollback':
      return rollbackContent(dialog, model, glyphs, width);
    case 'fork':
      return forkContent(dialog, model, glyphs);
    case 'forked':
      return forkedContent(dialog, model, glyphs);
    case 'compensate':
      return compensateContent(dialog, glyphs, width);
    case 'failure':
      return failureContent(dialog, width);
    case undefined:
      return null;
  }
}
