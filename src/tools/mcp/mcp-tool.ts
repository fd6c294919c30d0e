import * as z from 'zod';
import { WaitingError } from '../../domain/errors.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { McpServerSpec, McpToolDefinition } from '../../ports/mcp.ts';
import type { Tool } from '../../ports/tool.ts';
import { ToolFailure } from '../tool-failure.ts';
import { effectOfDefinition } from './mcp-effect.ts';
import { mcpOutput, toOutput } from './mcp-result.ts';
import type { McpServers } from './mcp-servers.ts';

const MAX_SUMMARY = 100;
const MAX_ERROR = 400;

export const MCP_PREFIX = 'mcp.';

/** `mcp.<server>.<tool>`, taken apart; null for other tools. A server's name has no dot. */
export function partsOfMcpName(name: string): { readonly server: string; readonly tool: string } | null {
  const match = /^mcp\.([^.]+)\.(.+)$/.exec(name);
  return match ? { server: match[1] as string, tool: match[2] as string } : null;
}

/** A server's tool as one of ours: the tool runner sees no difference. */
export function createMcpTool(
  servers: McpServers,
  spec: McpServerSpec,
  definition: McpToolDefinition,
): Tool<JsonObject> {
  const { effect, openWorld, reason } = effectOfDefinition(definition, spec.trust);
  const { name: server } = spec;
  const { name: tool } = definition;
  return {
    name: `${MCP_PREFIX}${server}.${tool}`,
    summary: summaryOf(definition),
    effect,
    effectReason: reason,
    openWorld,
    input: inputOf(definition),
    output: mcpOutput,
    paths: () => (effect === 'read' ? [] : null),
    check: async (_, { signal }) => {
      const { changes } = await servers.connect(server, signal);
      const change = changes.find((one) => one.tool === tool);
      if (change) throw changedTool(server, tool, change.kind === 'gone' ? [] : change.fields);
    },
    run: async (input, context) => {
      const { connection } = await servers.connect(server, context.signal);
      const onProgress = (line: string): void => context.write('stdout', `${line}\n`);
      try {
        const result = await connection.call({ tool, input, signal: context.signal, onProgress });
        const output = toOutput(result);
        if (result.isError === true) throw failureOf(definition, output);
        return output;
      } finally {
        // A server may go on with what was cancelled: nothing of a write may happen after its window is closed.
        if (context.signal.aborted && effect === 'write') await connection.close();
      }
    },
  };
}

function changedTool(server: string, tool: string, fields: readonly string[]): WaitingError {
  const what = fields.length === 0 ? 'is gone' : `has changed: ${fields.join(', ')}`;
  return new WaitingError('mcp_tool_changed', `the tool ${tool} of the MCP server ${server} ${what}`, {
    hint: 'it is not what it was when it was first used or agreed to',
    nextSteps: [`agents mcp approve ${server}`],
  });
}

function failureOf({ name }: McpToolDefinition, output: JsonObject): ToolFailure {
  const said = toPrintableLine((output['text'] as string).trim().slice(0, MAX_ERROR).toWellFormed());
  return new ToolFailure('tool_failed', `${name} failed`, output, said === '' ? {} : { hint: said });
}

function summaryOf({ title, description }: McpToolDefinition): string {
  const [line = ''] = (description ?? title ?? '').trim().split('\n');
  const text = toPrintableLine(line);
  return text.length <= MAX_SUMMARY ? text : `${text.slice(0, MAX_SUMMARY - 1).trimEnd()}…`;
}

/** What can't be read as a schema is left for the server to check: it does so anyway. */
function inputOf({ inputSchema }: McpToolDefinition): z.ZodType<JsonObject> {
  try {
    return z.fromJSONSchema(
      inputSchema as Parameters<typeof z.fromJSONSchema>[0],
    ) as unknown as z.ZodType<JsonObject>;
  } catch {
    return z.record(z.string(), z.any()) as z.ZodType<JsonObject>;
  }
}
