import type { HomeInput } from '../../ports/home-source.ts';
import {
  BLANK,
  dialogWidth,
  words,
  type DialogContent,
  type DialogSurroundings,
} from '../dialogs/dialog-content.ts';
import { failureContent } from '../dialogs/failure-dialog.ts';
import { helpContent } from '../dialogs/help-dialog.ts';
import { paragraph } from '../dialogs/paragraph.ts';
import { choiceContent } from '../dialogs/question-dialogs.ts';
import { shortId } from '../../domain/ids.ts';
import { lineWidth } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import { inputSpans } from '../panes/edge-lines.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { DELETE_CHOICES, RUN_CHOICES } from './home-dialog-choices.ts';
import type { Filling, HomeDialog, HomeModel, HomeUi } from './home-state.ts';

const WIDTH = 72;

/** What stands in the dialog that is open. */
export function homeDialogContent(
  dialog: HomeDialog,
  { ui, layout }: Pick<HomeModel, 'ui'> & { readonly layout: DialogSurroundings },
  glyphs: Glyphs,
): DialogContent {
  const width = Math.min(WIDTH, dialogWidth(layout));
  switch (dialog.kind) {
    case 'help':
      return helpContent(dialog, { layout, ui }, glyphs);
    case 'failure':
      return failureContent(dialog, dialogWidth(layout));
    case 'form':
      return formContent(dialog, ui, width, glyphs);
    case 'run':
      return runContent(dialog, width, glyphs);
    case 'delete':
      return deleteContent(dialog, width, glyphs);
  }
}

function formContent(
  { form, values, at, fault }: HomeDialog & { readonly kind: 'form' },
  { input }: Pick<HomeUi, 'input'>,
  width: number,
  glyphs: Glyphs,
): DialogContent {
  const asked = form.inputs[at] as HomeInput;
  const given = form.inputs.slice(0, at).map((one) => givenLine(one, values));
  const typed = input ?? { text: '', cursor: 0 };
  // What is typed scrolls with its end: the cursor stays in sight.
  const field = fieldLine(asked.secret ? masked(typed) : typed, width - 2, glyphs);
  const lines: readonly Line[] = [
    BLANK,
    ...given,
    ...(given.length === 0 ? [] : [BLANK]),
    [
      { text: safeText(asked.name), tone: 'strong' },
      { text: `  ${factsOf(asked)}`, tone: 'dim' },
    ],
    ...(asked.description === null ? [] : paragraph(asked.description, width)),
    ...(asked.options === null ? [] : paragraph(`one of ${asked.options.join(', ')}`, width)),
    [{ text: '> ', tone: 'accent' }, ...field],
    fault === null ? BLANK : words(safeText(fault), 'bad'),
  ];
  return {
    title: `Run ${safeText(form.name)}`,
    note: `input ${at + 1} of ${form.inputs.length}`,
    footer: at === 0 ? 'Enter next, Esc closes' : 'Enter next, Esc back',
    width,
    selected: -1,
    lines,
  };
}

type Typed = Pick<NonNullable<HomeUi['input']>, 'text' | 'cursor'>;

const masked = ({ text, cursor }: Typed): Typed => ({ text: '*'.repeat(text.length), cursor });

function fieldLine({ text, cursor }: Typed, width: number, glyphs: Glyphs): Line {
  const whole = inputSpans({ text, cursor }, glyphs);
  if (lineWidth(whole) <= width) return whole;
  const from = Math.max(0, cursor - Math.floor(width / 2));
  return inputSpans({ text: text.slice(from), cursor: cursor - from }, glyphs);
}

function factsOf({ type, fallback, secret }: HomeInput): string {
  const kind = secret ? `secret ${type}, never stored` : type;
  if (fallback === null) return `${kind}, required`;
  return fallback === '' ? `${kind}, may be empty` : `${kind}, if left empty: ${safeText(fallback)}`;
}

function givenLine({ name, secret, fallback }: HomeInput, values: Filling['values']): Line {
  const value = values[name];
  const shown = value === undefined ? safeText(fallback ?? '') : secret ? '******' : safeText(value);
  return [
    { text: `${safeText(name)}: `, tone: 'dim' },
    { text: shown, tone: value === undefined ? 'dim' : 'plain' },
  ];
}

function runContent(
  { form, values, selected }: HomeDialog & { readonly kind: 'run' },
  width: number,
  glyphs: Glyphs,
): DialogContent {
  const said: readonly Line[] = [
    ...(form.goal === null ? [] : [...paragraph(form.goal, width), BLANK]),
    ...paragraph(`in ${form.workspace}`, width),
    ...form.inputs.map((input) => givenLine(input, values)),
  ];
  return choiceContent(`Run ${safeText(form.name)}?`, said, RUN_CHOICES, selected, glyphs);
}

function deleteContent(
  { plan, footprint, selected }: HomeDialog & { readonly kind: 'delete' },
  width: number,
  glyphs: Glyphs,
): DialogContent {
  const { plans, events, checkpoints } = footprint;
  const subplans = plans > 1 ? `, ${counted(plans - 1, 'subplan')}` : '';
  const goes = `goes for good: its history (${counted(events, 'event')})${subplans}, ${counted(checkpoints, 'checkpoint')}`;
  const said = [
    ...paragraph(`${plan.name} ${shortId(plan.plan_id)}`, width, 'strong'),
    ...paragraph(goes, width),
    ...paragraph('the files that it wrote stay as they are', width, 'dim'),
  ];
  return choiceContent('Delete this plan?', said, DELETE_CHOICES, selected, glyphs);
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
