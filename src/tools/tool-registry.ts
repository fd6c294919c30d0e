import type { Tool, ToolRegistry } from '../ports/tool.ts';
import { ConfigError } from '../domain/errors.ts';

/**
 * The tools a plan can call, listed by name.
 * @throws ConfigError `duplicate_tool` if two have the same name
 */
export function createToolRegistry(tools: readonly Tool[]): ToolRegistry {
  const byName = new Map<string, Tool>();
  for (const tool of tools) {
    if (byName.has(tool.name)) {
      throw new ConfigError('duplicate_tool', `two tools are called ${tool.name}`, {
        hint: 'a step could mean either: give one of them another name',
      });
    }
    byName.set(tool.name, tool);
  }
  const sorted = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    get: (name) => byName.get(name),
    list: () => sorted,
    mayHave: () => false,
    prepare: async () => undefined,
  };
}
