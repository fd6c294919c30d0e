/** What stands in `AGENTS_CALL_ID` of the tool servers that a plan started: they outlive single calls, not its run. */
export function serverMark(owner: string): string {
  return `mcp:${owner}`;
}
