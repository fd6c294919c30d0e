import { PlanError, UsageError, WaitingError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { InputSpec, PlanDocument } from '../domain/plan-document.ts';
import { secretReference } from '../domain/secret-reference.ts';
import { secretInputsOf, type SecretInput } from './check-secret-names.ts';
import { findInputFault, parseInput } from './input-values.ts';
import { suggest } from './suggest.ts';

export interface ResolvedInputs {
  /** Storable: a secret is a reference here. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** The values of all secrets, of included documents too, by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * The inputs of a plan from `-i NAME=VALUE` and, for secrets, the environment.
 * @throws UsageError naming every input that is unknown, missing or of another type
 * @throws WaitingError `secret_missing` naming the variable to set
 */
export function resolveInputs(
  document: PlanDocument,
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): ResolvedInputs {
  const secretInputs = secretInputsOf(document);
  const faults = unknownInputs(document, given, secretInputs);
  const inputs: Record<string, Json> = {};
  for (const [name, spec] of Object.entries(document.inputs)) {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = spec.secret ? secretReference(name) : valueOf(text, spec);
    const fault =
      value === undefined ? faultOf(text, spec) : spec.secret ? null : findInputFault(value, spec);
    if (fault !== null) faults.push(`${name} ${fault}`);
    else inputs[name] = value as Json;
  }
  if (faults.length > 0) throw inputError(document, faults, given, inputs);
  return { inputs, secrets: findSecrets(secretInputs, given, env) };
}

/** The inputs of an included document from what its subplan hands over. @throws PlanError `bad_input` */
export function fillInputs(
  document: PlanDocument,
  values: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const entries = Object.entries(document.inputs).map(([name, spec]): [string, Json] => {
    if (spec.secret) return [name, secretReference(name)];
    const value = Object.hasOwn(values, name) ? values[name] : spec.default;
    const fault = value === undefined ? 'is missing' : findInputFault(value, spec);
    if (fault !== null) throw new PlanError('bad_input', `the input ${name} of ${document.file} ${fault}`);
    return [name, value as Json];
  });
  return Object.fromEntries(entries);
}

function valueOf(text: string | undefined, spec: InputSpec): Json | undefined {
  return text === undefined ? spec.default : parseInput(text, spec.type);
}

function faultOf(text: string | undefined, spec: InputSpec): string {
  if (text === undefined) return 'is missing';
  const form = {
    object: 'a JSON object',
    array: 'a JSON list',
    number: 'a number',
    boolean: 'true or false',
    string: '',
  };
  return `must be ${form[spec.type]}, not ${text}`;
}

function unknownInputs(
  document: PlanDocument,
  given: Readonly<Record<string, string>>,
  secrets: readonly SecretInput[],
): string[] {
  const known = [...new Set([...Object.keys(document.inputs), ...secrets.map(({ name }) => name)])];
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const hint = suggest(name, known, 'the document declares no such input');
      return `${name} is no input of ${document.name} (${hint})`;
    });
}

/** `fitting`: the values that have no fault; what was given of them stands in the command to type next. */
function inputError(
  document: PlanDocument,
  faults: readonly string[],
  given: Readonly<Record<string, string>>,
  fitting: Readonly<Record<string, Json>>,
): UsageError {
  const words = Object.entries(document.inputs).flatMap(([name, spec]) => {
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    if (spec.secret || (text === undefined && !spec.required)) return [];
    return [`-i ${name}=${text !== undefined && Object.hasOwn(fitting, name) ? shellWord(text) : '...'}`];
  });
  const example = words.join(' ');
  return new UsageError('bad_input', `the inputs don't fit: ${faults.join('; ')}`, {
    hint: `declared in ${document.file}`,
    nextSteps: [`agents plan ${example === '' ? 'explain' : 'run'} ${document.file} ${example}`.trimEnd()],
  });
}

/** A text as a shell reads it back. */
const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

function findSecrets(
  secrets: readonly SecretInput[],
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const entries = secrets.map(({ name, variable, file }): [string, string] => {
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? env[variable];
    if (value !== undefined && value !== '') return [name, value];
    throw new WaitingError('secret_missing', `the secret ${name} has no value`, {
      hint: `${file} takes it from the environment variable ${variable}; it is never stored`,
      nextSteps: [`export ${variable}=...`],
    });
  });
  return Object.fromEntries(entries);
}
