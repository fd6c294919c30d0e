import { pathToFileURL } from 'node:url';
import { basename, resolve } from 'node:path';
import type * as SdkModule from '@modelcontextprotocol/client';
import type { Client, Tool as SdkTool, Transport } from '@modelcontextprotocol/client';
import { PlanError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { McpServerSpec, McpToolDefinition } from '../../ports/mcp.ts';
import type { ProcessTable } from '../../ports/process-table.ts';
import { fillVariables } from './fill-variables.ts';
import type { McpResult } from './mcp-result.ts';
import { ProcessTransport } from './process-transport.ts';

/** Calls are limited by their step alone: the SDK's own limit of a minute would end those that take their time. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/** A server that is there answers at once what it has answered before. */
const PROBE_MS = 10_000;

/** Where servers are started. */
export interface McpSurroundings {
  /** Absolute real path. */
  readonly workspace: string;
  /** The environment that `${NAME}` is filled from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Set for every server process, so that those that outlive this one are found (`ProcessTable.findByCallId`). */
  readonly marks: Readonly<Record<string, string>>;
  readonly processes: ProcessTable;
}

export interface McpCall {
  readonly tool: string;
  readonly input: JsonObject;
  readonly signal: AbortSignal;
  /** One line for each piece of news. */
  readonly onProgress: (line: string) => void;
}

/** A server that answers. */
export class McpConnection {
  readonly spec: McpServerSpec;
  readonly tools: readonly McpToolDefinition[];
  readonly #client: Client;
  readonly #transport: Transport;
  #isOpen = true;
  #probing: Promise<void> | null = null;

  private constructor(
    spec: McpServerSpec,
    client: Client,
    transport: Transport,
    tools: readonly McpToolDefinition[],
  ) {
    this.spec = spec;
    this.tools = tools;
    this.#client = client;
    this.#transport = transport;
    // The client is no event target: one function is all that it calls.
    Object.assign(client, {
      onclose: () => {
        this.#isOpen = false;
      },
      // Of a server behind an address nobody tells that it has ended: a stream that breaks off is all there is to see.
      ...(spec.place.kind === 'address' && { onerror: () => void this.#probe() }),
    });
  }

  /** Gives the connection up if the server behind it doesn't answer any more, so that its calls end. Never rejects. */
  #probe(): Promise<void> {
    this.#probing ??= this.#client.listTools(undefined, { timeout: PROBE_MS }).then(
      () => {
        this.#probing = null;
      },
      () => this.close(),
    );
    return this.#probing;
  }

  /**
   * Starts or reaches a server and lists its tools.
   * @throws PlanError `mcp_server_failed` with the last it said; WaitingError `mcp_variable_missing`; the signal's reason
   */
  static async open(
    spec: McpServerSpec,
    around: McpSurroundings,
    signal: AbortSignal,
  ): Promise<McpConnection> {
    // Loaded late: it costs nearly 300 ms, and most plans have no use for it.
    const sdk = await import('@modelcontextprotocol/client');
    const transport = makeTransport(sdk, spec, around);
    const mode = spec.place.kind === 'address' ? 'auto' : 'legacy';
    const client = new sdk.Client(
      { name: 'agents', version: '1' },
      { capabilities: { roots: {} }, versionNegotiation: { mode } },
    );
    const { workspace } = around;
    const root = { uri: pathToFileURL(workspace).href, name: basename(workspace) };
    client.setRequestHandler('roots/list', () => ({ roots: [root] }));
    const limit = AbortSignal.timeout(spec.startLimitMs);
    const options = { signal: AbortSignal.any([signal, limit]), timeout: spec.startLimitMs };
    try {
      await client.connect(transport, options);
      const { tools } = await client.listTools(undefined, options);
      return new McpConnection(spec, client, transport, tools.map(definitionOf));
    } catch (thrown) {
      await transport.close();
      signal.throwIfAborted();
      const seconds = spec.startLimitMs / 1000;
      const why = limit.aborted ? `no answer within ${seconds} s` : (thrown as Error).message;
      throw failed(`the MCP server ${spec.name} could not be started`, transport, why, thrown);
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * @throws PlanError `mcp_server_ended` if the server has gone meanwhile, `mcp_call_refused` if it won't have the call; what
   * the signal was aborted with
   */
  async call({ tool, input, signal, onProgress }: McpCall): Promise<McpResult> {
    try {
      return await this.#client.callTool(
        { name: tool, arguments: input },
        {
          signal,
          timeout: NO_LIMIT_MS,
          onprogress: ({ progress, total, message }) => {
            const share = total === undefined ? `${progress}` : `${progress} of ${total}`;
            onProgress(message === undefined ? share : `${share}  ${message}`);
          },
        },
      );
    } catch (thrown) {
      signal.throwIfAborted();
      const { name, place } = this.spec;
      if (place.kind === 'address') await this.#probe();
      if (this.#isOpen) {
        const hint = (thrown as Error).message;
        throw new PlanError('mcp_call_refused', `the MCP server ${name} refused the call of ${tool}`, {
          hint,
          cause: thrown,
        });
      }
      const what = `the MCP server ${name} ended during the call of ${tool}`;
      throw failed(what, this.#transport, (thrown as Error).message, thrown, 'mcp_server_ended');
    }
  }

  /** Ends the server with all it started. Never rejects. */
  async close(): Promise<void> {
    this.#isOpen = false;
    // What can't be said to a server any more need not be said: its processes are ended all the same.
    await this.#client.close().catch(() => null);
    await this.#transport.close().catch(() => null);
  }
}

type Sdk = typeof SdkModule;

function makeTransport(sdk: Sdk, { name, place }: McpServerSpec, around: McpSurroundings): Transport {
  const { env, workspace, marks, processes } = around;
  const values = { ...env, workspaceFolder: workspace };
  const fill = (text: string): string => fillVariables(text, values, name);
  const fillAll = (texts: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, fill(text)]));
  if (place.kind === 'address')
    return new sdk.StreamableHTTPClientTransport(new URL(fill(place.url)), {
      requestInit: { headers: fillAll(place.headers) },
    });
  const start = {
    command: fill(place.command),
    args: place.args.map(fill),
    env: { ...inherited(env), ...fillAll(place.env), ...marks },
    cwd: place.cwd === null ? workspace : resolve(workspace, fill(place.cwd)),
  };
  const form = { serialize: sdk.serializeMessage, deserialize: sdk.deserializeMessage };
  return new ProcessTransport(start, form, processes);
}

/** What a program needs to run at all; keys and tokens it gets only if its settings name them. */
const INHERITED = ['HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'TZ', 'USER'];

function inherited(env: McpSurroundings['env']): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

/** The fields that matter here, as plain JSON. */
function definitionOf({ name, title, description, inputSchema, annotations }: SdkTool): McpToolDefinition {
  const fields = { name, title, description, inputSchema, annotations };
  return JSON.parse(JSON.stringify(fields)) as McpToolDefinition;
}

function failed(
  what: string,
  transport: Transport,
  why: string,
  cause: unknown,
  code = 'mcp_server_failed',
): PlanError {
  const process = transport instanceof ProcessTransport ? transport : null;
  const parts = [process?.exit, process?.words.line, why].filter(
    (part) => part !== null && part !== undefined,
  );
  return new PlanError(code, what, {
    hint: [...new Set(parts)].join('; '),
    nextSteps: [`agents mcp list`],
    cause,
  });
}
