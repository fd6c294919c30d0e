import * as z from 'zod';
import { NotFoundError } from '../../domain/errors.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { closestWord } from '../../domain/closest-word.ts';
import type { Command } from '../command.ts';
import { text } from '../global-options.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { formatTable } from '../table.ts';
import { toolToJson } from './tool-list.ts';
import type { ToolRegistry } from '../../ports/tool.ts';

export const toolShow: Command = {
  describe: (parser) =>
    parser
      .positional('name', { type: 'string', demandOption: true, describe: 'as `agents tool list` shows it' })
      .example('$0 tool show fs.write', 'what it takes, what it gives'),
  run: async (args, session) => {
    const { registry: tools } = await (await session.app()).tools(await session.folder());
    const name = text(args, 'name');
    await tools.prepare([name]);
    const tool = tools.get(name);
    if (!tool) throw unknownTool(name, tools);
    const input = schemaOf(tool.input, 'input');
    const output = schemaOf(tool.output, 'output');
    return {
      data: { ...toolToJson(tool), input_schema: input, output_schema: output },
      show: () => {
        const { paint, print } = session.output;
        const beyond = tool.openWorld ? ', reaches beyond the folder' : '';
        print(`${paint('strong', tool.name)}  ${tool.summary}`);
        const why = tool.effectReason === undefined ? '' : ` (${tool.effectReason})`;
        print(paint('dim', `  effect: ${tool.effect}${why}${beyond}`));
        print(`\n${paint('strong', 'Takes')}\n${fieldTable(input)}`);
        print(`\n${paint('strong', 'Gives')}\n${fieldTable(output)}`);
      },
    };
  },
};

function unknownTool(name: string, tools: ToolRegistry): NotFoundError {
  const near = closestWord(
    name,
    tools.list().map((tool) => tool.name),
  );
  return new NotFoundError('tool_not_found', `there is no tool "${name}"`, {
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
    nextSteps: ['agents tool list'],
  });
}

/** The fields of an object's schema, one a row: name, type, whether it must be there, description. */
export function fieldTable(schema: JsonObject): string {
  const fields = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, JsonObject>>);
  const required = (schema['required'] ?? []) as readonly string[];
  if (fields.length === 0) return '  nothing';
  return formatTable(
    fields.map(([name, field]) => [
      `  ${name}`,
      typeText(field),
      required.includes(name) ? 'required' : '',
      toPrintableLine((field['description'] ?? '') as string),
    ]),
  );
}

function typeText(field: JsonObject): string {
  const {
    type,
    enum: options,
    anyOf,
  } = field as { type?: string; enum?: readonly Json[]; anyOf?: readonly JsonObject[] };
  if (options) return options.map((option) => JSON.stringify(option)).join(' | ');
  if (anyOf) return anyOf.map(typeText).join(' | ');
  return type ?? 'any';
}

const schemaOf = (type: z.ZodType, io: 'input' | 'output'): JsonObject =>
  z.toJSONSchema(type, { io, unrepresentable: 'any' }) as JsonObject;
