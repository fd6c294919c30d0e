import { decisionOf, type DecisionState } from '../../domain/plan-state.ts';
import { wrapLine } from '../lines/cut-line.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { ScreenModel } from '../screen-model.ts';
import { inputSpans } from '../components/edge-lines.ts';
import type { Dialog } from '../ui/ui-state.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { BLANK, words, type DialogContent } from './dialog-content.ts';
import { choiceLine } from './question-dialogs.ts';

const WIDTH = 70;
const INDENT = '       ';

/** A question that waits: its options, or a line for the answer. */
export function decisionContent(
  { planId, decisionId, selected }: Dialog & { readonly kind: 'decision' },
  { view, ui }: ScreenModel,
  glyphs: Glyphs,
  room: number,
): DialogContent {
  const width = Math.min(WIDTH, room);
  const plan = view.tree.plans.get(planId);
  const decision = plan && decisionOf(plan, decisionId);
  const waiting = view.waiting.filter(({ kind }) => kind === 'decision').length;
  const asked = decision ? askedLines(decision, width) : [words('it is not there any more', 'dim')];
  const answers = decision ? optionLines(decision, selected, glyphs, width) : NO_OPTIONS;
  const typed: readonly Line[] =
    ui.input?.kind === 'answer' ? [[{ text: '> ', tone: 'accent' }, ...inputSpans(ui.input, glyphs)]] : [];
  const before = [BLANK, ...asked, BLANK];
  return {
    title: decision?.step_id ? `${safeText(decision.step_id)} waits for you` : 'A question waits for you',
    note: waiting > 1 ? `${waiting} wait: Tab shows the next` : '',
    footer: typed.length > 0 ? 'Enter answers' : 'Enter takes the marked one',
    lines: [...before, ...answers.lines, ...typed, BLANK],
    selected: answers.selected < 0 ? -1 : before.length + answers.selected,
    width,
  };
}

interface Options {
  readonly lines: readonly Line[];
  readonly selected: number;
}
const NO_OPTIONS: Options = { lines: [], selected: -1 };

function askedLines({ question, chosen }: DecisionState, width: number): readonly Line[] {
  const answered = chosen === null ? [] : [words('it was answered meanwhile', 'dim')];
  return [...wrapLine(words(safeText(question), 'strong'), width), ...answered];
}

/** Each option with its number and id, and below it what it means. */
function optionLines({ options }: DecisionState, selected: number, glyphs: Glyphs, width: number): Options {
  const lines: Line[] = [];
  let marked = -1;
  for (const [index, { id, description }] of options.entries()) {
    if (index === selected) marked = lines.length;
    lines.push(choiceLine(String(index + 1), safeText(id), index === selected, glyphs));
    if (description === null) continue;
    const rows = wrapLine(words(safeText(description), 'dim'), Math.max(1, width - INDENT.length));
    lines.push(...rows.map((row): Line => [{ text: INDENT, tone: 'plain' }, ...row]));
  }
  return { lines, selected: marked };
}
