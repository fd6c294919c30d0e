import type { DecisionState } from '../../domain/plan-state.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { ScreenModel } from '../screens/screen-model.ts';
import { inputSpans } from '../panes/edge-lines.ts';
import type { Dialog } from '../ui/ui-state.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { callDetail } from '../detail/call-detail.ts';
import { BLANK, words, type DialogContent } from './dialog-content.ts';
import { paragraph } from './paragraph.ts';
import { choiceLine } from './question-dialogs.ts';

const WIDTH = 70;
const INDENT = '       ';

/** A question that waits: its options, or a line for the answer; null once it is gone. */
export function decisionContent(
  { planId, decisionId, selected }: Dialog & { readonly kind: 'decision' },
  { view, ui }: Pick<ScreenModel, 'view' | 'ui'>,
  glyphs: Glyphs,
  room: number,
): DialogContent | null {
  const decisions = view.waiting.filter((item) => item.kind === 'decision');
  const decision = decisions.find(
    (item) => item.planId === planId && item.decision.id === decisionId,
  )?.decision;
  if (!decision) return null;
  const width = Math.min(WIDTH, room);
  const asked = [
    ...paragraph(decision.question, width, 'strong'),
    ...(decision.detail === undefined ? [] : [BLANK, ...detailLines(decision.detail)]),
  ];
  const answers = optionLines(decision, selected, glyphs, width);
  const typed: readonly Line[] =
    ui.input?.kind === 'answer' ? [[{ text: '> ', tone: 'accent' }, ...inputSpans(ui.input, glyphs)]] : [];
  const before = [BLANK, ...asked, BLANK];
  return {
    title:
      decision.step_id === null ? 'A question waits for you' : `${safeText(decision.step_id)} waits for you`,
    note: decisions.length > 1 ? `${decisions.length} wait: Tab shows the next` : '',
    footer: typed.length > 0 ? 'Enter answers' : 'Enter takes the marked one',
    lines: [...before, ...answers.lines, ...typed, BLANK],
    selected: answers.selected < 0 ? -1 : before.length + answers.selected,
    width,
  };
}

/** Enough to know what is asked; the Decision tab shows all. */
const DETAIL_LINES = 12;

function detailLines(detail: string): readonly Line[] {
  const lines = callDetail(detail.trimEnd(), '');
  const more = lines.length - DETAIL_LINES;
  if (more <= 0) return lines;
  return [
    ...lines.slice(0, DETAIL_LINES),
    words(`and ${more} more lines: Esc, then the Decision tab`, 'dim'),
  ];
}

interface Options {
  readonly lines: readonly Line[];
  readonly selected: number;
}
/** Each option with its number and id, and below it what it means. */
function optionLines({ options }: DecisionState, selected: number, glyphs: Glyphs, width: number): Options {
  const lines: Line[] = [];
  let marked = -1;
  for (const [index, { id, description }] of options.entries()) {
    if (index === selected) marked = lines.length;
    lines.push(choiceLine(String(index + 1), safeText(id), index === selected, glyphs));
    if (description === null) continue;
    const rows = paragraph(description, width - INDENT.length, 'dim');
    lines.push(...rows.map((row): Line => [{ text: INDENT, tone: 'plain' }, ...row]));
  }
  return { lines, selected: marked };
}
