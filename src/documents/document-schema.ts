import * as z from 'zod';
import type { JsonObject } from '../domain/json.ts';
import { INPUT_TYPES } from '../domain/plan-document.ts';
import { about, anyValue, environment, id, line, retries, text, timeout } from './schema-parts.ts';
import { stepsSchema } from './step-schema.ts';

const input = z.strictObject({
  type: about(z.enum(INPUT_TYPES).optional(), 'Default string.', 'string', 'number'),
  description: about(text.optional(), 'What it is for.', 'The version to release'),
  required: about(z.boolean().optional(), 'It must be given. Default false; then a default is needed.', true),
  default: about(anyValue.optional(), 'Taken when it is not given.', 'patch', 3, ['a', 'b']),
  options: about(
    z.array(anyValue).min(1, { error: 'must have at least one value' }).optional(),
    'Allowed values.',
    ['major', 'minor', 'patch'],
  ),
  secret: about(
    z.boolean().optional(),
    'Never stored or shown: taken from the environment at each start, and only for the env of steps.',
    true,
  ),
  env: about(
    environment.keyType.optional(),
    'The variable a secret comes from. Default: its name in capitals.',
    'NPM_TOKEN',
  ),
});

const defaults = z.strictObject({
  timeout: about(timeout.optional(), 'For each run and uses step that gives none.', '60s'),
  retries: about(retries.optional(), 'For each run and uses step that gives none.', { max: 1 }),
  env: about(environment.optional(), 'For each step; what a step gives itself wins.', { LANG: 'C' }),
});

/** A plan document as written in YAML, nothing filled in. */
export const documentSchema = z.strictObject({
  name: about(line, 'What the plan is called. No expressions.', 'release-notes'),
  goal: about(text.optional(), 'What it is to reach. May use inputs.', 'Release ${{ inputs.version }}'),
  inputs: about(z.record(id, input).optional(), 'What is asked for at the start: -i NAME=VALUE.', {
    version: { type: 'string', required: true },
  }),
  env: about(environment.optional(), 'Environment variables of all steps. May use inputs.', {
    LEVEL: '${{ inputs.level }}',
  }),
  defaults: about(defaults.optional(), 'What steps get that do not say otherwise.', { timeout: '60s' }),
  steps: about(stepsSchema, 'What is done: in order, or as a graph where needs is given.', [
    { id: 'test', run: 'npm test', effect: 'read' },
  ]),
  outputs: about(z.record(z.string(), anyValue).optional(), 'What the plan gives when it is complete.', {
    notes: '${{ steps.write.outputs.path }}',
  }),
});

export type RawDocument = z.infer<typeof documentSchema>;
export type RawInput = z.infer<typeof input>;
export type RawDefaults = NonNullable<RawDocument['defaults']>;

/** The JSON Schema (draft 7) of plan documents, for editors. */
export function planJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(documentSchema, { target: 'draft-7', io: 'input' });
  return { ...schema, title: 'agents plan document' } as unknown as JsonObject;
}
