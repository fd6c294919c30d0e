/** Programs whose lists of MCP servers can be taken over. */
export const MCP_FILE_KINDS = ['claude', 'cursor', 'vscode', 'gemini'] as const;
export type McpFileKind = (typeof MCP_FILE_KINDS)[number];

/** Where each keeps them in a project, and below which key. Sources: the documentation of Claude Code, Cursor, VS Code, Gemini CLI. */
export const MCP_FILES: Readonly<Record<McpFileKind, { readonly path: string; readonly key: string }>> = {
  claude: { path: '.mcp.json', key: 'mcpServers' },
  cursor: { path: '.cursor/mcp.json', key: 'mcpServers' },
  vscode: { path: '.vscode/mcp.json', key: 'servers' },
  gemini: { path: '.gemini/settings.json', key: 'mcpServers' },
};
