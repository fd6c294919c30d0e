import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpRequest } from '../../../../src/tools/builtin/http-request.ts';
import { ToolBench } from '../../../support/tool-bench.ts';

const bench = new ToolBench();
let server: Server;
let base = '';

async function describeRequest(request: IncomingMessage): Promise<string> {
  const { authorization, 'content-type': type } = request.headers;
  return JSON.stringify({ method: request.method, body: await text(request), authorization, type });
}

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/slow') return;
    if (request.url === '/huge') return void response.end(Buffer.alloc(10 * 1024 * 1024 + 1));
    if (request.url === '/bytes') return void response.end(Buffer.from([0xff, 0xfe]));
    if (request.url === '/broken') return void request.socket.destroy();
    response.statusCode = request.url === '/teapot' ? 418 : 200;
    void describeRequest(request).then((answer) => response.end(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  bench[Symbol.dispose]();
});

const send = (path: string, more = {}, context = {}) =>
  bench.call(httpRequest, { url: base + path, ...more }, context);
const seen = async (more: object, context = {}) =>
  JSON.parse((await send('/', more, context))['body'] as string);

describe('Given a server that answers', () => {
  it('When it is asked, then status, headers and body are given', async () => {
    expect(await send('/')).toMatchObject({
      status: 200,
      headers: { connection: expect.any(String) },
      body: expect.any(String),
    });
  });

  it.each([
    ['text', { body: 'plain' }, { body: 'plain', type: 'text/plain;charset=UTF-8' }],
    ['anything else', { body: { a: [1] } }, { body: '{"a":[1]}', type: 'application/json' }],
    ['a kind of its own', { body: [], headers: { 'Content-Type': 'x/y' } }, { body: '[]', type: 'x/y' }],
  ])('When %s is sent, then it arrives with its kind', async (_, more, expected) => {
    expect(await seen({ method: 'POST', ...more })).toMatchObject({ method: 'POST', ...expected });
  });

  it('When a header stands in the environment, then it is taken from there', async () => {
    const header_env = { authorization: 'AUTH' };
    expect(await seen({ header_env }, { env: { AUTH: 'Bearer x' } })).toMatchObject({
      authorization: 'Bearer x',
    });
    await expect(send('/', { header_env })).rejects.toThrow(
      expect.objectContaining({ code: 'variable_missing' }),
    );
  });

  it('When only the head is asked for, then there is no body', async () => {
    expect(await send('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('When the answer is no text, then base64 keeps it exact', async () => {
    expect(await send('/bytes', { encoding: 'base64' })).toMatchObject({ body: '//4=' });
    expect(await send('/bytes')).toMatchObject({ body: '\ufffd\ufffd' });
  });

  it('When the status is none of those that count, then it fails with the answer', async () => {
    expect(await send('/teapot')).toMatchObject({ status: 418 });
    expect(await send('/teapot', { ok_codes: [418] })).toMatchObject({ status: 418 });
    await expect(send('/teapot', { ok_codes: [200] })).rejects.toMatchObject({
      code: 'http_status',
      result: { status: 418 },
    });
  });
});

describe('Given a server that does not', () => {
  it.each([
    ['answers with too much', '/huge', {}, 'answer_too_large'],
    ['takes too long', '/slow', { timeout_ms: 50 }, 'timeout'],
    ['hangs up', '/broken', {}, 'request_failed'],
  ])('When it %s, then it fails with words', async (_, path, more, code) => {
    await expect(send(path, more)).rejects.toThrow(expect.objectContaining({ code, exitCode: 1 }));
  });

  it('When nobody listens, then the hint says so', async () => {
    await expect(bench.call(httpRequest, { url: 'http://127.0.0.1:1/' })).rejects.toThrow(
      expect.objectContaining({ code: 'request_failed', hint: expect.any(String) }),
    );
  });

  it('When the step is aborted, then the request ends', async () => {
    await expect(send('/slow', {}, { signal: AbortSignal.timeout(50) })).rejects.toThrow(
      expect.objectContaining({ code: 'request_failed' }),
    );
  });
});

describe('Given a request', () => {
  it.each([
    ['GET', 'read'],
    ['HEAD', 'read'],
    ['POST', 'write'],
    ['DELETE', 'write'],
    ['OPTIONS', 'write'],
  ])('When its method is %s, then it counts as a %s', (method, effect) => {
    const request = httpRequest.input.parse({ method, url: 'https://example.org' });
    expect(httpRequest.effectOf?.(request)).toBe(effect);
    expect(httpRequest.paths(request)).toEqual([]);
  });

  it.each(['file:///etc/passwd', 'example.org', 'javascript:1'])(
    'When its address is %s, then it is refused',
    (url) => {
      expect(httpRequest.input.safeParse({ url }).success).toBe(false);
    },
  );
});
