import { lineWidth } from '../lines/cut-line.ts';
import type { Dialog } from '../ui/ui-state.ts';
import { BLANK, type DialogContent } from './dialog-content.ts';
import { paragraph } from './paragraph.ts';

const WIDTH = 76;

/** What a key asked for and didn't come about: what happened, why, and the exact commands that come next. */
export function failureContent(
  { failure }: Pick<Dialog & { readonly kind: 'failure' }, 'failure'>,
  room: number,
): DialogContent {
  const { message, hint, nextSteps } = failure;
  const width = Math.min(WIDTH, room);
  const lines = [
    BLANK,
    ...paragraph(message, width, 'bad'),
    ...(hint === null ? [] : paragraph(hint, width)),
    ...(nextSteps.length === 0 ? [] : [BLANK]),
    // In one row each where the screen has the room: they are there to be copied.
    ...nextSteps.flatMap((step) => paragraph(step, room, 'strong')),
    BLANK,
  ];
  return {
    title: 'That did not work',
    note: '',
    footer: 'Esc closes',
    width: Math.max(...lines.map(lineWidth)) + 1,
    selected: -1,
    lines,
  };
}
