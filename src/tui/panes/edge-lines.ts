import type { Checkpoint } from '../../domain/checkpoint.ts';
import { stepsOf } from '../../domain/plan-state.ts';
import { cutLine, lineWidth, padLine, wrapLine } from '../lines/cut-line.ts';
import type { Line, Span } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import { PANES, type PaneId } from '../layout/layout.ts';
import { checkpointRowLine } from '../rows/checkpoint-row-line.ts';
import { headerLine } from '../rows/header-line.ts';
import { railLines } from '../rows/rail-lines.ts';
import { treeRowLine } from '../rows/tree-row-line.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import type { EditedText } from '../ui/text-edit.ts';
import { isRunning } from '../ui/plan-standing.ts';
import type { RollbackWork } from '../ui/rollback-state.ts';
import { confirmWord } from '../ui/rollback-state.ts';
import type { Dialog, UiInput } from '../ui/ui-state.ts';
import type { PlanView } from '../store/plan-view.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { clockTimeNear } from '../words/time-text.ts';
import { PANE_WORDS } from './pane-words.ts';
import { standingLine } from './standing-line.ts';

const plain = (text: string): Span => ({ text, tone: 'plain' });

/** A line in exactly `width` cells. */
export function fitLine(line: Line, width: number, glyphs: Glyphs): Line {
  return padLine(cutLine(line, width, glyphs.ellipsis), width);
}

const INPUT_WORDS: Readonly<Record<Exclude<UiInput['kind'], 'answer'>, string>> = {
  filter: 'filter',
  search: 'search',
  label: 'checkpoint label',
  relabel: 'label of this checkpoint, none to take it away',
  confirm: 'many paths change: type the number of the checkpoint',
  folder: 'folder that is new or empty',
};

function inputWords(kind: keyof typeof INPUT_WORDS, dialog: Dialog | null): string {
  if (kind !== 'confirm' || dialog?.kind !== 'rollback' || !dialog.order) return INPUT_WORDS[kind];
  return `many paths change: type "${safeText(confirmWord(dialog))}"`;
}

/** The line above the hints: what is typed, else what was just said, else how the plan stands. */
export function toastLine({ ui, view, past, now }: ScreenModel, glyphs: Glyphs): Line {
  if (ui.command.line) return commandSpans(ui.command.line, glyphs);
  // An answer is typed in its dialog.
  if (ui.input && ui.input.kind !== 'answer')
    return [
      { text: ` ${inputWords(ui.input.kind, ui.dialog)}: `, tone: 'strong' },
      ...inputSpans(ui.input, glyphs),
      // Why the text isn't taken.
      ...(ui.toast?.until === 'next-key'
        ? [{ text: `  ${safeText(ui.toast.text)}`, tone: ui.toast.tone }]
        : []),
    ];
  if (ui.toast) return [plain(' '), { text: safeText(ui.toast.text), tone: ui.toast.tone }];
  if (ui.work) return workLine(ui.work, glyphs);
  return past ? pastLine(past, view, now, glyphs) : standingLine(view, glyphs);
}

/** What goes back or forks just now, and how far it is. */
function workLine({ what, progress }: RollbackWork, glyphs: Glyphs): Line {
  const text = progress === '' ? what : `${what}: ${progress}`;
  return [{ text: ` ${glyphs.step.running} ${text}`, tone: 'accent' }];
}

/** Which moment is shown, and that it isn't now. */
function pastLine({ number, created_at }: Checkpoint, view: PlanView, now: number, glyphs: Glyphs): Line {
  const goesOn = isRunning(view) ? 'the plan goes on; ' : '';
  const when = clockTimeNear(created_at, now);
  const text = `as it was at checkpoint ${number} (${when}); ${goesOn}v or Esc shows now`;
  return [{ text: ` ${glyphs.trigger.pre_rollback} ${text}`, tone: 'attention' }];
}

/** A text being typed, with a sign where the next character goes. */
export function inputSpans({ text, cursor }: Pick<UiInput, 'text' | 'cursor'>, glyphs: Glyphs): Line {
  return [
    plain(safeText(text.slice(0, cursor))),
    { text: glyphs.cursor, tone: 'accent' },
    plain(safeText(text.slice(cursor))),
  ];
}

/** The command line while it is typed. */
export const commandSpans = (line: EditedText, glyphs: Glyphs): Line => [
  { text: ' :', tone: 'strong' },
  ...inputSpans(line, glyphs),
];

/** The panes by name, where only one of them is seen. */
export function tabBarLine(focus: PaneId): Line {
  return PANES.map((id): Span => {
    const words = PANE_WORDS[id];
    return id === focus ? { text: ` [${words}]`, tone: 'strong' } : { text: `  ${words} `, tone: 'dim' };
  });
}

/** The checkpoints in one line: the rail, and the selected one in words if there is room for both. */
export function railLine(
  { view, ui, checkpointRows, now }: ScreenModel,
  width: number,
  glyphs: Glyphs,
): Line {
  const head: Line = [{ text: ` 2 Checkpoints: ${checkpointRows.count} `, tone: 'strong' }];
  const row = checkpointRows.byId(ui.checkpointSelected) ?? checkpointRows.at(0);
  const words =
    row &&
    checkpointRowLine(row, { width: Math.floor(width / 2), glyphs, now, selected: false, marked: false });
  const room = width - lineWidth(head) - (words ? lineWidth(words) : 0);
  const { rail } = railLines(view, {
    width: room,
    selectedId: ui.checkpointSelected,
    markedId: ui.mark,
    glyphs,
  });
  return [...padLine([...head, ...rail], lineWidth(head) + room), ...(words ?? [])];
}

/** What is left on a tiny screen: how far it is, what runs, what happened last. */
export function noticeLines(model: ScreenModel, glyphs: Glyphs): readonly Line[] {
  const { view, layout, treeRows, now } = model;
  const { columns, rows } = layout;
  if (layout.kind === 'too-small')
    return wrapLine([plain(`terminal too small (${columns}x${rows}); the plan keeps running`)], columns);
  const running = treeRows.findLast((row) => row.running && row.fold === 'leaf');
  const last = view.log.last();
  const said = toastLine(model, glyphs);
  return [
    headerLine(view, { width: columns, glyphs, now, past: model.past }),
    running
      ? treeRowLine({ ...running, depth: 0 }, { width: columns, glyphs, selected: false })
      : [plain(` ${stepCount(view)}`)],
    said.length > 0
      ? said
      : last
        ? [{ text: ` ${last.line.glyph} ${safeText(last.line.text)}`, tone: last.line.tone }]
        : [],
  ];
}

function stepCount({ tree, rootId }: PlanView): string {
  const plan = tree.plans.get(rootId);
  return plan ? `${stepsOf(plan).length} steps, none runs now` : 'not there yet';
}
