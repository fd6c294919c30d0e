import { describe, expect, it } from 'vitest';
import type { McpToolDefinition } from '../../../../src/ports/mcp.ts';
import { definitionChanges } from '../../../../src/tools/mcp/definition-changes.ts';
import { fillVariables } from '../../../../src/tools/mcp/fill-variables.ts';
import { LastWords } from '../../../../src/tools/mcp/last-words.ts';
import { MessageLines } from '../../../../src/tools/mcp/message-lines.ts';
import { effectOfDefinition } from '../../../../src/tools/mcp/mcp-effect.ts';
import { toOutput } from '../../../../src/tools/mcp/mcp-result.ts';
import { createMcpTool, partsOfMcpName } from '../../../../src/tools/mcp/mcp-tool.ts';
import type { McpServers } from '../../../../src/tools/mcp/mcp-servers.ts';
import { specOf } from '../../../support/mcp-bench.ts';

const definition = (more: Partial<McpToolDefinition> = {}): McpToolDefinition => ({
  name: 'tool',
  inputSchema: { type: 'object' },
  ...more,
});

describe('what a tool of a server counts as', () => {
  it.each([
    [{ readOnlyHint: true, openWorldHint: false }, true, 'read', false, 'it only reads'],
    [{ readOnlyHint: true }, true, 'read', true, 'it only reads'],
    [{ readOnlyHint: true, openWorldHint: false }, false, 'write', false, 'is not trusted'],
    [{ readOnlyHint: false, destructiveHint: false }, true, 'write', true, 'says that it writes'],
    [{ readOnlyHint: 'yes' }, true, 'write', true, 'does not say'],
    [undefined, true, 'write', true, 'does not say'],
  ])(
    'Given the hints %j and trust %s, then %s, beyond the folder %s',
    (annotations, trust, effect, openWorld, why) => {
      const found = effectOfDefinition(definition(annotations && { annotations }), trust);
      expect(found).toEqual({ effect, openWorld, reason: expect.stringContaining(why) });
    },
  );
});

describe('variables in the settings of a server', () => {
  const values = { HOME: '/home/ann', EMPTY: '', workspaceFolder: '/p' };
  it.each([
    ['plain $HOME', 'plain $HOME'],
    ['${HOME}/x', '/home/ann/x'],
    ['${env:HOME} and ${HOME}', '/home/ann and /home/ann'],
    ['${workspaceFolder}', '/p'],
    ['[${EMPTY}]', '[]'],
    ['${NONE:-else}${NONE:-}', 'else'],
  ])('%s is %s', (text, filled) => {
    expect(fillVariables(text, values, 'web')).toBe(filled);
  });

  it('Given one without a value, then it is named with its server', () => {
    expect(() => fillVariables('${NONE}', values, 'web')).toThrow(/web needs the variable NONE/);
  });
});

describe('tools that changed', () => {
  const seen = [definition({ name: 'a', description: 'one' }), definition({ name: 'b' })];
  it.each([
    ['nothing', seen.toReversed(), []],
    [
      'an order of keys',
      [definition({ name: 'a', description: 'one' }), { inputSchema: { type: 'object' }, name: 'b' }],
      [],
    ],
    [
      'a description',
      [definition({ name: 'a', description: 'two' }), seen[1]],
      [['a', 'changed', ['description']]],
    ],
    [
      'an annotation',
      [seen[0], definition({ name: 'b', annotations: { readOnlyHint: true } })],
      [['b', 'changed', ['annotations']]],
    ],
    [
      'a schema',
      [seen[0], definition({ name: 'b', inputSchema: { type: 'object', required: ['x'] } })],
      [['b', 'changed', ['inputSchema']]],
    ],
    ['one more', [...seen, definition({ name: 'c' })], [['c', 'new', []]]],
    ['one less', [seen[0]], [['b', 'gone', []]]],
  ])('%s', (_, now, changes) => {
    const found = definitionChanges(seen, now as McpToolDefinition[]);
    expect(found.map(({ tool, kind, fields }) => [tool, kind, fields])).toEqual(changes);
  });
});

describe('lines of messages', () => {
  it.each([
    ['whole lines', ['a\nb\n'], ['a', 'b']],
    ['pieces', ['a', 'b\nc', '\n'], ['ab', 'c']],
    ['a character cut in two', ['\u00e4', '\n'], ['ä']],
    ['an empty line', ['\n\n'], ['', '']],
    ['no end', ['abc'], []],
  ])('%s', (_, chunks, lines) => {
    const cutter = new MessageLines(10);
    const bytes = Buffer.from(chunks.join(''));
    const pieces =
      chunks[0] === '\u00e4'
        ? [bytes.subarray(0, 1), bytes.subarray(1)]
        : chunks.map((text) => Buffer.from(text));
    expect(pieces.flatMap((piece) => cutter.add(piece))).toEqual(lines);
  });

  it('Given one that is longer than the limit, then it is refused, in one piece or many', () => {
    expect(() => new MessageLines(3).add(Buffer.from('abcd\n'))).toThrow(RangeError);
    const cutter = new MessageLines(3);
    cutter.add(Buffer.from('ab'));
    expect(() => cutter.add(Buffer.from('cd'))).toThrow(/more than 3 bytes/);
  });
});

describe('names, results, last words', () => {
  it.each([
    ['mcp.files.read', { server: 'files', tool: 'read' }],
    ['mcp.files.a.b', { server: 'files', tool: 'a.b' }],
    ['mcp.files', null],
    ['fs.read', null],
  ])('%s is taken apart', (name, parts) => {
    expect(partsOfMcpName(name)).toEqual(parts);
  });

  it('Given blocks of several kinds, then the words are joined and all of them kept', () => {
    const image = { type: 'image', data: 'AAAA', mimeType: 'image/png' };
    const blocks = [{ type: 'text', text: 'a' }, image, { type: 'text', text: 'b' }];
    expect(toOutput({ content: blocks, structuredContent: { n: 1 } })).toEqual({
      text: 'a\nb',
      structured: { n: 1 },
      content: blocks,
    });
    expect(toOutput({})).toEqual({ text: '', structured: null, content: [] });
  });

  it('Given much on stderr, then the last line that says something is kept, fit to be shown', () => {
    const words = new LastWords();
    expect(words.line).toBeNull();
    words.add('\n \n');
    expect(words.line).toBeNull();
    words.add(`${'x'.repeat(10_000)}\n`);
    words.add('\u001B[31mno license\n\n');
    expect(words.line).toContain('no license');
    expect(words.line).not.toContain('\u001B');
  });

  it('Given a schema that cannot be read, then the server is left to check what it gets', () => {
    const odd = definition({
      inputSchema: { type: 'object', properties: { a: { $ref: 'https://else.where/x' } } },
    });
    const tool = createMcpTool({} as McpServers, specOf('web', []), odd);
    expect(tool.input.safeParse({ a: 1, b: [2] }).success).toBe(true);
    expect(tool.input.safeParse(7).success).toBe(false);
  });

  it('Given a long description, then one line of it is the summary', () => {
    const tool = createMcpTool(
      {} as McpServers,
      specOf('web', []),
      definition({ description: `${'word '.repeat(40)}\nmore` }),
    );
    expect(tool.summary).toMatch(/^word .*…$/);
    expect(tool.summary.length).toBeLessThanOrEqual(100);
    expect(createMcpTool({} as McpServers, specOf('web', []), definition({ title: 'A title' })).summary).toBe(
      'A title',
    );
    expect(createMcpTool({} as McpServers, specOf('web', []), definition()).summary).toBe('');
  });
});
