import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { McpBench, serverProgram, specOf } from '../../support/mcp-bench.ts';

const never = (): AbortSignal => new AbortController().signal;

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a server that is reached by its address', () => {
  let child: ChildProcess;
  let url: string;
  /** False if somebody else took the port meanwhile. */
  const listens = async (): Promise<boolean> => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}/mcp`;
    const env = { ...process.env, PORT: String(port) };
    const args = [serverProgram('everything'), 'streamableHttp'];
    child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    for await (const text of child.stderr as NonNullable<typeof child.stderr>)
      if (String(text).includes('listening')) return true;
    return false;
  };
  beforeAll(async () => {
    while (!(await listens()));
  });
  afterAll(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });

  it('Given its url, then its tools are listed and called, with progress', async () => {
    await using bench = new McpBench();
    const spec = specOf('every', [], { place: { kind: 'address', url, headers: { 'X-Test': '${HOME}' } } });
    const { connection } = await bench.servers(spec).connect('every', never());
    expect(connection.tools.map(({ name }) => name)).toContain('get-sum');
    const lines: string[] = [];
    const call = {
      tool: 'get-sum',
      input: { a: 2, b: 3 },
      signal: never(),
      onProgress: (): void => undefined,
    };
    expect((await connection.call(call)).content).toEqual([
      { type: 'text', text: expect.stringContaining('5') },
    ]);
    const tool = 'trigger-long-running-operation';
    const onProgress = (line: string): void => void lines.push(line);
    await connection.call({ tool, input: { duration: 0.02, steps: 2 }, signal: never(), onProgress });
    expect(lines).toContain('1 of 2');
  });

  it('Given a tool that it does not have, then the call is refused and the server goes on', async () => {
    await using bench = new McpBench();
    const spec = specOf('every', [], { place: { kind: 'address', url, headers: {} } });
    const { connection } = await bench.servers(spec).connect('every', never());
    const call = { input: {}, signal: never(), onProgress: (): void => undefined };
    const refused = await connection.call({ ...call, tool: 'no-such-tool' }).then(
      ({ isError }) => ({ isError }),
      ({ code }: { code: string }) => ({ code }),
    );
    expect([{ isError: true }, { code: 'mcp_call_refused' }]).toContainEqual(refused);
    expect(connection.isOpen).toBe(true);
  });
});

describe('a server at an address that ends and is started again', () => {
  const started: ChildProcess[] = [];
  const start = async (port: number): Promise<ChildProcess> => {
    const env = { ...process.env, PORT: String(port) };
    const args = [serverProgram('everything'), 'streamableHttp'];
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    started.push(child);
    for await (const text of child.stderr) if (String(text).includes('listening')) return child;
    throw new Error(`nothing listens on ${port}`);
  };
  const end = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  afterEach(async () => {
    await Promise.all(started.map(end));
  });

  it('Given it in the middle of a call, then the call fails; and the next one finds the new server', async () => {
    await using bench = new McpBench();
    const port = await freePort();
    const place = { kind: 'address', url: `http://127.0.0.1:${port}/mcp`, headers: {} } as const;
    const servers = bench.servers(specOf('every', [], { place }));
    const first = await start(port);
    const { connection } = await servers.connect('every', never());
    const begun = Promise.withResolvers<void>();
    const long = connection.call({
      tool: 'trigger-long-running-operation',
      input: { duration: 60, steps: 6000 },
      signal: never(),
      onProgress: () => begun.resolve(),
    });
    const fails = expect(long).rejects.toMatchObject({ code: 'mcp_server_ended' });
    await begun.promise;
    await end(first);
    await fails;
    await start(port);
    const again = await servers.connect('every', never());
    const onProgress = (): void => undefined;
    const call = { tool: 'echo', input: { message: 'hi' }, signal: never(), onProgress };
    expect(JSON.stringify(await again.connection.call(call))).toContain('hi');
    await servers.close();
  });

  it('Given that between two calls, then the first that fails by it says so, and the one after finds the new server', async () => {
    await using bench = new McpBench();
    const port = await freePort();
    const place = { kind: 'address', url: `http://127.0.0.1:${port}/mcp`, headers: {} } as const;
    const servers = bench.servers(specOf('every', [], { place }));
    const first = await start(port);
    const { connection } = await servers.connect('every', never());
    await end(first);
    await start(port);
    const onProgress = (): void => undefined;
    const call = { tool: 'echo', input: { message: 'hi' }, signal: never(), onProgress };
    const said = await connection.call(call).catch(({ code }: { code: string }) => code);
    expect(said).toBe('mcp_server_ended');
    const again = await servers.connect('every', never());
    expect(JSON.stringify(await again.connection.call(call))).toContain('hi');
    await servers.close();
  });
});

describe('an address that is no server', () => {
  let http: Server;
  let url: string;
  const seen: (string | undefined)[] = [];
  beforeAll(async () => {
    http = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end('who are you?');
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  });
  afterAll(async () => {
    http.closeAllConnections();
    http.close();
    await once(http, 'close');
  });

  it('Given one that refuses, then that is the error, and headers were filled', async () => {
    await using bench = new McpBench();
    const headers = { Authorization: 'Bearer ${TOKEN:-nothing}' };
    const servers = bench.servers(specOf('web', [], { place: { kind: 'address', url, headers } }));
    await expect(servers.connect('web', never())).rejects.toMatchObject({ code: 'mcp_server_failed' });
    expect(seen).toContain('Bearer nothing');
  });

  it('Given one where nobody listens, then that is the error', async () => {
    await using bench = new McpBench();
    const place = { kind: 'address', url: `http://127.0.0.1:${await freePort()}/mcp`, headers: {} } as const;
    await expect(bench.servers(specOf('web', [], { place })).connect('web', never())).rejects.toMatchObject({
      code: 'mcp_server_failed',
    });
  });
});
