import { z } from 'zod';
import type { JsonObject } from '../domain/json.ts';
import { INPUT_TYPES } from '../domain/plan-document.ts';
import { anyValue, environment, id, line, retries, text, timeout } from './schema-parts.ts';
import { stepsSchema } from './step-schema.ts';

const input = z.strictObject({
  type: z.enum(INPUT_TYPES).optional().describe('Default string.'),
  description: text.optional().describe('What it is for.'),
  required: z.boolean().optional().describe('It must be given. Default false; then a default is needed.'),
  default: anyValue.optional().describe('Taken when it is not given.'),
  options: z
    .array(anyValue)
    .min(1, { error: 'must have at least one value' })
    .optional()
    .describe('Allowed values.'),
  secret: z
    .boolean()
    .optional()
    .describe(
      'Never stored or shown: taken from the environment at each start, and only for the env of steps.',
    ),
  env: environment.keyType
    .optional()
    .describe('The variable a secret comes from. Default: its name in capitals.'),
});

/** A plan document as written in YAML, nothing filled in. */
export const documentSchema = z.strictObject({
  name: line.describe('What the plan is called. No expressions.'),
  goal: text.optional().describe('What it is to reach. May use inputs.'),
  inputs: z.record(id, input).optional().describe('What is asked for at the start: -i NAME=VALUE.'),
  env: environment.optional().describe('Environment variables of all steps. May use inputs.'),
  defaults: z
    .strictObject({
      timeout: timeout.optional().describe('For each run and uses step that gives none.'),
      retries: retries.optional().describe('For each run and uses step that gives none.'),
      env: environment.optional().describe('For each step; what a step gives itself wins.'),
    })
    .optional()
    .describe('What steps get that do not say otherwise.'),
  steps: stepsSchema.describe('What is done: in order, or as a graph where needs is given.'),
  outputs: z.record(z.string(), anyValue).optional().describe('What the plan gives when it is complete.'),
});

export type RawDocument = z.infer<typeof documentSchema>;
export type RawInput = z.infer<typeof input>;
export type RawDefaults = NonNullable<RawDocument['defaults']>;

/** The JSON Schema (draft 7) of plan documents, for editors. */
export function planJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(documentSchema, { target: 'draft-7', io: 'input' });
  return { ...schema, title: 'agents plan document' } as unknown as JsonObject;
}
