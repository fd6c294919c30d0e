import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { planJsonSchema } from '../../../src/documents/document-schema.ts';
import { planningGuide } from '../../../src/planners/model/planning-guide.ts';
import { createBuiltinTools } from '../../../src/tools/builtin/builtin-tools.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { createToolRegistry } from '../../../src/tools/tool-registry.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';

const builtin = createToolRegistry(createBuiltinTools({ processes: new SystemProcessTable() })).list();
const tool = (name: string, input: z.ZodType) =>
  defineTool({ name, summary: 'Does it', input, output: z.object({}), run: async () => ({}) });

describe('what a planning model is told of documents', () => {
  const guide = planningGuide(planJsonSchema(), builtin);

  it('Given the schema, then each verb stands in it once with what is within, and keys of all steps once', () => {
    for (const verb of ['run', 'uses', 'decide', 'subplans', 'ask', 'sleep', 'agent'])
      expect(guide.match(new RegExp(`^  ${verb}: `, 'gm'))).toHaveLength(1);
    expect(guide.match(/^ {2}needs: /gm)).toHaveLength(1);
    expect(guide).toContain('  run: Shell text.');
    expect(guide).toContain('    prompt: What it is to do. e.g. "Make the tests pass."');
    expect(guide).not.toContain('strategy:');
  });

  it('Given the built-in tools, then each stands there with its effect and arguments, and all of it is short', () => {
    expect(guide).toContain('fs.read (read): Read a file {path, encoding?: utf8|base64}');
    expect(guide).toContain('fs.copy (write): ');
    // Every character is paid for with each reply: about 1900 tokens.
    expect(guide.length).toBeLessThan(7500);
  });

  it('Given very many tools, then those behind the limit are told by name only', () => {
    const many = Array.from({ length: 400 }, (_, at) => tool(`mcp.s.t${at}`, z.object({ text: z.string() })));
    const long = planningGuide(planJsonSchema(), many);
    expect(long.length).toBeLessThan(7500 + 12_000 + 5000);
    expect(long).toContain('mcp.s.t0 (write): Does it {text}');
    expect(long).toMatch(/^Also: .*mcp\.s\.t399$/m);
  });

  it('Given a tool without arguments, or with any, then it stands there likewise', () => {
    const one = planningGuide(planJsonSchema(), [
      tool('a', z.unknown()),
      tool('b', z.object({ n: z.int() })),
    ]);
    expect(one).toContain('a (write): Does it {}');
    expect(one).toContain('b (write): Does it {n: integer}');
  });
});
