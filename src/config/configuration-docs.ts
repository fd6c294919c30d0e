import * as z from 'zod';
import type { Json } from '../domain/json.ts';
import { CONFIG_KEYS, type ConfigKey } from './config-keys.ts';
import { renderYaml } from './render-value.ts';

const HEAD = `# Configuration

<!-- Made from src/config by \`npm run generate\`; changes here are lost. -->

\`agents config show --origin\` shows every setting and where it comes from, \`agents config explain KEY\` every level of
one, \`agents config set KEY VALUE\` changes one in the project's file and leaves the rest of the file as it is.

## Levels

Each key is taken from the highest level that gives it; a list replaces a list.

| level | where |
| --- | --- |
| flag | \`--set KEY=VALUE\`, as often as you like |
| environment | \`AGENTS_\` and the key in capitals, \`_\` for \`.\`: \`AGENTS_CORE_CHECKPOINTS_AUTO_CREATE_ON=on_error\` |
| project | the nearest file, from the plan's workspace upwards to your home folder (or the root of the file system) |
| user | \`config\`, \`config.json\`, \`config.yaml\` or \`config.yml\` in \`$XDG_CONFIG_HOME/agents\` (Linux: \`~/.config/agents\`) or the platform's own place; \`AGENTS_CONFIG_HOME\` names another folder |
| default | below, and in \`.agentsrc.example\` |

A project's file is \`package.json\` with a key \`agents\`, \`.agentsrc\`, \`.agentsrc.json\`, \`.agentsrc.yaml\` or \`.agentsrc.yml\`:
in one folder the first of these that there is, and nothing further up. All are data, YAML or JSON in UTF-8. No form is
a program, so a folder's settings can't run anything.

In a flag, a variable and \`config set\`, a list is separated by commas and nothing is the empty list; commas in brackets
don't separate, and a list as YAML has it (\`[a, b]\`) is understood too. Everything else is written as in YAML.

An unknown key, a wrong value or a file that can't be read is an error that names its place; nothing is run then.
While a plan runs, the files are looked at before each trigger: a change holds from there on and is written into the
plan's history. A faulty one is shown, and the old values stay.

## Keys
`;

interface Described {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Described[];
  readonly items?: Described;
  readonly additionalProperties?: Described;
  readonly minimum?: number;
  readonly maximum?: number;
}

function describeLegal(schema: Described): string {
  if (schema.anyOf) return schema.anyOf.map(describeLegal).join(' or ');
  if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(', ');
  if (schema.items) return `a list of ${describeLegal(schema.items)}`;
  if (schema.additionalProperties) return `a map from names to ${describeLegal(schema.additionalProperties)}`;
  if (schema.type === 'integer') return `a whole number from ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'object') return 'maps';
  if (schema.type === 'boolean') return '`true` or `false`';
  return schema.type === 'null' ? '`null`' : 'texts';
}

function renderDefault(value: Json): string {
  if (!Array.isArray(value) || value.length <= 4) return `Default: \`${renderYaml(value)}\``;
  return `Default:\n\n\`\`\`yaml\n${value.map((item: Json) => `- ${renderYaml(item)}`).join('\n')}\n\`\`\``;
}

function renderKey({ key, env, description, schema, default: value }: ConfigKey): string {
  const legal = describeLegal(z.toJSONSchema(schema, { io: 'input' }) as Described);
  return `### ${key}\n\n${description}\n\nLegal: ${legal}\\\nVariable: \`${env}\`\\\n${renderDefault(value)}\n`;
}

/** `docs/configuration.md`: the levels, the forms, and every key. */
export function renderConfigurationDocs(): string {
  return `${HEAD}\n${CONFIG_KEYS.map(renderKey).join('\n')}`;
}
