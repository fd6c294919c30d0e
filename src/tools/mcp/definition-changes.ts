import { canonicalJson, type Json } from '../../domain/json.ts';
import type { McpToolChange, McpToolDefinition } from '../../ports/mcp.ts';

const FIELDS = ['title', 'description', 'inputSchema', 'annotations'] as const;

/** What differs between the tools that were agreed to and those that a server lists now, by name. */
export function definitionChanges(
  known: readonly McpToolDefinition[],
  listed: readonly McpToolDefinition[],
): readonly McpToolChange[] {
  const before = new Map(known.map((tool) => [tool.name, tool]));
  const after = new Map(listed.map((tool) => [tool.name, tool]));
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((tool): McpToolChange[] => {
    const [old, now] = [before.get(tool), after.get(tool)];
    if (!old) return [{ tool, kind: 'new', fields: [] }];
    if (!now) return [{ tool, kind: 'gone', fields: [] }];
    const fields = FIELDS.filter((field) => textOf(old[field]) !== textOf(now[field]));
    return fields.length === 0 ? [] : [{ tool, kind: 'changed', fields }];
  });
}

const textOf = (value: Json | undefined): string => (value === undefined ? '' : canonicalJson(value));
