import type { z } from 'zod';
import { TRIGGER_ALIASES } from '../domain/checkpoint.ts';
import { closestWord } from '../domain/closest-word.ts';
import type { Json } from '../domain/json.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { ConfigFault } from './config-fault.ts';
import type { ConfigKey } from './config-keys.ts';
import type { LevelValue, Origin } from './config-source.ts';
import { refusedOfProject } from './project-providers.ts';

/** A value as a level gives it, not yet checked. */
export interface GivenValue {
  readonly key: ConfigKey;
  readonly value: unknown;
  readonly origin: Origin;
  /** Where a part of the value stands, by the path to it; of the name instead of the value if `ofName`. */
  originOf(path: readonly PropertyKey[], ofName: boolean): Origin;
}

/** How a wrong value is shown in a message: short, on one line. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = toPrintableLine(typeof value === 'string' ? JSON.stringify(value) : String(value as number));
  return text.length > 60 ? `${text.slice(0, 57)}..."` : text;
}

const EXPECTED: Readonly<Record<string, string>> = {
  array: 'a list',
  record: 'a map',
  object: 'a map',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

type Issue = z.core.$ZodIssue;
type Explained = Pick<ConfigFault, 'message' | 'hint'>;

function explainChoice(value: unknown, choices: readonly unknown[]): Explained {
  const legal = choices.map(String).filter((choice) => !Object.hasOwn(TRIGGER_ALIASES, choice));
  const near = typeof value === 'string' ? closestWord(value, choices.map(String)) : null;
  const hint = `legal here: ${legal.join(', ')}`;
  return {
    message: `${describeValue(value)} is not legal`,
    hint: near === null ? hint : `did you mean ${near}? ${hint}`,
  };
}

function explainIssue(issue: Issue, value: unknown): Explained {
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined && issue.path.length > 0)
        return { message: `${String(issue.path.at(-1))} is missing`, hint: null };
      return { message: `expected ${EXPECTED[issue.expected]}, not ${describeValue(value)}`, hint: null };
    case 'too_small':
      return { message: `${describeValue(value)} is too small`, hint: `the least is ${issue.minimum}` };
    case 'too_big':
      return { message: `${describeValue(value)} is too large`, hint: `the most is ${issue.maximum}` };
    case 'invalid_value':
      return explainChoice(value, issue.values);
    case 'invalid_key':
      return { message: `${describeValue(issue.path.at(-1))} ${issue.issues[0]?.message}`, hint: null };
    default:
      // Our own checks: a message that goes on from the value.
      return { message: `${describeValue(value)} ${issue.message}`, hint: null };
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((inner: unknown, part) => (inner as Record<PropertyKey, unknown>)[part], value);
}

/** Checks a value against its key's schema. Adds what is wrong to `faults`; then the level has no value for the key. */
export function checkValue(given: GivenValue, faults: ConfigFault[]): LevelValue | null {
  // A missing value would silently become the default: nothing was said to be nothing.
  const result = given.key.schema.safeParse(given.value ?? null);
  if (result.success) {
    if (given.origin.level === 'project' && given.key.key === 'models.providers')
      for (const { path, message, hint } of refusedOfProject(result.data as never))
        faults.push({ origin: given.originOf(path, false), message: `${given.key.key}: ${message}`, hint });
    return { origin: given.origin, value: result.data as Json };
  }
  for (const issue of result.error.issues) {
    const { message, hint } = explainIssue(issue, valueAt(given.value, issue.path));
    const origin = given.originOf(issue.path, issue.code === 'invalid_key');
    faults.push({ origin, message: `${given.key.key}: ${message}`, hint });
  }
  return null;
}
