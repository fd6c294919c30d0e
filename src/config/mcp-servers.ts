import { toPrintableLine } from '../domain/printable.ts';
import type { McpServerSpec } from '../ports/mcp.ts';
import type { Config } from './config-schema.ts';
import type { LevelValue } from './config-source.ts';
import type { LoadedConfig } from './load-config.ts';
import { readMcpFile } from './mcp-files.ts';

type Servers = Config['mcp']['servers'];

const START_LIMIT_S = 30;

/**
 * The MCP servers of a workspace, by name: those of every level, the highest first, then those of other programs' files.
 * @throws ConfigError `invalid_mcp_file`
 */
export async function mcpServersOf(
  loaded: LoadedConfig,
  workspace: string,
): Promise<readonly McpServerSpec[]> {
  const specs = new Map<string, McpServerSpec>();
  const add = (servers: Servers, from: string, needsApproval: boolean): void => {
    for (const [name, server] of Object.entries(servers))
      if (!specs.has(name)) specs.set(name, toSpec(name, server, from, needsApproval));
  };
  for (const { origin, value } of loaded.levels['mcp.servers'] as readonly LevelValue[])
    add(value as Servers, origin.name ?? origin.level, origin.level === 'project');
  for (const kind of loaded.config.mcp.import) {
    const file = await readMcpFile(workspace, kind);
    if (file) add(file.servers, file.path, true);
  }
  return [...specs.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function toSpec(name: string, server: Servers[string], from: string, needsApproval: boolean): McpServerSpec {
  const { command, args = [], env = {}, cwd = null, url, headers = {}, trust = false } = server;
  const place =
    command === undefined
      ? ({ kind: 'address', url: url as string, headers } as const)
      : ({ kind: 'process', command, args, env, cwd } as const);
  const shown = toPrintableLine(
    place.kind === 'address' ? place.url : [place.command, ...place.args].join(' '),
  );
  const startLimitMs = (server.start_limit ?? START_LIMIT_S) * 1000;
  return { name, place, trust, startLimitMs, shown, from, needsApproval };
}
