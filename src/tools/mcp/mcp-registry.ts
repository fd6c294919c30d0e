import { fitsPattern } from '../../domain/permissions.ts';
import type { McpToolDefinition } from '../../ports/mcp.ts';
import type { Tool, ToolRegistry } from '../../ports/tool.ts';
import { createMcpTool } from './mcp-tool.ts';
import type { McpServers } from './mcp-servers.ts';

/** The built-in tools and those of MCP servers: of each server that was ever listed, and of those that are asked for. */
export class McpRegistry implements ToolRegistry {
  readonly #builtin: ToolRegistry;
  readonly #servers: McpServers;
  readonly #tools = new Map<string, Tool>();
  /** Servers that were never asked for their tools. */
  readonly #unlisted = new Set<string>();

  private constructor(builtin: ToolRegistry, servers: McpServers) {
    this.#builtin = builtin;
    this.#servers = servers;
  }

  /** Starts nothing. @throws StorageError */
  static async open(builtin: ToolRegistry, servers: McpServers): Promise<McpRegistry> {
    const registry = new McpRegistry(builtin, servers);
    for (const { name } of servers.specs) registry.#add(name, (await servers.knowledge(name)).tools);
    return registry;
  }

  get(name: string): Tool | undefined {
    return this.#builtin.get(name) ?? this.#tools.get(name);
  }

  list(): readonly Tool[] {
    return [...this.#builtin.list(), ...this.#tools.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  mayHave(name: string): boolean {
    return [...this.#unlisted].some((server) => asksServer(name, server));
  }

  async prepare(names: readonly string[]): Promise<void> {
    const servers = this.#servers.specs.map(({ name }) => name);
    const asked = servers.filter((server) => names.some((name) => asksServer(name, server)));
    await Promise.all(asked.map((server) => this.#prepare(server)));
  }

  async #prepare(server: string): Promise<void> {
    await this.#servers.requireApproved(server);
    if ((await this.#servers.knowledge(server)).tools !== null) return;
    const { connection } = await this.#servers.connect(server, new AbortController().signal);
    this.#add(server, connection.tools);
  }

  #add(server: string, definitions: readonly McpToolDefinition[] | null): void {
    const spec = this.#servers.spec(server);
    if (definitions === null) this.#unlisted.add(server);
    else this.#unlisted.delete(server);
    for (const definition of definitions ?? []) {
      const tool = createMcpTool(this.#servers, spec, definition);
      this.#tools.set(tool.name, tool as Tool);
    }
  }
}

/** True if a name of a tool, or a pattern of names, can mean one of a server. */
function asksServer(pattern: string, server: string): boolean {
  const [first = '', second] = pattern.split('.');
  if (first.includes('*')) return fitsPattern(first, 'mcp') || first.endsWith('*');
  return first === 'mcp' && second !== undefined && fitsPattern(second, server);
}
