import { parseDocument } from 'yaml';
import { closestWord } from '../domain/closest-word.ts';
import { toPrintableLine } from '../domain/printable.ts';
import type { GivenValue } from './check-value.ts';
import type { ConfigFault } from './config-fault.ts';
import { CONFIG_KEYS, findConfigKey, type ConfigKey } from './config-keys.ts';
import type { ConfigSource, Origin } from './config-source.ts';
import { SETTING_PREFIXES } from './default-config.ts';
import { ConfigError } from '../domain/errors.ts';

/** What was given as text, on a command line or in the environment. */
export interface TextValues {
  readonly values: readonly GivenValue[];
  readonly faults: readonly ConfigFault[];
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  // What isn't YAML stays the text it is, for the schema to refuse by name.
  if (document.errors.length > 0 || document.warnings.length > 0) return text;
  try {
    return document.toJS() as unknown;
  } catch {
    // An alias of nothing: `*` and a name.
    return text;
  }
}

/** Splits at commas, but not inside of brackets: a regular expression may say `{20,}`. */
function splitList(text: string): readonly string[] {
  const items: string[] = [''];
  let depth = 0;
  for (const piece of text.match(/\\.|./gs) ?? []) {
    if ('([{'.includes(piece)) depth += 1;
    if (')]}'.includes(piece)) depth -= 1;
    if (piece === ',' && depth <= 0) items.push('');
    else items[items.length - 1] += piece;
  }
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** A list as in YAML: `[]`, `[a, b]`, `["a", "b"]`. Anything else in brackets is part of a pattern. */
const BRACKETED = /^\[(?:[\w\s,]*|\s*["'].*)\]$/s;

function readText(key: ConfigKey, text: string): unknown {
  const trimmed = text.trim();
  if (Array.isArray(key.default)) return BRACKETED.test(trimmed) ? parseYaml(trimmed) : splitList(trimmed);
  if (typeof key.default === 'object' && key.default !== null && trimmed === '') return {};
  return parseYaml(trimmed);
}

/**
 * A value written as text: lists separated by commas (nothing: the empty list), all else as in YAML.
 */
export function readTextValue(key: ConfigKey, text: string, origin: Origin): GivenValue {
  return { key, value: readText(key, text), origin, originOf: () => origin };
}

function originNamed(level: 'flag' | 'environment', name: string): Origin {
  return { level, name, line: null, column: null };
}

/** The values of `--set KEY=VALUE`. */
export function readFlags(flags: ConfigSource['flags']): TextValues {
  const values: GivenValue[] = [];
  const faults: ConfigFault[] = [];
  for (const [name, text] of Object.entries(flags)) {
    const origin = originNamed('flag', `--set ${toPrintableLine(name)}`);
    try {
      values.push(readTextValue(findConfigKey(name), text, origin));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push({ origin, message: error.message, hint: error.hint });
    }
  }
  return { values, faults };
}

/** The values of the environment. A variable that is set but empty counts. */
export function readEnvironment(env: ConfigSource['env']): TextValues {
  const values: GivenValue[] = [];
  const faults: ConfigFault[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !SETTING_PREFIXES.some((prefix) => name.startsWith(prefix))) continue;
    const origin = originNamed('environment', name);
    const key = CONFIG_KEYS.find((candidate) => candidate.env === name);
    if (key) values.push(readTextValue(key, text, origin));
    else faults.push({ origin, message: 'there is no such setting', hint: hintForVariable(name) });
  }
  return { values, faults };
}

function hintForVariable(name: string): string {
  const names = CONFIG_KEYS.map((key) => key.env);
  const near = closestWord(name, names);
  return near === null ? `the variables are ${names.join(', ')}` : `did you mean ${near}?`;
}
