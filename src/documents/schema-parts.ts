import * as z from 'zod';
import type { Json } from '../domain/json.ts';
import { DURATION, LONGEST_MS, toMilliseconds } from './duration.ts';

/** Says in editors what a key is for, with values that it may have. */
export function about<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  ...examples: readonly unknown[]
): Schema {
  return schema.meta({ description, examples: [...examples] });
}

/** Ids of steps and names of inputs and options: what can stand behind a dot in an expression. */
export const ID = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

export const id = z
  .string()
  .regex(ID, { error: 'must begin with a letter or _ and go on with letters, digits, _ or -' })
  .max(100, { error: 'must have at most 100 characters' });

/** One visible line. */
export const line = z
  .string()
  .regex(/^[^\n\r]*\S[^\n\r]*$/, { error: 'must be one line that is not empty' })
  .max(200, { error: 'must have at most 200 characters' });

export const text = z.string().regex(/\S/, { error: 'must not be empty' });

/** Any JSON value. YAML is checked for JSON before the schema sees it. */
export const anyValue = z.unknown() as unknown as z.ZodType<Json>;

const DURATION_RULE = 'must be a duration such as 500ms, 60s, 5m or 1h, or a number of seconds';

const anyDuration = z.union(
  [z.string().regex(DURATION, { error: DURATION_RULE }), z.number().nonnegative()],
  {
    error: DURATION_RULE,
  },
);

// Checks run on malformed durations too; those are NaN, which must not earn a second fault.
export const duration = anyDuration.refine((value) => !(toMilliseconds(value) > LONGEST_MS), {
  error: 'must be at most 576h (24 days)',
});

export const timeout = duration.refine((value) => toMilliseconds(value) !== 0, {
  error: 'must be longer than 0',
});

export const environment = z.record(
  z
    .string()
    .regex(VARIABLE, { error: 'must be a name of letters, digits and _, not beginning with a digit' }),
  z.union([z.string(), z.number(), z.boolean()], { error: 'must be a text, a number, true or false' }),
);

const furtherAttempts = z
  .int({ error: 'must be a whole number from 0 to 100' })
  .min(0, { error: 'must be at least 0' })
  .max(100, { error: 'must be at most 100' });

export const retries = z.strictObject({
  max: about(furtherAttempts, 'Further attempts after the first: 0 to 100.', 2),
  backoff: about(
    duration.optional(),
    'Wait before the second attempt, doubled for each later one. Default 0.',
    '500ms',
  ),
  restore: about(
    z.enum(['workspace']).optional(),
    'workspace: the files a failed attempt changed go back before the next one. Default: they stay.',
    'workspace',
  ),
});

export const effect = z.enum(['read', 'write']);

export type RawEnvironment = z.infer<typeof environment>;
export type RawRetries = z.infer<typeof retries>;
