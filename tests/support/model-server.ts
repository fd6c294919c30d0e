import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a provider heard. */
export interface HeardRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

export type Answer = (response: ServerResponse, request: HeardRequest) => void;

export interface ModelServer extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
  readonly heard: HeardRequest[];
}

/** A provider on this machine that answers its requests in turn, and the last way ever after. */
export async function startModelServer(...answers: readonly Answer[]): Promise<ModelServer> {
  const heard: HeardRequest[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString();
      const told = {
        path: request.url as string,
        headers: request.headers,
        body: (text === '' ? {} : JSON.parse(text)) as HeardRequest['body'],
      };
      const answer = answers[Math.min(heard.length, answers.length - 1)] as Answer;
      heard.push(told);
      answer(response, told);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

/** Events of a stream, each with its name if it has a `type`. */
export function streamed(events: readonly unknown[], isCut = false): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    if (isCut) response.write(text, () => response.destroy());
    else response.end(text);
  };
}

/** A failure, without a wait before the next try. */
export function failed(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1', ...headers });
    response.end(text);
  };
}
