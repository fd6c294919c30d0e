import * as z from 'zod';
import type { Json, JsonObject } from '../domain/json.ts';
import { CONFIG_KEYS, namesBelow } from './config-keys.ts';
import { configSchema } from './config-schema.ts';

type Node = { [name: string]: Json };

/** Where a setting stands in the schema of the whole. */
function findNode(schema: Node, path: readonly string[]): Node {
  return path.reduce((node, name) => (node['properties'] as { [name: string]: Node })[name] as Node, schema);
}

/** Where the default would not show how to write something else. */
const EXAMPLES: Readonly<Record<string, Json>> = {
  'core.checkpoints.interval.seconds': 300,
  'core.checkpoints.interval.steps': 10,
  'ui.keys': { pause: 'P', rollback: ['b', 'f5'] },
  'tools.overrides': { 'http.request': 'write' },
};

/** The JSON Schema (draft 7) of `.agentsrc`, for editors: every setting with what it means, its default and an example. */
export function configJsonSchema(): JsonObject {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' }) as unknown as Node;
  for (const { key, path, description, default: value } of CONFIG_KEYS) {
    const examples = [EXAMPLES[key] ?? value];
    Object.assign(findNode(schema, path), { description, default: value, examples });
    path.slice(0, -1).forEach((_, depth) => describeGroup(schema, path.slice(0, depth + 1)));
  }
  return { ...schema, title: 'agents settings' };
}

function describeGroup(schema: Node, path: readonly string[]): void {
  findNode(schema, path)['description'] = `A group of settings: ${namesBelow(path).join(', ')}.`;
}
