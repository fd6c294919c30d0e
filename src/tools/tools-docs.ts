import * as z from 'zod';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Tool } from '../ports/tool.ts';

const HEAD = `# Tools

<!-- Made from src/tools by \`npm run generate\`; changes here are lost. -->

What a step can call: \`uses: NAME\` with its fields below \`with\`. \`run: COMMAND\` is short for \`shell.run\`. A tool that
writes gets a checkpoint before and after it, as \`core.checkpoints.auto_create_on\` says; one that reads gets none. A step can
say \`effect: read\` of a command that changes nothing, and \`tools.overrides\` says it of a tool for a whole project.

\`agents tool list\` and \`agents tool show NAME\` show the same.
`;

interface Field {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: Json;
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly anyOf?: readonly Field[];
  readonly items?: Field;
}

function typeText({ type, enum: options, const: only, anyOf, items }: Field): string {
  if (options) return options.map((option) => `\`${JSON.stringify(option)}\``).join(', ');
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (anyOf) return anyOf.map(typeText).join(' or ');
  if (items) return `list of ${typeText(items)}`;
  return typeof type === 'string' ? type : (type?.join(' or ') ?? 'any');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function fieldTable(type: z.ZodType, io: 'input' | 'output', nothing: string): string {
  const schema = z.toJSONSchema(type, { io, unrepresentable: 'any' }) as JsonObject;
  const fields = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Field>>);
  const required = (schema['required'] ?? []) as readonly string[];
  if (fields.length === 0) return `${nothing}\n`;
  const rows = fields.map(([name, field]) => {
    const preset = field.default === undefined ? '' : `default \`${JSON.stringify(field.default)}\``;
    const need = io === 'input' && required.includes(name) && preset === '' ? 'required' : preset;
    return `| \`${name}\` | ${cell(typeText(field))} | ${need} | ${cell(field.description ?? '')} |`;
  });
  return `| field | type | | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function renderTool({ name, summary, effect, openWorld, input, output }: Tool): string {
  const beyond = openWorld ? ' Reaches beyond the folder: no checkpoint can undo that.' : '';
  const effectText = effect === 'write' ? 'Writes.' : 'Reads.';
  const takes = fieldTable(input, 'input', 'Takes nothing.');
  const gives = fieldTable(output, 'output', 'Gives nothing.');
  return `## ${name}\n\n${summary}. ${effectText}${beyond}\n\nTakes:\n\n${takes}\nGives:\n\n${gives}`;
}

/** `docs/tools.md`: every tool with what it takes and gives. */
export function renderToolsDocs(tools: readonly Tool[]): string {
  return `${HEAD}\n${tools.map(renderTool).join('\n')}`;
}
