import type { Json } from '../domain/json.ts';
import { ExpressionFault, tryParse, type ContextName, type Reference } from './expression-syntax.ts';
import { hasExpression, splitTemplate } from './expression-text.ts';
import type { Combination } from './matrix.ts';

/** Gives what stands for an expression that names the plan around a repeated step. */
export type Lift = (expression: string, references: readonly Reference[]) => string;

/** What belongs to one plan only; inputs and variables reach its subplans too. */
const OF_THE_PLAN: readonly ContextName[] = ['steps', 'decisions', 'context', 'plan'];

/** A value with `matrix.<name>` written out in all its expressions. */
export function fillMatrix<T>(value: T, values: Combination, lift?: Lift): T {
  return fillValue(value, values, lift) as T;
}

function fillValue(value: unknown, values: Combination, lift: Lift | undefined): unknown {
  if (typeof value === 'string') return hasExpression(value) ? fillText(value, values, lift) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: unknown) => fillValue(item, values, lift));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, values, lift)]));
}

function fillText(template: string, values: Combination, lift: Lift | undefined): string {
  return splitTemplate(template)
    .map((piece) => {
      if (piece.kind !== 'expression') return piece.kind === 'text' ? piece.text : '${{';
      return `\${{${fillExpression(piece.text, values, lift)}}}`;
    })
    .join('');
}

function fillExpression(text: string, values: Combination, lift: Lift | undefined): string {
  const parsed = tryParse(text);
  if (parsed instanceof ExpressionFault) return text;
  const { references } = parsed;
  const named = references.filter(({ context, keys: [name] }) => context === 'matrix' && name !== undefined);
  // From the end, so that the places of those before stay right.
  const filled = named
    .toSorted((a, b) => (b.offsets[0] as number) - (a.offsets[0] as number))
    .reduce((rest, reference) => replaceReference(rest, reference, values), text);
  return lift && references.some(({ context }) => OF_THE_PLAN.includes(context))
    ? lift(filled, references)
    : filled;
}

function replaceReference(text: string, { keys, offsets }: Reference, values: Combination): string {
  const name = keys[0] as string;
  const at = offsets[1] as number;
  // `matrix['name']` ends with its bracket.
  const end = text[at] === "'" ? text.indexOf(']', at + name.length + 2) + 1 : at + name.length;
  // A matrix around this one may have it.
  if (!Object.hasOwn(values, name)) return text;
  return text.slice(0, offsets[0]) + literalOf(values[name] as Json) + text.slice(end);
}

function literalOf(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value === 'boolean') return String(value);
  return `fromJSON(${quoted(JSON.stringify(value))})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
