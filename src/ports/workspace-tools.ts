import type { McpCatalog } from './mcp.ts';
import type { ToolRegistry } from './tool.ts';

/** What steps can call in a workspace. Disposing it ends the servers that were started for it. */
export interface WorkspaceTools extends AsyncDisposable {
  readonly registry: ToolRegistry;
  /** null: the settings name none. */
  readonly servers: McpCatalog | null;
}
