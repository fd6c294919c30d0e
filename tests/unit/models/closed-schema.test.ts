import { expect, it } from 'vitest';
import * as z from 'zod';
import type { Json } from '../../../src/domain/json.ts';
import { isClosed } from '../../../src/models/closed-schema.ts';

const inner = z.strictObject({ a: z.string().nullable(), b: z.enum(['x', 'y']) });

it.each([
  ['all of its properties', z.strictObject({ a: z.string(), inner, list: z.array(inner) }), true],
  ['a choice of such', z.strictObject({ a: z.union([inner, z.string()]) }), true],
  ['an optional one', z.strictObject({ a: z.string().optional() }), false],
  ['others beside them', z.looseObject({ a: z.string() }), false],
  ['any names', z.strictObject({ a: z.record(z.string(), z.string()) }), false],
  [
    'an optional one in a list',
    z.strictObject({ a: z.array(z.strictObject({ b: z.string().optional() })) }),
    false,
  ],
  ['an optional one in a choice', z.union([z.string(), z.strictObject({ b: z.string().optional() })]), false],
])('Given a schema with %s, then that it is closed is %s', (_, schema, closed) => {
  expect(isClosed(z.toJSONSchema(schema) as Json)).toBe(closed);
});

it('Given an object about which nothing is said, then it is not closed', () => {
  expect(isClosed({ type: 'object' })).toBe(false);
  expect(isClosed({ type: 'object', additionalProperties: false })).toBe(false);
});
