import { callDetail } from './call-detail.ts';
import { shortId } from '../../domain/ids.ts';
import { decisionOf, decisionsOf, type DecisionState, type PlanState } from '../../domain/plan-state.ts';
import type { Line } from '../lines/line.ts';
import { safeText } from '../lines/safe-text.ts';
import type { NodeRef } from '../rows/tree-row.ts';
import type { PlanView } from '../store/plan-view.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { clockTime } from '../words/time-text.ts';
import { byText } from '../words/by-text.ts';
import { planOfNode } from './node-plans.ts';
import { EMPTY_LINE, inlineValue, remark, span } from './value-lines.ts';

export interface DecisionOptions {
  readonly glyphs: Glyphs;
}

/** The decisions of a node with all that is known of each: those of a step, or all of a plan. */
export function decisionLines(
  view: PlanView,
  node: NodeRef | null,
  { glyphs }: DecisionOptions,
): readonly Line[] {
  const plan = planOfNode(view, node);
  const all = plan ? decisionsOf(plan) : [];
  const wanted = node?.kind === 'step' ? all.filter(({ step_id }) => step_id === node.stepId) : all;
  if (!plan || wanted.length === 0) {
    return [remark(node?.kind === 'step' ? 'this step decides nothing' : 'nothing is decided yet')];
  }
  return wanted.flatMap((decision, index) => [
    ...(index === 0 ? [] : [EMPTY_LINE]),
    ...linesOf(view, plan, decision, glyphs),
  ]);
}

function linesOf(
  { history }: PlanView,
  plan: PlanState,
  decision: DecisionState,
  glyphs: Glyphs,
): readonly Line[] {
  const { question, chosen, options, rationale, step_id, type } = decision;
  const sign =
    chosen === null ? span(`${glyphs.waiting} `, 'attention') : span(`${glyphs.step.complete} `, 'good');
  return [
    [sign, span(safeText(question), 'strong'), span(`  ${safeText(step_id ?? type)}`, 'dim')],
    ...options.map((option): Line => {
      const isChosen = option.id === chosen;
      const about = option.description === null ? '' : `  ${safeText(option.description)}`;
      const mark = isChosen ? `  ${glyphs.step.complete} ` : `  ${glyphs.step.pending} `;
      return [
        span(mark, isChosen ? 'good' : 'dim'),
        span(safeText(option.id), isChosen ? 'strong' : 'plain'),
        span(about, 'dim'),
      ];
    }),
    ...(options.length === 0 && chosen !== null ? [[span('  '), span(inlineValue(chosen))]] : []),
    ...(decision.detail === undefined ? [] : callDetail(decision.detail.trimEnd(), '  ')),
    ...(rationale === null ? [] : [[span('  why: ', 'dim'), span(safeText(rationale))]]),
    [
      span(
        `  ${originText(decision, history.answeredAt.get(decision.id))}`,
        chosen === null ? 'attention' : 'dim',
      ),
    ],
    ...supersededLines(plan, decision, glyphs),
  ];
}

/** `answeredAt`: where that is known; a decision is there from the moment on when it was asked for. */
function originText(decision: DecisionState, answeredAt: string | undefined): string {
  const { chosen, by, confidence, created_at } = decision;
  if (chosen === null) return `waits for you [a], asked at ${clockTime(created_at)}`;
  const sure = confidence === null ? '' : `, ${Math.round(confidence * 100)}% sure`;
  return `by ${safeText(byText(by))}${sure}, at ${clockTime(answeredAt ?? created_at)}`;
}

function supersededLines(plan: PlanState, { superseded_by }: DecisionState, glyphs: Glyphs): readonly Line[] {
  if (superseded_by === null) return [];
  const later = decisionOf(plan, superseded_by);
  const answer = later && later.chosen !== null ? inlineValue(later.chosen) : shortId(superseded_by);
  return [[span(`  ${glyphs.trigger.rollback} decided anew: ${answer}`, 'attention')]];
}
