import * as z from 'zod';
import { STEP_KINDS } from '../domain/plan.ts';
import type { DocumentSource, Path } from './document-source.ts';
import { suggest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** What a fault is told from. */
interface Context {
  readonly root: z.ZodType;
  readonly value: unknown;
  readonly source: DocumentSource;
}

/** Checks a value and reports every fault at its place, in words. Returns the value if it is right, else null. */
export function checkSchema<T>(schema: z.ZodType<T>, value: unknown, source: DocumentSource): T | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) reportIssue({ root: schema, value, source }, [], issue);
  return null;
}

function reportIssue(context: Context, base: Path, issue: Issue): void {
  const path: Path = [...base, ...(issue.path as (string | number)[])];
  switch (issue.code) {
    case 'unrecognized_keys':
      for (const key of issue.keys) reportUnknownKey(context, path, key);
      return;
    case 'invalid_union':
      return reportUnion(context, path, issue);
    case 'invalid_key':
      return context.source.reportKey(
        path,
        `the name ${String(path.at(-1))} ${issue.issues[0]?.message ?? ''}`,
      );
    case 'invalid_type':
      return reportType(context, path, issue.expected, issue.message);
    case 'invalid_value': {
      const values = issue.values.map(String);
      const given = String(valueAt(context.value, path));
      return context.source.report(
        path,
        `${labelOf(path)} must be one of ${values.join(', ')}`,
        suggest(given, values),
      );
    }
    default:
      return context.source.report(path, `${labelOf(path)} ${issue.message}`);
  }
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function reportType({ value, source }: Context, path: Path, expected: string, message: string): void {
  const given = valueAt(value, path);
  if (given === undefined) return source.report(path, `${labelOf(path)} is missing`);
  const rule = message.startsWith('must ') ? message : `must be ${KIND_WORDS[expected] ?? expected}`;
  const isNearly = expected === 'int' && typeof given === 'number';
  source.report(path, `${labelOf(path)} ${rule}${isNearly ? '' : `, not ${wordFor(given)}`}`);
}

function wordFor(value: unknown): string {
  if (value === null) return 'nothing';
  return KIND_WORDS[Array.isArray(value) ? 'array' : typeof value] as string;
}

/** Mappings that exist in variants, told apart by a key that only one variant has. */
function variantsAt(path: Path): readonly string[] | null {
  if (typeof path.at(-1) !== 'number') return null;
  if (path.at(-2) === 'steps') return STEP_KINDS;
  return path.at(-2) === 'plans' ? ['steps', 'uses'] : null;
}

/** Tells the faults of the variant that was meant, not of all. */
function reportUnion(context: Context, path: Path, issue: z.core.$ZodIssueInvalidUnion): void {
  const given = valueAt(context.value, path);
  const variants = variantsAt(path);
  if (variants && isMapping(given)) {
    const chosen = variants.filter((key) => key in given);
    if (chosen.length !== 1) return reportVariants(context, path, variants, chosen);
    return reportAll(context, path, issue.errors[variants.indexOf(chosen[0] as string)] ?? []);
  }
  if (given === undefined) return context.source.report(path, `${labelOf(path)} is missing`);
  const meant = issue.errors.find(
    (issues) => !issues.some(({ path: [first], code }) => first === undefined && code === 'invalid_type'),
  );
  if (meant) return reportAll(context, path, meant);
  const rule = issue.message.startsWith('must ') ? issue.message : 'must be a mapping';
  context.source.report(path, `${labelOf(path)} ${rule}, not ${wordFor(given)}`);
}

function reportAll(context: Context, path: Path, issues: readonly Issue[]): void {
  for (const issue of issues) reportIssue(context, path, issue);
}

function reportVariants(
  context: Context,
  path: Path,
  variants: readonly string[],
  chosen: readonly string[],
): void {
  const given = valueAt(context.value, path) as object;
  const rule = `${labelOf(path)} needs exactly one of ${variants.join(', ')}`;
  if (chosen.length > 0)
    return context.source.reportKey(
      [...path, chosen[1] as string],
      `${rule}; it has ${chosen.join(' and ')}`,
    );
  const legal = keysAt(context.root, path);
  const unknown = Object.keys(given).find((key) => !legal.includes(key));
  if (unknown === undefined) return context.source.report(path, rule);
  context.source.reportKey([...path, unknown], `unknown key ${unknown}`, suggest(unknown, variants, rule));
}

function reportUnknownKey(context: Context, path: Path, key: string): void {
  const variants = variantsAt(path);
  if (variants?.includes(key)) {
    const given = valueAt(context.value, path) as object;
    return reportVariants(
      context,
      path,
      variants,
      variants.filter((variant) => variant in given),
    );
  }
  const place = path.length === 0 ? 'a plan document' : labelOf(path);
  const legal = keysAt(context.root, path);
  const elsewhere = legal.includes(key) ? 'not for this kind of step' : null;
  const otherwise = otherKinds(context, path, key) ?? elsewhere ?? `legal: ${legal.join(', ')}`;
  const hint = suggest(key, legal, otherwise);
  context.source.reportKey([...path, key], `unknown key ${key} in ${place}`, hint);
}

/** Known, but only in other variants: which ones. */
function otherKinds({ root }: Context, path: Path, key: string): string | null {
  const variants = variantsAt(path) ?? [];
  const schemas = schemasAt(root, path).filter((schema) => schema instanceof z.ZodObject);
  const having = schemas.flatMap(({ shape }) =>
    key in shape ? variants.filter((variant) => variant in shape) : [],
  );
  return having.length === 0 ? null : `${key} is only for ${having.join(', ')}`;
}

/** How a place is called: `retries.max`, `decide.options[1].id`, `step 3`; counted inside the innermost step or plan. */
export function labelOf(path: Path): string {
  const last = path.findLastIndex(
    (key, index) => typeof key === 'number' && variantsAt(path.slice(0, index + 1)),
  );
  const rest = path.slice(last + 1);
  if (rest.length === 0 && last >= 0) {
    return `${path[last - 1] === 'steps' ? 'step' : 'subplan'} ${Number(path[last]) + 1}`;
  }
  if (rest.length === 0) return 'the document';
  return rest
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${key}`))
    .join('');
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>)[key] : undefined,
    value,
  );
}

/** The keys that a schema knows at a path, of all variants. */
function keysAt(root: z.ZodType, path: Path): readonly string[] {
  const keys = schemasAt(root, path).flatMap((schema) =>
    schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
  );
  return [...new Set(keys)];
}

function schemasAt(root: z.ZodType, path: Path): z.core.$ZodType[] {
  let schemas = unwrap(root);
  for (const key of path) schemas = schemas.flatMap((schema) => childrenOf(schema, key).flatMap(unwrap));
  return schemas;
}

function childrenOf(schema: z.core.$ZodType, key: string | number): z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  const child = schema instanceof z.ZodObject ? schema.shape[key] : undefined;
  return child ? [child] : [];
}

/** The schemas that stand behind wrappers and unions. */
function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(unwrap);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodLazy) return unwrap(schema.unwrap());
  return [schema];
}
