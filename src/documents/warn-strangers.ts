import type { Json } from '../domain/json.ts';
import type { StepSpec } from '../domain/plan-document.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import { MARK } from './build-document.ts';
import type { Written } from './check-templates.ts';
import type { Path } from './document-source.ts';
import type { Matrices } from './expand-matrix.ts';
import { ExpressionFault, tryParse, type Reference } from './expression-syntax.ts';
import { hasExpression, splitTemplate } from './expression-text.ts';
import { valueAt } from './schema-faults.ts';
import { nameFor } from './matrix.ts';
import { outputNamesOf } from './step-outputs.ts';
import { suggest } from './suggest.ts';

/** What warnings are found with; its `source` adds to their list. */
export interface WarnContext extends Written {
  readonly tools: ToolRegistry;
  readonly matrices: Matrices;
}

type Steps = ReadonlyMap<string, StepSpec>;

/** Warns of outputs that a step does not give and of choices that a decision does not have. */
export function warnOfStrangers(template: Json, path: Path, steps: Steps, context: WarnContext): void {
  if (typeof template === 'string') return warnOfText(template, path, steps, context);
  if (template === null || typeof template !== 'object') return;
  for (const [key, item] of Object.entries(template)) {
    const place: Path = [...path, Array.isArray(template) ? Number(key) : key];
    warnOfStrangers(item as Json, place, steps, context);
  }
}

function warnOfText(template: string, path: Path, steps: Steps, context: WarnContext): void {
  const isMarked = hasExpression(String(valueAt(context.value, path)));
  for (const piece of splitTemplate(template)) {
    if (piece.kind !== 'expression') continue;
    const parsed = tryParse(piece.text);
    if (parsed instanceof ExpressionFault) continue;
    const strangers = [
      ...parsed.references.map((reference) => outputStranger(reference, steps, context)),
      ...[...piece.text.matchAll(CHOICE)].map((match) => choiceStranger(match, steps)),
    ];
    const offset = piece.offset - (isMarked ? 0 : MARK.length);
    for (const stranger of strangers) {
      if (!stranger) continue;
      const { at, word, message, known } = stranger;
      context.source.reportInText(path, offset + at, word, message, suggest(word, known));
    }
  }
}

interface Stranger {
  readonly at: number;
  readonly word: string;
  readonly message: string;
  readonly known: readonly string[];
}

function outputStranger(
  { context: name, keys, offsets }: Reference,
  steps: Steps,
  context: WarnContext,
): Stranger | null {
  const [id = '', property, ...words] = keys;
  const step = name === 'steps' && property === 'outputs' ? steps.get(id) : undefined;
  if (!step) return null;
  const lists = knownOutputs(step, words[1], context);
  const depth = words.findIndex((word, index) => !isKnown(word, lists[index] ?? null));
  const word = words[depth];
  if (word === undefined) return null;
  const place = ['steps', id, 'outputs', ...words.slice(0, depth)].join('.');
  const message = depth === 0 ? `the step ${id} gives no ${word}` : `${place} has no ${word}`;
  return { at: offsets[depth + 3] as number, word, message, known: lists[depth] ?? [] };
}

/** Names fit in any case, as in the engine. Where nothing is known, everything may be there. */
function isKnown(word: string, known: readonly string[] | null): boolean {
  return !known || known.some((one) => one.toLowerCase() === word.toLowerCase());
}

/** What can stand behind `steps.<id>.outputs`, level by level; `plan` is the subplan that is named there. */
function knownOutputs(
  step: StepSpec,
  plan: string | undefined,
  { tools, matrices }: WarnContext,
): readonly (readonly string[] | null)[] {
  const matrix = matrices.get(step);
  if (!matrix && step.kind !== 'subplans') return [outputNamesOf(step, tools)];
  const sources =
    step.kind === 'subplans'
      ? step.plans.map(({ name, document }) => ({ name, outputs: Object.keys(document.outputs) }))
      : [{ name: step.id, outputs: outputNamesOf(step, tools) }];
  const values = matrix?.combinations ?? null;
  const plans = values
    ? values.flatMap((one) => sources.map((source) => ({ ...source, name: nameFor(source.name, one) })))
    : sources;
  const named = plans.find(({ name }) => name === plan);
  return [['plans'], plans.map(({ name }) => name), ['plan_id', 'status', 'outputs'], named?.outputs ?? null];
}

const CHOICE = /\bdecisions\.([A-Za-z_][\w-]*)\.chosen\s*[!=]=\s*'([^']*)'/g;

/** Comparing with what can't be chosen is never (or always) true. */
function choiceStranger(match: RegExpExecArray, steps: Steps): Stranger | null {
  const [text, id = '', word = ''] = match;
  const step = steps.get(id);
  const known = step?.kind === 'decide' ? step.options.map((option) => option.id) : null;
  // As in the engine, texts are compared without regard to case.
  if (!known || known.some((option) => option.toLowerCase() === word.toLowerCase())) return null;
  const at = match.index + text.length - word.length - 1;
  return { at, word, message: `${id} has no option ${word}`, known };
}
