import { createToolRegistry } from '../../../src/tools/tool-registry.ts';
import * as z from 'zod';
import { PlanError } from '../../../src/domain/errors.ts';
import type { Tool, ToolRegistry } from '../../../src/ports/tool.ts';

function tool(fields: Pick<Tool, 'name' | 'effect' | 'input'> & Partial<Tool>): Tool {
  return {
    summary: `the ${fields.name} of these tests`,
    openWorld: false,
    output: z.looseObject({}),
    paths: () => null,
    run: () => Promise.reject(new PlanError('not_run', 'documents are checked, not run')),
    ...fields,
  };
}

const tools: readonly Tool[] = [
  tool({
    name: 'fs.read',
    effect: 'read',
    input: z.strictObject({ path: z.string(), limit: z.int().optional() }),
  }),
  tool({
    name: 'fs.write',
    effect: 'write',
    input: z.strictObject({ path: z.string(), content: z.string() }),
  }),
  tool({
    name: 'fs.patch',
    effect: 'write',
    input: z.strictObject({ hunks: z.array(z.strictObject({ from: z.int(), text: z.string() })) }),
  }),
  tool({
    name: 'http.request',
    effect: 'write',
    input: z.strictObject({ url: z.string(), method: z.enum(['GET', 'POST']).default('GET') }),
    effectOf: (input) => ((input as { method: string }).method === 'GET' ? 'read' : 'write'),
  }),
  { ...tool({ name: 'plan.spawn', effect: 'read', input: z.looseObject({}) }), onlyAgents: true },
  tool({
    name: 'plan.set',
    effect: 'write',
    input: z.looseObject({}).refine((value) => Object.keys(value).length > 0, { error: 'needs a key' }),
  }),
];

/** A registry of six small tools. */
export const tinyTools: ToolRegistry = createToolRegistry(tools);
