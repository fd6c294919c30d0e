import { join } from 'node:path';
import { isAnySet } from '../config/read-settings.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { serverMark } from '../domain/server-mark.ts';
import type { WorkspaceTools } from '../ports/workspace-tools.ts';
import type { Parts } from './parts.ts';

/**
 * The tools of a folder, for those who read documents. @param owner the root plan that the servers run for; null outside of a run
 * @throws ConfigError, StorageError
 */
export async function openWorkspaceTools(
  parts: Parts,
  workspace: string,
  owner: string | null,
  loaded?: LoadedConfig,
): Promise<WorkspaceTools> {
  const builtin = await parts.tools();
  const none = { registry: builtin, servers: null, [Symbol.asyncDispose]: async () => undefined };
  if (!loaded && !(await isAnySet(parts.configSources(workspace)))) return none;
  const settings = loaded ?? (await parts.config(workspace));
  const { servers, import: files } = settings.config.mcp;
  if (Object.keys(servers).length === 0 && files.length === 0) return none;
  return await withServers(parts, workspace, owner, settings);
}

/** Nothing is started yet. */
async function withServers(
  parts: Parts,
  workspace: string,
  owner: string | null,
  loaded: LoadedConfig,
): Promise<WorkspaceTools> {
  // Loaded late: few folders have servers.
  const [{ mcpServersOf }, { McpMemoryFiles }, { McpRegistry }, { McpServers }] = await Promise.all([
    import('../config/mcp-servers.ts'),
    import('../host/mcp-memory.ts'),
    import('../tools/mcp/mcp-registry.ts'),
    import('../tools/mcp/mcp-servers.ts'),
  ]);
  const { options, home, processes } = parts;
  const specs = await mcpServersOf(loaded, workspace);
  const mark = serverMark(owner ?? `pid-${processes.self.pid}`);
  const marks = { AGENTS_CALL_ID: mark, AGENTS_CALL_HOME: home };
  const servers = new McpServers(specs, new McpMemoryFiles(join(home, 'mcp')), {
    workspace,
    env: options.env,
    marks,
    processes,
  });
  const registry = await McpRegistry.open(await parts.tools(), servers);
  return { registry, servers, [Symbol.asyncDispose]: () => servers.close() };
}
