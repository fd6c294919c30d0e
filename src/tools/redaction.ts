import { ConfigError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import { secretForms } from './secret-forms.ts';

/** What stands in a secret's place. */
export const REDACTED = '***';

/** From (inclusive) to (exclusive), in UTF-16 units. */
type Span = readonly [number, number];

/** Takes secrets out of texts and values. */
export interface Redactor {
  text(text: string): string;
  /** At any depth, object keys too; a number that is a secret becomes a text. */
  value(value: Json): Json;
  /** Where a text that is longer than `limit` can be cut, near that place, without cutting a secret. */
  cut(text: string, limit: number): number;
}

export interface SecretSources {
  /** The values themselves. Those under 4 characters are left alone: they would be found everywhere. */
  readonly values: readonly string[];
  /** Regular expressions (JavaScript, as text) of what looks like a secret. */
  readonly patterns: readonly string[];
}

/** @throws ConfigError `bad_secret_pattern` */
export function createRedactor({ values, patterns }: SecretSources): Redactor {
  const forms = secretForms(values);
  const expressions = patterns.map(compile);
  const longest = Math.max(0, ...forms.map((form) => form.length));
  const spansOf = (text: string): readonly Span[] => mergeSpans(findSpans(text, forms, expressions));
  const redact = (text: string): string => replaceSpans(text, spansOf(text));
  return {
    text: redact,
    value: (value) => redactValue(value, redact),
    // A secret that begins in the last `longest` characters may go on in what has not arrived yet.
    cut: (text, limit) => findCut(spansOf(text), Math.max(1, limit - longest)),
  };
}

/** Changes nothing. */
export const NO_REDACTION: Redactor = createRedactor({ values: [], patterns: [] });

function compile(source: string): RegExp {
  try {
    return new RegExp(source, 'gu');
  } catch (error) {
    throw new ConfigError('bad_secret_pattern', `"${source}" is no regular expression`, {
      hint: `core.secrets.patterns: ${(error as Error).message}`,
      cause: error,
    });
  }
}

function findSpans(text: string, forms: readonly string[], expressions: readonly RegExp[]): Span[] {
  const spans: Span[] = [];
  for (const form of forms) {
    // One step on, not one form on: occurrences of a secret may overlap.
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1))
      spans.push([at, at + form.length]);
  }
  for (const expression of expressions) {
    for (const match of text.matchAll(expression)) {
      if (match[0] !== '') spans.push([match.index, match.index + match[0].length]);
    }
  }
  return spans;
}

/** Overlapping and touching spans become one, so that no rest of a secret stays between two others. */
function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}

function replaceSpans(text: string, spans: readonly Span[]): string {
  let result = '';
  let position = 0;
  for (const [from, to] of spans) {
    result += text.slice(position, from) + REDACTED;
    position = to;
  }
  return result + text.slice(position);
}

function findCut(spans: readonly Span[], wanted: number): number {
  const across = spans.find(([from, to]) => from < wanted && wanted < to);
  if (!across) return wanted;
  return across[0] > 0 ? across[0] : across[1];
}

function redactValue(value: Json, redact: (text: string) => string): Json {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') return redact(String(value)) === REDACTED ? REDACTED : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => redactValue(item, redact));
  return redactEntries(Object.entries(value), redact);
}

/** Keys that become the same stay apart: each gets a number behind it until it is alone. */
function redactEntries(
  entries: readonly (readonly [string, Json])[],
  redact: (text: string) => string,
): Json {
  const taken = new Set(entries.map(([key]) => key).filter((key) => redact(key) === key));
  const named = entries.map(([key, item]): readonly [string, Json] => {
    const name = taken.has(key) ? key : findFreeName(redact(key), taken);
    taken.add(name);
    return [name, redactValue(item, redact)];
  });
  return Object.fromEntries(named);
}

function findFreeName(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let n = 2; taken.has(name); n += 1) name = `${base} (${n})`;
  return name;
}
