import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createBuiltinTools } from '../../../src/tools/builtin/builtin-tools.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { ToolFailure } from '../../../src/tools/tool-failure.ts';
import { createToolRegistry } from '../../../src/tools/tool-registry.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';

const plain = {
  name: 'test.plain',
  summary: 'For tests',
  input: z.strictObject({ path: z.string() }),
  output: z.object({}),
  run: async () => ({}),
};

describe('Given a tool that says as little as it can', () => {
  it('When it is defined, then it counts as a write of unknown paths, in this world', () => {
    const tool = defineTool(plain);
    expect(tool).toMatchObject({ name: 'test.plain', effect: 'write', openWorld: false });
    expect(tool.paths({ path: 'a' })).toBeNull();
    expect('effectOf' in tool || 'check' in tool).toBe(false);
  });

  it('When it is read only, then it touches no path', () => {
    expect(defineTool({ ...plain, effect: 'read' }).paths({ path: 'a' })).toEqual([]);
  });
});

describe('Given a tool that declares what it writes', () => {
  it('When it is defined, then those are its paths', () => {
    const tool = defineTool({
      ...plain,
      writes: ({ path }) => [path],
      effectOf: () => 'read',
      openWorld: true,
    });
    expect(tool.paths({ path: 'a' })).toEqual(['a']);
    expect(tool.effectOf?.({ path: 'a' })).toBe('read');
    expect(tool.openWorld).toBe(true);
  });

  it('When it claims to read only, then it is refused at load', () => {
    expect(() => defineTool({ ...plain, effect: 'read', writes: () => [] })).toThrow(
      expect.objectContaining({
        code: 'read_tool_writes',
        exitCode: 3,
        message: expect.stringContaining('test.plain'),
      }),
    );
  });
});

describe('Given a registry', () => {
  const other = defineTool({ ...plain, name: 'a.first' });

  it('When it is asked, then it gives tools by name and lists them sorted', () => {
    const registry = createToolRegistry([defineTool(plain), other, defineTool({ ...plain, name: 'z.last' })]);
    expect(registry.get('a.first')).toBe(other);
    expect(registry.get('nothing')).toBeUndefined();
    expect(registry.list().map(({ name }) => name)).toEqual(['a.first', 'test.plain', 'z.last']);
  });

  it('When two tools have one name, then it is refused', () => {
    expect(() => createToolRegistry([other, other])).toThrow(
      expect.objectContaining({ code: 'duplicate_tool', message: 'two tools are called a.first' }),
    );
  });
});

describe('Given the built-in tools', () => {
  const tools = createBuiltinTools({ processes: new SystemProcessTable() });

  it.each(tools.map((tool) => [tool.name, tool] as const))(
    'When %s is documented, then its input has a JSON Schema',
    (_, tool) => {
      expect(z.toJSONSchema(tool.input, { io: 'input' })).toMatchObject({
        type: 'object',
        additionalProperties: false,
      });
      expect(z.toJSONSchema(tool.output)).toMatchObject({ type: 'object' });
      expect(tool.summary).toMatch(/^[A-Z][^.]+$/);
    },
  );

  it('When their effects are listed, then they are as documented', () => {
    const reading = tools.filter(({ effect }) => effect === 'read').map(({ name }) => name);
    expect(reading).toEqual(['fs.read', 'fs.glob', 'fs.grep', 'plan.note', 'plan.set', 'plan.spawn']);
    expect(tools.filter(({ openWorld }) => openWorld).map(({ name }) => name)).toEqual([
      'shell.run',
      'http.request',
    ]);
  });
});

describe('Given a tool failure', () => {
  it('When it is thrown, then it carries what the tool gave', () => {
    const failure = new ToolFailure('broken', 'it broke', { half: 1 });
    expect(failure).toMatchObject({ name: 'ToolFailure', code: 'broken', result: { half: 1 }, exitCode: 1 });
  });
});
