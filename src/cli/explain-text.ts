import type { PlanDocument } from '../domain/plan-document.ts';
import { toPrintableLine } from '../domain/printable.ts';
import { cutCells } from '../tui/words/cells.ts';
import type { Glyphs } from '../tui/words/glyphs.ts';
import { counted } from './spoken-words.ts';
import { isNotUndone, placedSteps, type ExplainedStep, type PlacedStep } from './explain-plan.ts';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';

export interface ExplainLook {
  readonly glyphs: Glyphs;
  readonly paint: Paint;
}

const NAME_CELLS = 56;

/** The graph of a document as a tree of lines, and what of it nothing can take back. */
export function explainText(
  document: PlanDocument,
  steps: readonly ExplainedStep[],
  look: ExplainLook,
): string {
  const { paint } = look;
  const placed = placedSteps(steps);
  const beyond = placed.filter(({ step }) => isNotUndone(step));
  const offered = placed.filter(({ step }) => step.compensate !== undefined);
  return [
    paint('strong', toPrintableLine(document.name)),
    ...(document.goal === null ? [] : [`  ${toPrintableLine(document.goal)}`]),
    paint('dim', `  ${toPrintableLine(document.file)}`),
    '',
    formatTable(steps.flatMap((step) => stepRows(step, 1, look))),
    '',
    countsText(placed),
    ...(beyond.length === 0
      ? []
      : ["What can't be undone by a rollback, for it may reach beyond the folder:"]),
    ...beyond.map((one) => `  ${paint('attention', toPrintableLine(pathText(one, look.glyphs)))}`),
    ...(offered.length === 0 ? [] : ['What a rollback offers to take back:']),
    ...offered.map(
      (one) => `  ${toPrintableLine(`${placeText(one, look.glyphs)}  by ${one.step.compensate ?? ''}`)}`,
    ),
  ].join('\n');
}

type Row = readonly string[];

function stepRows(step: ExplainedStep, depth: number, look: ExplainLook): readonly Row[] {
  const { paint } = look;
  const indent = '  '.repeat(depth);
  return [
    [
      `${indent}${toPrintableLine(step.id)}`,
      cutCells(toPrintableLine(nameOf(step)), NAME_CELLS, look.glyphs.ellipsis),
      doingText(step, paint),
      step.needs.length === 0 ? '' : paint('dim', toPrintableLine(`after ${step.needs.join(', ')}`)),
      step.if === null ? '' : paint('dim', toPrintableLine(`if ${step.if}`)),
    ],
    ...(step.subplans?.plans ?? []).flatMap((plan) => {
      const after = plan.needs.length === 0 ? '' : toPrintableLine(`after ${plan.needs.join(', ')}`);
      const head = `${indent}  ${paint('strong', toPrintableLine(plan.name))}`;
      return [
        [head, '', '', paint('dim', after), ''],
        ...plan.steps.flatMap((below) => stepRows(below, depth + 2, look)),
      ];
    }),
  ];
}

/** An id that says it all isn't said twice. */
const nameOf = ({ id, name }: ExplainedStep): string => (name === id ? '' : name);

const ORIGIN_WORDS = {
  tool: '',
  call: '',
  document: '',
  config: ' (by the settings)',
} as const;

function doingText(step: ExplainedStep, paint: Paint): string {
  const { effect, effect_from, decision, beyond_folder } = step;
  if (decision) {
    const choice = decision.options.length === 0 ? 'an answer' : decision.options.join(' | ');
    const fallback = decision.default === null ? '' : `, default ${decision.default}`;
    return paint('accent', toPrintableLine(`${choice}, by ${decision.by}${fallback}`));
  }
  if (effect === null || effect_from === null) return '';
  const text = `${effect}${ORIGIN_WORDS[effect_from]}${beyond_folder ? ', beyond the folder' : ''}`;
  return paint(effect === 'write' ? 'attention' : 'dim', text);
}

function countsText(placed: readonly PlacedStep[]): string {
  const count = (test: (step: ExplainedStep) => boolean): number =>
    placed.filter(({ step }) => test(step)).length;
  const subplans = placed.reduce((sum, { step }) => sum + (step.subplans?.plans.length ?? 0), 0);
  const writes = count(({ effect }) => effect === 'write');
  return [
    counted(placed.length, 'step'),
    counted(writes, 'write'),
    counted(
      count(({ decision }) => decision !== null),
      'decision',
    ),
    counted(subplans, 'subplan'),
  ].join(', ');
}

function pathText(one: PlacedStep, glyphs: Glyphs): string {
  const name = nameOf(one.step);
  return `${placeText(one, glyphs)}${name === '' ? '' : `  ${name}`}`;
}

const placeText = ({ path, step }: PlacedStep, { within }: Glyphs): string =>
  [...path, step.id].join(` ${within} `);
