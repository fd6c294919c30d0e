import * as z from 'zod';
import { about, anyValue } from './schema-parts.ts';

const combination = z.record(z.string(), anyValue, { error: 'must be a mapping of names to values' });
const values = z
  .array(anyValue, { error: 'must be a list of values' })
  .min(1, { error: 'must have at least one value' });

const matrix = z
  .object({
    include: about(
      z.array(combination).optional(),
      'Values added to the combinations that they fit; what fits none is a combination of its own.',
      [{ node: 24, shell: 'zsh' }],
    ),
    exclude: about(
      z.array(combination).optional(),
      'Combinations left out: those that have all the values named here.',
      [{ node: 20, os: 'mac' }],
    ),
  })
  .catchall(values);

const maxParallel = z.int({ error: 'must be a whole number' }).min(1, { error: 'must be at least 1' });

/** How a `run` or `uses` step is repeated. */
export const stepStrategy = z.strictObject({
  matrix: about(matrix, 'Lists by name: the step runs once for each combination of their values.', {
    node: [20, 24],
    os: ['linux', 'mac'],
  }),
  max_parallel: about(maxParallel.optional(), 'How many may run at once. Default: the configuration.', 2),
  fail_fast: about(z.boolean().optional(), 'When one fails, the others are cancelled. Default true.', false),
});

/** How the plans of a `subplans` step are repeated; the other settings stand in `subplans` already. */
export const subplansStrategy = z.strictObject({
  matrix: about(matrix, 'Lists by name: each plan runs once for each combination of their values.', {
    node: [20, 24],
  }),
});

export type RawMatrix = z.infer<typeof matrix>;
/** A strategy as written. */
export interface RawStrategy {
  readonly matrix: RawMatrix;
  readonly max_parallel?: number | undefined;
  readonly fail_fast?: boolean | undefined;
}
