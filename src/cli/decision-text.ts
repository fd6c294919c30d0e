import type { PlanId } from '../domain/ids.ts';
import type { DecisionState, TreeState } from '../domain/plan-state.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { byText } from '../tui/words/by-text.ts';
import type { Glyphs } from '../tui/words/glyphs.ts';
import { planPath } from '../tui/words/plan-names.ts';
import { clockTimeNear } from '../tui/words/time-text.ts';
import { valueText } from './checkpoint-views.ts';
import type { Paint } from './paint.ts';

export interface DecisionLook {
  readonly glyphs: Glyphs;
  readonly paint: Paint;
  readonly now: number;
}

/** A decision whole: what was asked, each option with a sign at the chosen one, who chose and why. */
export function decisionText(
  tree: TreeState,
  { planId, decision }: { readonly planId: PlanId; readonly decision: DecisionState },
  { glyphs, paint, now }: DecisionLook,
): string {
  const { id, question, type, chosen, options, created_at } = decision;
  const within = [...planPath(tree, planId), ...(decision.step_id === null ? [] : [decision.step_id])];
  const path = toPrintableLine(within.join(` ${glyphs.within} `));
  const isOpen = chosen === null;
  const sign = isOpen ? `${glyphs.waiting} ` : '';
  const head = paint(isOpen ? 'attention' : 'strong', `${sign}${toPrintableLine(question)}`);
  const facts: readonly (readonly [string, string])[] = [
    ['decision', `${type.replaceAll('_', ' ')}${path === '' ? '' : ` of ${path}`}`],
    ...(options.length > 0 ? [] : ([['chosen', isOpen ? 'not yet' : valueText(chosen)]] as const)),
    ['by', `${isOpen ? 'waits for ' : ''}${byText(decision.by)}`],
    ...(decision.default ? ([['default', decision.default]] as const) : []),
    ...(decision.rationale === null ? [] : ([['because', decision.rationale]] as const)),
    ...(decision.confidence === null
      ? []
      : ([['confidence', `${Math.round(decision.confidence * 100)} %`]] as const)),
    ...(decision.superseded_by === null ? [] : ([['superseded', `by ${decision.superseded_by}`]] as const)),
    ['made', `${clockTimeNear(created_at, now)}  ${id}`],
  ];
  return [
    head,
    ...detailLines(decision),
    ...optionLines(decision, glyphs, paint),
    ...facts.map(([name, value]) => `  ${paint('dim', name.padEnd(11))} ${toPrintableLine(value)}`),
  ].join('\n');
}

/** What exactly is asked about: the arguments of a call, or its diff. */
export function detailLines({ detail = '' }: DecisionState): readonly string[] {
  if (detail.trimEnd() === '') return [];
  return detail
    .trimEnd()
    .split('\n')
    .map((line) => `  ${toPrintableLine(line)}`);
}

function optionLines({ options, chosen }: DecisionState, glyphs: Glyphs, paint: Paint): readonly string[] {
  return options.map((option) => {
    const isChosen = option.id === chosen;
    const about = option.description === null ? '' : paint('dim', `  ${toPrintableLine(option.description)}`);
    const name = `${isChosen ? glyphs.step.complete : ' '} ${toPrintableLine(option.id)}`;
    return `  ${paint(isChosen ? 'good' : 'plain', name)}${about}`;
  });
}
