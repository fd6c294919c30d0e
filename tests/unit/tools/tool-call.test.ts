import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { secretReference } from '../../../src/domain/secret-reference.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { prepareCall, type CallSettings, type ToolRequest } from '../../../src/tools/tool-call.ts';
import { createToolRegistry } from '../../../src/tools/tool-registry.ts';

const peek = defineTool({
  name: 'test.peek',
  summary: 'looks',
  effect: 'read',
  input: z.object({ path: z.string().optional(), force: z.boolean().optional() }),
  output: z.object({}),
  effectOf: ({ force }) => (force ? 'write' : 'read'),
  run: async () => ({}),
});
const settings: CallSettings = {
  registry: createToolRegistry([peek]),
  baseEnv: { PATH: '/bin' },
  secrets: { token: 's3cret' },
  effectOverrides: {},
};
const request: ToolRequest = {
  planId: 'P',
  stepId: 's',
  attempt: 1,
  tool: 'test.peek',
  input: {},
  env: {},
  effect: null,
};

describe('what refuses a call before anything is touched', () => {
  it.each<[string, Partial<ToolRequest>, string, string]>([
    ['a tool that is not there', { tool: 'test.none' }, 'unknown_tool', 'test.none'],
    ['a secret in its arguments', { input: { path: secretReference('token') } }, 'secret_in_input', 'token'],
    ['a secret without a value', { env: { T: secretReference('other') } }, 'secret_missing', 'other'],
    ['an argument of the wrong type', { input: { path: 1 } }, 'bad_input', 'path: '],
    ['arguments that are no object', { input: 'x' }, 'bad_input', 'with: '],
  ])('%s', (_, change, code, message) => {
    expect(() => prepareCall({ ...request, ...change }, 'K', settings)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

describe('what a call gets', () => {
  it('Given variables with a secret, then they stand over the inherited ones, beside the id of the call', () => {
    const env = { T: `Bearer ${secretReference('token')}`, PATH: '/own' };
    const call = prepareCall({ ...request, env }, 'K', settings);
    expect(call.env).toEqual({ PATH: '/own', T: 'Bearer s3cret', AGENTS_CALL_ID: 'K' });
  });

  it.each<[string, Partial<ToolRequest>, CallSettings['effectOverrides'], string]>([
    ['nothing said', {}, {}, 'read'],
    ['arguments that write', { input: { force: true } }, {}, 'write'],
    ['a step that says write', { effect: 'write' }, { 'test.peek': 'read' }, 'write'],
    ['a step that says read', { effect: 'read', input: { force: true } }, {}, 'write'],
    ['a configuration that says write', {}, { 'test.peek': 'write' }, 'write'],
  ])(
    'Given %s, then that is its effect, and a step can only make it stricter',
    (_, change, effectOverrides, effect) => {
      expect(prepareCall({ ...request, ...change }, 'K', { ...settings, effectOverrides }).effect).toBe(
        effect,
      );
    },
  );
});
