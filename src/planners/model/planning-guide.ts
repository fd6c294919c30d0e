import * as z from 'zod';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Tool } from '../../ports/tool.ts';
import { MAX_PROPOSALS } from './planning-document.ts';

/** All of it is paid for with each reply: what stands behind this is told by name only. */
const MAX_TOOL_CHARACTERS = 12_000;

const TASK = `You plan; you carry nothing out. Look at the folder only as far as the goal needs it. Then call plan.propose with a whole plan document. It is checked: mend what is wrong and propose again, at most ${MAX_PROPOSALS} times. Once it is accepted, a person reads it and decides whether it runs.
Weigh at least two ways, say which you chose and why. Few steps, each with an id and one purpose; a last step that checks the result. Say only what the goal asks for. No secrets in the document. Do not guess names of files: look.`;

const RULES = `Steps run in order; with needs they form a graph. A step has one of the verbs run, uses, decide, subplans, ask, sleep, agent. Expressions \${{ inputs.x }}, \${{ steps.ID.outputs.stdout }}, \${{ decisions.ID.chosen }} stand in values, never in the text of run: there values come through env. What run does counts as a write unless effect: read. Prefer uses and run to agent where the change is known now.`;

/** Keys that few plans need, or that are told already. */
const UNSAID: readonly string[] = ['defaults', 'strategy', 'subplans.retries'];

/** What a model has to know to write a plan: the format, from its own schema, and the tools that steps can call. */
export function planningGuide(schema: JsonObject, tools: readonly Tool[]): string {
  return [
    TASK,
    '# The document',
    ...documentLines(schema),
    RULES,
    '# Tools for uses and agent',
    ...toolLines(tools),
  ].join('\n');
}

function documentLines(schema: JsonObject): readonly string[] {
  const steps = stepSchemas(schema);
  const common = Object.keys(propertiesOf(steps[0])).filter((key) =>
    steps.every((step) => key in propertiesOf(step)),
  );
  const own = new Map<string, Json>();
  for (const step of steps)
    for (const [key, value] of Object.entries(propertiesOf(step)))
      if (!common.includes(key)) own.set(key, own.get(key) ?? (value as Json));
  const shared = common.map((key): [string, Json] => [key, propertiesOf(steps[0])[key] as Json]);
  return [
    ...Object.entries(propertiesOf(schema)).flatMap(([key, value]) => keyLines([key], value as Json, 0)),
    'Of each step:',
    ...[...shared, ...own].flatMap(([key, value]) => keyLines([key], value, 1)),
  ];
}

function stepSchemas(schema: JsonObject): readonly JsonObject[] {
  const definitions = Object.values((schema['definitions'] ?? {}) as JsonObject) as readonly JsonObject[];
  const list = definitions.find((one) => Array.isArray(one['anyOf'])) as JsonObject;
  return list['anyOf'] as readonly JsonObject[];
}

const propertiesOf = (schema: Json | undefined): JsonObject =>
  ((schema as JsonObject | undefined)?.['properties'] ?? {}) as JsonObject;

/** One line for a key with its first example, then one for each key within. */
function keyLines(path: readonly string[], value: Json, depth: number): readonly string[] {
  if (UNSAID.includes(path.join('.'))) return [];
  const { description = '', examples = [] } = value as { description?: string; examples?: readonly Json[] };
  const inner = Object.entries(propertiesOf(value));
  const [example] = examples;
  const shown = inner.length > 0 || example === undefined ? '' : ` e.g. ${JSON.stringify(example)}`;
  const line = `${'  '.repeat(depth)}${path.at(-1)}: ${description}${shown}`;
  return [line, ...inner.flatMap(([name, child]) => keyLines([...path, name], child as Json, depth + 1))];
}

function toolLines(tools: readonly Tool[]): readonly string[] {
  const lines: string[] = [];
  const unsaid: string[] = [];
  let length = 0;
  for (const tool of tools) {
    const line = toolLine(tool);
    length += line.length;
    if (length > MAX_TOOL_CHARACTERS) unsaid.push(tool.name);
    else lines.push(line);
  }
  return unsaid.length === 0 ? lines : [...lines, `Also: ${unsaid.join(', ')}`];
}

/** `fs.read (read): Read a file {path, encoding?: utf8|base64}` */
function toolLine({ name, effect, summary, input }: Tool): string {
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as JsonObject;
  const required = (schema['required'] ?? []) as readonly string[];
  const fields = Object.entries(propertiesOf(schema)).map(([key, value]) => {
    const sign = required.includes(key) ? '' : '?';
    return `${key}${sign}${typeText(value as JsonObject)}`;
  });
  return `${name} (${effect}): ${summary} {${fields.join(', ')}}`;
}

/** Nothing for texts, which most are. */
function typeText({ type, enum: values }: JsonObject): string {
  if (Array.isArray(values)) return `: ${values.join('|')}`;
  return typeof type !== 'string' || type === 'string' ? '' : `: ${type}`;
}
