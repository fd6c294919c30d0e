import { canonicalJson, type Json } from '../domain/json.ts';
import type { InputSpec, InputType } from '../domain/plan-document.ts';

const WORDS: Readonly<Record<InputType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
};

/** Why a value does not fit an input, or null. */
export function findInputFault(value: Json, spec: InputSpec): string | null {
  if (typeOf(value) !== spec.type) return `must be ${WORDS[spec.type]}`;
  if (!spec.options) return null;
  const text = canonicalJson(value);
  if (spec.options.some((option) => canonicalJson(option) === text)) return null;
  return `must be one of ${spec.options.map((option) => (typeof option === 'string' ? option : canonicalJson(option))).join(', ')}`;
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The value of a text typed on the command line; undefined if it has not the form of the type. */
export function parseInput(text: string, type: InputType): Json | undefined {
  switch (type) {
    case 'string':
      return text;
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : undefined;
    default:
      return parseJson(text);
  }
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The caller tells the person what form was expected; where in the text it broke helps nobody on a command line.
    return undefined;
  }
}

/** The environment variable that a secret input comes from. */
export function secretVariable(name: string, spec: InputSpec): string {
  return spec.env ?? name.toUpperCase().replaceAll('-', '_');
}
