import { expect, it } from 'vitest';
import * as z from 'zod';
import type { Tool } from '../../../src/ports/tool.ts';
import { renderToolsDocs } from '../../../src/tools/tools-docs.ts';

const tool = (input: z.ZodType, output: z.ZodType): Tool => ({
  name: 'x.y',
  summary: 'Does it',
  effect: 'read',
  openWorld: false,
  input,
  output,
  paths: () => null,
  run: () => Promise.reject(new Error('it is only described')),
});

it('Given a tool that takes and gives nothing, then that is said', () => {
  const docs = renderToolsDocs([tool(z.strictObject({}), z.json())]);
  expect(docs).toMatch(/Takes:\n\nTakes nothing\.\n\nGives:\n\nGives nothing\.\n$/);
});

it('Given fields, then each with its type, default and meaning', () => {
  const input = z.strictObject({
    only: z.literal('one').describe('a | b'),
    some: z.array(z.string()).default([]),
    any: z.unknown().optional(),
  });
  const docs = renderToolsDocs([tool(input, z.strictObject({ n: z.int().nullable() }))]);
  expect(docs.split('\n').filter((line) => line.startsWith('| `'))).toEqual([
    '| `only` | `"one"` | required | a \\| b |',
    '| `some` | list of string | default `[]` |  |',
    '| `any` | any |  |  |',
    '| `n` | integer or null |  |  |',
  ]);
});
