import type { JsonObject } from '../../domain/json.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { McpKnowledge, McpServerSpec } from '../../ports/mcp.ts';
import type { Command } from '../command.ts';
import { formatTable } from '../table.ts';

export const mcpList: Command = {
  describe: (parser) => parser.example('$0 mcp list', 'which tool servers there are, and who named them'),
  run: async (_args, session) => {
    const { servers } = await (await session.app()).tools(await session.folder());
    const found: (readonly [McpServerSpec, McpKnowledge])[] = [];
    for (const spec of servers?.specs ?? [])
      found.push([spec, (await servers?.knowledge(spec.name)) as McpKnowledge]);
    return {
      data: { servers: found.map(([spec, knowledge]) => serverToJson(spec, knowledge)) },
      show: () => {
        const { paint, print, note } = session.output;
        if (found.length === 0) return note('no MCP servers here: agents config explain mcp.servers');
        const rows = found.map(([spec, { approved_at, tools }]) => [
          spec.name,
          spec.needsApproval && approved_at === null
            ? paint('attention', 'not agreed to')
            : paint('good', 'ready'),
          tools === null ? '' : `${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}`,
          spec.trust ? 'trusted' : '',
          spec.shown,
          paint('dim', toPrintableLine(spec.from)),
        ]);
        const head = ['SERVER', '', 'TOOLS', '', 'COMMAND OR ADDRESS', 'FROM'].map((title) =>
          paint('dim', title),
        );
        print(formatTable([head, ...rows]));
      },
    };
  },
};

function serverToJson(spec: McpServerSpec, { approved_at, tools }: McpKnowledge): JsonObject {
  const { name, place, trust, from, needsApproval } = spec;
  return {
    name,
    command: place.kind === 'process' ? [place.command, ...place.args] : null,
    url: place.kind === 'address' ? place.url : null,
    trusted: trust,
    from,
    needs_approval: needsApproval && approved_at === null,
    approved_at,
    tools: tools?.map((tool) => tool.name) ?? null,
  };
}
