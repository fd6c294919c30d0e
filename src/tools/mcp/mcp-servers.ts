import { ApprovalError, NotFoundError } from '../../domain/errors.ts';
import type {
  McpApproval,
  McpCatalog,
  McpKnowledge,
  McpMemory,
  McpServerSpec,
  McpToolChange,
} from '../../ports/mcp.ts';
import { definitionChanges } from './definition-changes.ts';
import { McpConnection, type McpSurroundings } from './mcp-connection.ts';

/** A connection, with what has changed since a person saw the server's tools. */
export interface KnownConnection {
  readonly connection: McpConnection;
  readonly changes: readonly McpToolChange[];
}

/** The servers of a workspace: each is started when it is first needed, again when it has crashed, and ended with `close`. */
export class McpServers implements McpCatalog {
  readonly specs: readonly McpServerSpec[];
  readonly #memory: McpMemory;
  readonly #around: McpSurroundings;
  readonly #open = new Map<string, Promise<KnownConnection>>();
  readonly #closing = new AbortController();

  constructor(specs: readonly McpServerSpec[], memory: McpMemory, around: McpSurroundings) {
    this.specs = specs;
    this.#memory = memory;
    this.#around = around;
  }

  spec(name: string): McpServerSpec {
    const spec = this.specs.find((one) => one.name === name);
    if (spec) return spec;
    throw new NotFoundError('mcp_server_not_found', `no MCP server is called ${name}`, {
      hint:
        this.specs.length === 0
          ? 'mcp.servers names none'
          : `there are ${this.specs.map((one) => one.name).join(', ')}`,
      nextSteps: ['agents mcp list'],
    });
  }

  knowledge(name: string): Promise<McpKnowledge> {
    return this.#memory.read(this.spec(name));
  }

  /** @throws NotFoundError; WaitingError `mcp_not_approved` */
  async requireApproved(name: string): Promise<void> {
    const spec = this.spec(name);
    if (!spec.needsApproval || (await this.#memory.read(spec)).approved_at !== null) return;
    throw new ApprovalError(name, `${spec.from} names the MCP server ${name}: ${spec.shown}`, {
      hint: 'it is started once you have agreed',
      nextSteps: [`agents mcp approve ${name}`],
    });
  }

  /** @throws WaitingError `mcp_not_approved`, and what `McpConnection.open` throws */
  async connect(name: string, signal: AbortSignal): Promise<KnownConnection> {
    const spec = this.spec(name);
    for (;;) {
      const current = this.#open.get(name);
      const known = await current?.catch(() => null);
      if (known?.connection.isOpen) return known;
      // Who finds another start than the one that was waited for waits for that: two would leave a server behind.
      if (this.#open.get(name) !== current) continue;
      const opening = this.#start(spec, signal);
      this.#open.set(name, opening);
      opening.catch(() => this.#open.get(name) === opening && this.#open.delete(name));
      return await opening;
    }
  }

  async #start(spec: McpServerSpec, signal: AbortSignal): Promise<KnownConnection> {
    await this.requireApproved(spec.name);
    const connection = await McpConnection.open(
      spec,
      this.#around,
      AbortSignal.any([signal, this.#closing.signal]),
    );
    const knowledge = await this.#memory.read(spec);
    if (knowledge.tools === null) await this.#memory.write(spec, { ...knowledge, tools: connection.tools });
    return { connection, changes: definitionChanges(knowledge.tools ?? connection.tools, connection.tools) };
  }

  async approve(name: string, at: string, signal: AbortSignal): Promise<McpApproval> {
    const spec = this.spec(name);
    const { tools: known } = await this.#memory.read(spec);
    const connection = await McpConnection.open(spec, this.#around, signal);
    const { tools } = connection;
    await connection.close();
    await this.#memory.write(spec, { approved_at: at, tools });
    return { tools, changes: known && definitionChanges(known, tools) };
  }

  /** Ends every server that was started. Never rejects. */
  async close(): Promise<void> {
    this.#closing.abort();
    const opened = await Promise.allSettled(this.#open.values());
    const connections = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.connection] : []));
    await Promise.all(connections.map((connection) => connection.close()));
  }
}
