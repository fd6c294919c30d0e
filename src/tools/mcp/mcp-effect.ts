import type { Effect } from '../../domain/plan.ts';
import type { McpToolDefinition } from '../../ports/mcp.ts';

/** What a tool does to the workspace, as far as its server can be believed. */
export interface McpEffect {
  readonly effect: Effect;
  readonly openWorld: boolean;
  /** Why: for people, one clause. */
  readonly reason: string;
}

/**
 * Reads a tool's annotations. They are hints: only a server that somebody said to trust is believed that a tool reads, and
 * what says nothing writes and reaches anywhere (the defaults of the specification, 2025-11-25, "ToolAnnotations").
 */
export function effectOfDefinition({ annotations }: McpToolDefinition, isTrusted: boolean): McpEffect {
  const claimsToRead = annotations?.['readOnlyHint'] === true;
  const openWorld = annotations?.['openWorldHint'] !== false;
  if (claimsToRead && isTrusted)
    return { effect: 'read', openWorld, reason: 'its server says that it only reads' };
  const reason = claimsToRead
    ? 'its server says that it only reads, but is not trusted'
    : annotations?.['readOnlyHint'] === false
      ? 'its server says that it writes'
      : 'its server does not say';
  return { effect: 'write', openWorld, reason };
}
