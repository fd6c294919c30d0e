import { shortId } from '../../domain/ids.ts';
import { lineWidth } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import { keyLabel } from '../keys/key-names.ts';
import {
  CANCEL_CHOICES,
  compensateChoices,
  FORK_CHOICES,
  FORKED_CHOICES,
  QUIT_CHOICES,
  SETTINGS_CHOICES,
  STOP_CHOICES,
  type DialogChoice,
} from '../ui/dialog-choices.ts';
import { isRunning } from '../ui/plan-standing.ts';
import type { Dialog } from '../ui/ui-state.ts';
import { cutCells, padCells } from '../words/cells.ts';
import { callLines } from '../words/compensation-words.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { BLANK, words, type DialogContent } from './dialog-content.ts';
import { paragraph } from './paragraph.ts';

const KEY_CELLS = 5;
const SETTINGS_WIDTH = 70;
/** Of the lines of a call. */
const INDENT = 4;
const MOST_CALL_LINES = 12;
const CHOICE_FOOTER = 'Enter takes the marked one';
/** The blanks around words in an edge. */
const EDGE_CELLS = 2;

type Of<K extends Dialog['kind']> = Dialog & { readonly kind: K };

/** What becomes of a plan that still runs when the person leaves. */
export function quitContent({ selected }: Of<'quit'>, glyphs: Glyphs): DialogContent {
  const said = [words('The plan runs, and this screen started it.')];
  return choiceContent('Leave?', said, QUIT_CHOICES, selected, glyphs);
}

/** Whether the running tool is to be ended. */
export function stopContent({ selected }: Of<'stop'>, glyphs: Glyphs): DialogContent {
  const said = [words('What the tool has done so far stays done.')];
  return choiceContent('Stop the running tool?', said, STOP_CHOICES, selected, glyphs);
}

/** Whether the plan is to end here. */
export function cancelContent({ selected }: Of<'cancel'>, glyphs: Glyphs): DialogContent {
  const said = [
    words('Steps that have not ended are cancelled with it, and it never goes on.'),
    words('Its checkpoints stay: a fork goes on from any of them.'),
  ];
  return choiceContent('Cancel the plan?', said, CANCEL_CHOICES, selected, glyphs);
}

/** Whether settings that a step changed while it wrote are taken; null once that is answered. */
export function settingsContent(
  { selected, seq }: Of<'settings'>,
  { view }: Pick<ScreenModel, 'view'>,
  glyphs: Glyphs,
  room: number,
): DialogContent | null {
  const item = view.waiting.find((one) => one.kind === 'settings' && one.seq === seq);
  if (item?.kind !== 'settings') return null;
  // The hint of the error names the commands that the choices below are.
  const said = paragraph(item.error.message, Math.min(SETTINGS_WIDTH, room));
  return choiceContent('Take the changed settings?', said, SETTINGS_CHOICES, selected, glyphs);
}

/** What is asked, and what can be chosen. */
export function choiceContent(
  title: string,
  said: readonly Line[],
  choices: readonly DialogChoice[],
  selected: number,
  glyphs: Glyphs,
): DialogContent {
  const rows = choices.map(({ key, text }, index) =>
    choiceLine(keyLabel(key), text, index === selected, glyphs),
  );
  const lines = [BLANK, ...said, BLANK, ...rows, BLANK];
  return {
    note: '',
    footer: CHOICE_FOOTER,
    width: Math.max(CHOICE_FOOTER.length + EDGE_CELLS, ...lines.map(lineWidth)) + 1,
    selected: said.length + 2 + selected,
    title,
    lines,
  };
}

/** One thing that can be chosen: its sign when it has the focus, its key, what it does. */
export function choiceLine(key: string, text: string, isSelected: boolean, glyphs: Glyphs): Line {
  return [
    { text: `${isSelected ? glyphs.selection : ' '} `, tone: 'accent' },
    { text: padCells(key, KEY_CELLS), tone: 'strong' },
    { text, tone: 'plain' },
  ];
}

/** Whether the screen of a plan that was just made is opened. */
export function forkedContent(
  { selected, planId }: Of<'forked'>,
  { view }: Pick<ScreenModel, 'view'>,
  glyphs: Glyphs,
): DialogContent {
  const said = [
    words('It has its own history, and rests until it is told to go on (p).'),
    words(isRunning(view) ? 'This plan goes on without a screen.' : 'This plan stays as it is.'),
  ];
  return choiceContent(`Forked: open ${shortId(planId)}?`, said, FORKED_CHOICES, selected, glyphs);
}

/** Whether a new plan begins at a checkpoint, and where. */
export function forkContent(
  { selected, checkpointId }: Of<'fork'>,
  { view }: Pick<ScreenModel, 'view'>,
  glyphs: Glyphs,
): DialogContent {
  const number = view.checkpoints.byId(checkpointId)?.number;
  const said = [words('This plan stays as it is. The new one goes on from there with its own history.')];
  const where = number === undefined ? 'this checkpoint' : `checkpoint ${number}`;
  return choiceContent(`Fork from ${where}?`, said, FORK_CHOICES, selected, glyphs);
}

/** Whether what takes back what a step did elsewhere is run: the whole call is shown. */
export function compensateContent(dialog: Of<'compensate'>, glyphs: Glyphs, room: number): DialogContent {
  const { number, stepId, status, isLate } = dialog.one;
  const said = callLines(dialog.one).map((line) =>
    words(cutCells(line.slice(INDENT), room - 1, glyphs.ellipsis)),
  );
  const remarks = [
    ...(status === 'unknown' ? ['It was begun before and cut off: nobody knows how far it came.'] : []),
    ...(status === 'failed' ? ['It was run before, and failed.'] : []),
    ...(isLate ? ['The plan has gone on since: it may take back what was made anew.'] : []),
  ].map((text) => words(text, 'attention'));
  const title = `Run compensation ${number} of ${safeText(stepId)}?`;
  const choices = compensateChoices(dialog);
  return choiceContent(
    title,
    [...said.slice(0, MOST_CALL_LINES), ...remarks],
    choices,
    dialog.selected,
    glyphs,
  );
}
