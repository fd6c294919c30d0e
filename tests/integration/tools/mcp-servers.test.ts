import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ToolContext } from '../../../src/ports/tool.ts';
import { McpRegistry } from '../../../src/tools/mcp/mcp-registry.ts';
import type { McpServers } from '../../../src/tools/mcp/mcp-servers.ts';
import { createToolRegistry } from '../../../src/tools/tool-registry.ts';
import type { McpConnection } from '../../../src/tools/mcp/mcp-connection.ts';
import { McpBench, serverProgram, specOf } from '../../support/mcp-bench.ts';

let bench: McpBench;
beforeEach(() => {
  bench = new McpBench();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  expect(bench.alive()).toEqual([]);
});

const files = () => specOf('files', [serverProgram('filesystem'), '${workspaceFolder}']);
const everything = () => specOf('every', [serverProgram('everything')], { trust: false });

/** A server with one tool, which it never lets anybody use. */
const REFUSES = `
import { createInterface } from 'node:readline';
const answer = (id, more) => console.log(JSON.stringify({ jsonrpc: '2.0', id, ...more }));
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const { protocolVersion } = params ?? {};
  const serverInfo = { name: 'strict', version: '1' };
  if (method === 'initialize') answer(id, { result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  if (method === 'tools/list') answer(id, { result: { tools: [{ name: 'only', inputSchema: { type: 'object' } }] } });
  if (method === 'tools/call') answer(id, { error: { code: -32602, message: 'not today' } });
});
`;

const registryOf = (servers: McpServers): Promise<McpRegistry> =>
  McpRegistry.open(createToolRegistry([]), servers);

interface Said {
  readonly lines: string[];
  readonly context: ToolContext;
}

function contextFor(signal = new AbortController().signal): Said {
  const lines: string[] = [];
  const nothing = async (): Promise<void> => undefined;
  const write = (_: string, text: string): void => void lines.push(text);
  const context = {
    workspace: bench.folder,
    env: {},
    callId: 'C1',
    stepId: 'one',
    signal,
    write,
    room: () => null,
  };
  return { lines, context: { ...context, spawned: nothing, setContext: nothing, addNote: nothing } };
}

async function call(
  registry: McpRegistry,
  name: string,
  input: Record<string, unknown>,
  { context } = contextFor(),
): Promise<Record<string, unknown>> {
  await registry.prepare([name]);
  const tool = registry.get(name);
  if (!tool) throw new Error(`no ${name}`);
  const parsed = tool.input.parse(input);
  await tool.check?.(parsed, context);
  const result = await tool.run(parsed, context);
  tool.output.parse(result);
  return result;
}

describe('a server over its standard input and output', () => {
  it('Given one that is asked, then its tools are known with what they do, and those of others are not', async () => {
    const registry = await registryOf(bench.servers(files(), everything()));
    expect(registry.list()).toEqual([]);
    expect(registry.mayHave('mcp.files.write_file')).toBe(true);
    await registry.prepare(['mcp.files.write_file', 'fs.read', 'mcp.none.tool']);
    expect(registry.get('mcp.files.write_file')).toMatchObject({ effect: 'write', openWorld: false });
    expect(registry.get('mcp.files.read_text_file')).toMatchObject({
      effect: 'read',
      effectReason: 'its server says that it only reads',
    });
    expect(registry.mayHave('mcp.files.write_file')).toBe(false);
    expect(registry.mayHave('mcp.every.echo')).toBe(true);
    expect(registry.list().map(({ name }) => name)).toContain('mcp.files.edit_file');
  });

  it('Given one that was listed before, then its tools are known without starting it', async () => {
    await (await registryOf(bench.servers(files()))).prepare(['mcp.files.x']);
    const registry = await registryOf(bench.servers(files()));
    expect(registry.get('mcp.files.write_file')?.effect).toBe('write');
  });

  it('Given calls that write and read, then they happen in the workspace and their words come back', async () => {
    const registry = await registryOf(bench.servers(files()));
    await call(registry, 'mcp.files.write_file', { path: 'a.txt', content: 'one\ntwo\n' });
    expect(readFileSync(join(bench.folder, 'a.txt'), 'utf8')).toBe('one\ntwo\n');
    const read = await call(registry, 'mcp.files.read_text_file', { path: 'a.txt' });
    expect(read).toMatchObject({ text: 'one\ntwo\n', structured: { content: 'one\ntwo\n' } });
  });

  it('Given a call that fails, then it is a failed tool with what the server said', async () => {
    const registry = await registryOf(bench.servers(files()));
    await expect(call(registry, 'mcp.files.read_text_file', { path: 'none.txt' })).rejects.toMatchObject({
      code: 'tool_failed',
      hint: expect.stringContaining('ENOENT'),
      result: { text: expect.stringContaining('ENOENT') },
    });
    await expect(call(registry, 'mcp.files.read_text_file', { path: '../secret' })).rejects.toMatchObject({
      code: 'tool_failed',
    });
  });

  it('Given arguments that do not fit, then the call is refused before anything is started', async () => {
    const registry = await registryOf(bench.servers(files()));
    await registry.prepare(['mcp.files.write_file']);
    const input = registry.get('mcp.files.write_file')?.input;
    expect(input?.safeParse({ path: 'a.txt' }).success).toBe(false);
    expect(input?.safeParse({ path: 7, content: '' }).success).toBe(false);
  });

  it('Given long work, then its progress is told, and a cancelled write ends the server with it', async () => {
    const registry = await registryOf(bench.servers(everything()));
    const name = 'mcp.every.trigger-long-running-operation';
    const quick = contextFor();
    await call(registry, name, { duration: 0.02, steps: 2 }, quick);
    expect(quick.lines.join('')).toContain('1 of 2\n');
    const stop = new AbortController();
    const slow = contextFor(stop.signal);
    const reason = new Error('enough');
    const long = call(registry, name, { duration: 100, steps: 1000 }, slow);
    long.catch(() => null);
    while (slow.lines.length === 0) await new Promise(setImmediate);
    stop.abort(reason);
    await expect(long).rejects.toBe(reason);
    expect(bench.alive()).toEqual([]);
    const again = await call(registry, 'mcp.every.echo', { message: 'back' });
    expect(again['text']).toContain('back');
  });

  it('Given one that dies in the middle of a call, then the call fails and the next one starts it again', async () => {
    const registry = await registryOf(bench.servers(everything()));
    const slow = contextFor();
    const long = call(
      registry,
      'mcp.every.trigger-long-running-operation',
      { duration: 100, steps: 1000 },
      slow,
    );
    long.catch(() => null);
    while (slow.lines.length === 0) await new Promise(setImmediate);
    for (const pid of bench.alive()) process.kill(pid, 'SIGKILL');
    await expect(long).rejects.toMatchObject({
      code: 'mcp_server_ended',
      hint: expect.stringContaining('ended by SIGKILL'),
    });
    expect((await call(registry, 'mcp.every.echo', { message: 'hi' }))['text']).toContain('hi');
  });

  it('Given two that ask for it at the same moment, then one process serves both', async () => {
    const registry = await registryOf(bench.servers(everything()));
    await registry.prepare(['mcp.every.echo']);
    await Promise.all(['a', 'b', 'c'].map((message) => call(registry, 'mcp.every.echo', { message })));
    expect(bench.alive()).toHaveLength(1);
  });

  it('Given a server that was killed and three that need it again at the same moment, then one process serves them', async () => {
    const servers = bench.servers(everything());
    const connect = async (): Promise<McpConnection> =>
      (await servers.connect('every', new AbortController().signal)).connection;
    const first = await connect();
    for (const pid of bench.alive()) process.kill(pid, 'SIGKILL');
    await expect.poll(() => first.isOpen).toBe(false);
    await Promise.all([connect(), connect(), connect()]);
    expect(bench.alive()).toHaveLength(1);
  });

  it('Given a wrapper that starts the server, then closing ends both', async () => {
    const script = join(bench.folder, 'wrapper.sh');
    writeFileSync(script, `sleep 300 & exec "${process.execPath}" "${serverProgram('memory')}"\n`);
    const place = { kind: 'process', command: '/bin/sh', args: [script], env: {}, cwd: null } as const;
    const servers = bench.servers(specOf('memory', [], { place }));
    await servers.connect('memory', new AbortController().signal);
    expect(bench.alive()).toHaveLength(2);
    await servers.close();
    expect(bench.alive()).toEqual([]);
  });
});

describe('what keeps a server from being used', () => {
  it.each([
    ['no such program', '/no/such/program', [], 'could not be started'],
    ['one that ends at once', '/bin/sh', ['-c', 'echo "no license" >&2; exit 3'], 'no license'],
    ['one that says no JSON and ends', '/bin/sh', ['-c', 'echo hello; exit 4'], 'exit code 4'],
  ])('Given %s, then its last words are the error', async (_, command, args, words) => {
    const place = { kind: 'process', command, args, env: {}, cwd: null } as const;
    const servers = bench.servers(specOf('odd', [], { place }));
    const failed = servers.connect('odd', new AbortController().signal);
    const error = await failed.catch((thrown: Error & { hint: string }) => thrown);
    expect(error).toMatchObject({ code: 'mcp_server_failed' });
    expect(`${(error as Error).message} ${(error as { hint: string }).hint}`).toContain(words);
  });

  it('Given one that never answers, then the limit ends it', async () => {
    const place = { kind: 'process', command: '/bin/sleep', args: ['300'], env: {}, cwd: null } as const;
    const servers = bench.servers(specOf('mute', [], { place, startLimitMs: 50 }));
    await expect(servers.connect('mute', new AbortController().signal)).rejects.toMatchObject({
      code: 'mcp_server_failed',
      hint: expect.stringContaining('no answer within 0.05 s'),
    });
    expect(bench.alive()).toEqual([]);
  });

  it('Given one that never stops talking, then it is ended', async () => {
    const command = 'head -c 70000000 /dev/zero; exec sleep 300';
    const place = { kind: 'process', command: '/bin/sh', args: ['-c', command], env: {}, cwd: null } as const;
    const servers = bench.servers(specOf('loud', [], { place }));
    await expect(servers.connect('loud', new AbortController().signal)).rejects.toMatchObject({
      code: 'mcp_server_failed',
    });
    expect(bench.alive()).toEqual([]);
  });

  it('Given one that refuses a call, then that is the error and it goes on', async () => {
    const script = join(bench.folder, 'refuses.mjs');
    writeFileSync(script, REFUSES);
    const registry = await registryOf(bench.servers(specOf('strict', [script])));
    await expect(call(registry, 'mcp.strict.only', {})).rejects.toMatchObject({
      code: 'mcp_call_refused',
      hint: expect.stringContaining('not today'),
    });
    expect(bench.alive()).toHaveLength(1);
    expect(registry.get('mcp.strict.only')?.paths({})).toBeNull();
  });

  it('Given what was kept of it is damaged, then that is said with its place', async () => {
    const spec = files();
    await bench.memory.write(spec, { approved_at: null, tools: [] });
    const folder = join(bench.root, 'home', 'mcp');
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{');
    await expect(registryOf(bench.servers(spec))).rejects.toMatchObject({
      code: 'mcp_memory_unreadable',
      exitCode: 7,
      nextSteps: [expect.stringMatching(/^rm .*\.json$/)],
    });
  });

  it('Given a variable without a value, then a person has to give it one', async () => {
    const args = [serverProgram('filesystem'), '${NOT_SET_HERE}'];
    const servers = bench.servers(specOf('files', args));
    await expect(servers.connect('files', new AbortController().signal)).rejects.toMatchObject({
      code: 'mcp_variable_missing',
      exitCode: 5,
    });
  });

  it('Given one that the project names, then it is started once a person has agreed to exactly that', async () => {
    const mine = { ...files(), needsApproval: true };
    const servers = bench.servers(mine);
    const registry = await registryOf(servers);
    await expect(registry.prepare(['mcp.files.write_file'])).rejects.toMatchObject({
      code: 'mcp_not_approved',
      exitCode: 5,
      nextSteps: ['agents mcp approve files'],
    });
    expect(bench.alive()).toEqual([]);
    const { tools, changes } = await servers.approve(
      'files',
      '2026-01-01T00:00:00.000Z',
      new AbortController().signal,
    );
    expect([tools.length > 5, changes]).toEqual([true, null]);
    await registry.prepare(['mcp.files.write_file']);
    const other = { ...mine, place: { ...mine.place, args: [serverProgram('memory')] } } as typeof mine;
    await expect(bench.servers(other).requireApproved('files')).rejects.toMatchObject({
      code: 'mcp_not_approved',
    });
    const elsewhere = { ...mine, from: '/another/project/.agentsrc' };
    await expect(bench.servers(elsewhere).requireApproved('files')).rejects.toMatchObject({ exitCode: 5 });
  });

  it('Given a tool that is not what it was, then it is not called before a person has seen it', async () => {
    const spec = files();
    await (await registryOf(bench.servers(spec))).prepare(['mcp.files.x']);
    const { tools, approved_at } = await bench.memory.read(spec);
    const before = (tools ?? []).map((tool) => {
      if (tool.name === 'write_file') return { ...tool, description: 'Harmless.' };
      return tool.name === 'move_file' ? { ...tool, name: 'gone_file' } : tool;
    });
    await bench.memory.write(spec, { approved_at, tools: before });
    const servers = bench.servers(spec);
    const registry = await registryOf(servers);
    const write = { path: 'a.txt', content: 'x' };
    await expect(call(registry, 'mcp.files.write_file', write)).rejects.toMatchObject({
      code: 'mcp_tool_changed',
      exitCode: 5,
      message: expect.stringContaining('description'),
    });
    await expect(
      call(registry, 'mcp.files.gone_file', { source: 'a', destination: 'b' }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('is gone'),
    });
    expect(existsSync(join(bench.folder, 'a.txt'))).toBe(false);
    // What has not changed goes on.
    await call(registry, 'mcp.files.create_directory', { path: 'new' });
    const { changes } = await servers.approve(
      'files',
      '2026-01-01T00:00:00.000Z',
      new AbortController().signal,
    );
    expect(changes).toEqual([
      { tool: 'gone_file', kind: 'gone', fields: [] },
      { tool: 'move_file', kind: 'new', fields: [] },
      { tool: 'write_file', kind: 'changed', fields: ['description'] },
    ]);
    await call(await registryOf(bench.servers(spec)), 'mcp.files.write_file', write);
    expect(readFileSync(join(bench.folder, 'a.txt'), 'utf8')).toBe('x');
  });

  it('Given a name that no server has, then it says which there are', () => {
    expect(() => bench.servers(files()).spec('file')).toThrow(/no MCP server is called file/);
    expect(() => bench.servers().spec('file')).toThrow(
      expect.objectContaining({ hint: 'mcp.servers names none' }),
    );
  });
});
