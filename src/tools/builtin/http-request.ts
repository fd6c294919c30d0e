import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { PlanError } from '../../domain/errors.ts';
import { defineTool } from '../define-tool.ts';
import { ToolFailure } from '../tool-failure.ts';
import { encodingField } from './input-fields.ts';

/** Larger answers are refused: a plan is no place for downloads. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
const READING = new Set(['GET', 'HEAD']);

const input = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()).default({}),
  header_env: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      'headers whose value stands in an environment variable, as secrets do: {authorization: API_AUTH}',
    ),
  body: z.json().optional().describe('a text goes as it is, anything else as JSON'),
  timeout_ms: z.int().min(1).max(3_600_000).default(30_000),
  encoding: encodingField,
  ok_codes: z.array(z.int()).optional().describe('statuses that count as success; default: all'),
});
type Input = z.output<typeof input>;

function headersOf({ headers, header_env, body }: Input, env: Readonly<Record<string, string>>): Headers {
  const all = new Headers(headers);
  for (const [name, variable] of Object.entries(header_env)) {
    const value = env[variable];
    if (value === undefined) {
      throw new PlanError('variable_missing', `the variable ${variable} for the header ${name} is not set`, {
        hint: 'give it in the `env` of the step',
      });
    }
    all.set(name, value);
  }
  const isJson = body !== undefined && typeof body !== 'string';
  if (isJson && !all.has('content-type')) all.set('content-type', 'application/json');
  return all;
}

function bodyOf({ body }: Input): string | null {
  if (body === undefined) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new PlanError('answer_too_large', `the answer is larger than ${MAX_BODY_BYTES} bytes`, {
        hint: 'a command (curl -o FILE) can keep it in a file',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function explain(error: unknown, { url, timeout_ms }: Input, timer: AbortSignal): PlanError {
  if (error instanceof PlanError) return error;
  const where = new URL(url).host;
  if (timer.aborted) {
    return new PlanError('timeout', `no whole answer from ${where} within ${timeout_ms} ms`, {
      cause: error,
    });
  }
  // fetch says only "fetch failed"; the reason stands one deeper.
  const { message, cause } = error as Error;
  const hint = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new PlanError('request_failed', `the request to ${where} failed`, { hint, cause: error });
}

export const httpRequest = defineTool({
  name: 'http.request',
  summary: 'Send an HTTP request',
  openWorld: true,
  input,
  output: z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.string() }),
  // It reaches other machines, never a file of the workspace.
  writes: () => [],
  effectOf: ({ method }) => (READING.has(method) ? 'read' : 'write'),
  async run(request, { env, signal }) {
    const { url, method, timeout_ms, encoding, ok_codes } = request;
    const timer = AbortSignal.timeout(timeout_ms);
    try {
      const response = await fetch(url, {
        method,
        headers: headersOf(request, env),
        body: bodyOf(request),
        signal: AbortSignal.any([signal, timer]),
      });
      const body = (await readBody(response)).toString(encoding);
      const result = { status: response.status, headers: Object.fromEntries(response.headers), body };
      if (!ok_codes || ok_codes.includes(response.status)) return result;
      throw new ToolFailure('http_status', `${new URL(url).host} answered ${response.status}`, result);
    } catch (error) {
      throw explain(error, request, timer);
    }
  },
});
