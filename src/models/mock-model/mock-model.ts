import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConflictError } from '../../domain/errors.ts';
import type { Json } from '../../domain/json.ts';
import type { ModelScript, ScriptedModelReply } from '../../ports/model-script.ts';
import { replyEvents, wholeReply } from './chat-reply.ts';
import { readChatRequest, type ChatRequest } from './chat-request.ts';
import { pickReply } from './pick-reply.ts';

/** How long clients are told to wait before they ask again, in milliseconds: nobody is spared by a longer wait. */
const RETRY_AFTER_MS = '10';

/** A scripted model that listens. */
export interface MockModel extends AsyncDisposable {
  /** What a provider's `url` is set to. */
  readonly url: string;
  /** How many requests were answered with a whole reply. */
  readonly given: () => number;
}

/**
 * Starts a server on this machine that speaks OpenAI's chat protocol and says what a script says. Which reply comes is told
 * by the conversation that a request brings along: one that was rolled back goes on where it then is.
 * @param port 0: any that is free
 * @throws ConflictError `port_taken`
 */
export async function startMockModel(script: ModelScript, port = 0): Promise<MockModel> {
  const speaker = new Speaker(script);
  const server = createServer((request, response) => {
    // A client that went away in the middle of its request.
    speaker.answer(request, response).catch(() => void response.destroy());
  });
  await listen(server, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/v1`,
    given: () => speaker.given,
    async [Symbol.asyncDispose]() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, '127.0.0.1', resolve);
  try {
    await promise;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConflictError('port_taken', `port ${port} can't be taken (${code})`, {
      hint: 'something else may listen there; without --port, a free one is taken',
    });
  }
}

class Speaker {
  given = 0;
  readonly #replies: readonly ScriptedModelReply[];
  readonly #refused = new Map<ScriptedModelReply, number>();

  constructor({ replies }: ModelScript) {
    this.#replies = replies;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url as string, 'http://127.0.0.1');
    if (request.method === 'GET' && pathname === '/v1/models')
      return send(response, 200, {
        object: 'list',
        data: [{ id: 'scripted', object: 'model', created: 0, owned_by: 'agents' }],
      });
    if (request.method !== 'POST' || pathname !== '/v1/chat/completions')
      return refuse(
        response,
        404,
        `${request.method} ${pathname} is nothing here: POST /v1/chat/completions is`,
      );
    const chat = readChatRequest(await readBody(request));
    if (chat === null) return refuse(response, 400, 'this is no chat request: a JSON object with messages');
    await this.#say(this.#replyTo(chat), chat, response);
  }

  #replyTo(chat: ChatRequest): ScriptedModelReply {
    return pickReply(this.#replies, chat.turn, chat.heard) ?? endOfScript(chat.turn);
  }

  async #say(reply: ScriptedModelReply, chat: ChatRequest, response: ServerResponse): Promise<void> {
    const isRefused = (reply.fail !== null || reply.cut) && this.#refusesAgain(reply);
    if (isRefused && reply.fail) return refuse(response, reply.fail.status, reply.fail.message);
    await (chat.streams ? stream : sendWhole)(reply, chat, isRefused, response);
    if (!isRefused && !response.destroyed) this.given += 1;
  }

  #refusesAgain(reply: ScriptedModelReply): boolean {
    const before = this.#refused.get(reply) ?? 0;
    this.#refused.set(reply, before + 1);
    return reply.times === null || before < reply.times;
  }
}

function endOfScript(turn: number): ScriptedModelReply {
  const say = `The script has no reply for turn ${turn + 1} of this conversation.`;
  const nothing = { calls: [], usage: null, fail: null, cut: false, times: null, delayMs: 0 };
  return { ...nothing, say, when: undefined };
}

async function sendWhole(
  reply: ScriptedModelReply,
  chat: ChatRequest,
  isCut: boolean,
  response: ServerResponse,
): Promise<void> {
  await pause(reply.delayMs, response);
  const text = JSON.stringify(wholeReply(reply, chat));
  if (!isCut) return send(response, 200, JSON.parse(text) as Json);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  await written(response, text.slice(0, text.length / 2));
  response.destroy();
}

async function stream(
  reply: ScriptedModelReply,
  chat: ChatRequest,
  isCut: boolean,
  response: ServerResponse,
): Promise<void> {
  const events = replyEvents(reply, chat);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.flushHeaders();
  for (const event of isCut ? events.slice(0, Math.ceil(events.length / 2)) : events) {
    await pause(reply.delayMs, response);
    if (response.destroyed) return;
    await written(response, `data: ${JSON.stringify(event)}\n\n`);
  }
  if (isCut) response.destroy();
  else response.end('data: [DONE]\n\n');
}

/** Ends when it is over, or with the connection. */
async function pause(ms: number, response: ServerResponse): Promise<void> {
  if (ms === 0 || response.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  response.once('close', resolve);
  await promise;
  clearTimeout(timer);
  response.off('close', resolve);
}

/** Ends with what was written on its way, or with the connection. */
async function written(response: ServerResponse, text: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.write(text, () => resolve());
  await promise;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

function refuse(response: ServerResponse, status: number, message: string): void {
  send(response, status, { error: { message, type: 'scripted', code: null, param: null } });
}

function send(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': RETRY_AFTER_MS });
  response.end(JSON.stringify(body));
}
