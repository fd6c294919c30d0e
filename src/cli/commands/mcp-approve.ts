import { NotFoundError } from '../../domain/errors.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { McpApproval } from '../../ports/mcp.ts';
import type { Command } from '../command.ts';
import { isOn, text } from '../global-options.ts';
import { approveServer, askForServer } from '../mcp-approval.ts';

export const mcpApprove: Command = {
  describe: (parser) =>
    parser
      .positional('server', { type: 'string', demandOption: true, describe: 'as `agents mcp list` shows it' })
      .option('yes', { alias: 'y', type: 'boolean', describe: 'agree without being asked' })
      .epilogue(
        'A server that a project names is a program of the project: it is started once you have agreed to exactly that ' +
          'command. Agreeing again takes over what has changed in its tools.',
      )
      .example('$0 mcp approve files', 'look at it, then say yes or no'),
  run: async (args, session) => {
    const name = text(args, 'server');
    const { servers } = await (await session.app()).tools(await session.folder());
    if (!servers) {
      throw new NotFoundError('mcp_server_not_found', `no MCP server is called ${toPrintableLine(name)}`, {
        hint: 'the settings of this folder name none',
        nextSteps: ['agents config explain mcp.servers'],
      });
    }
    if (!isOn(args, 'yes')) await askForServer(session, servers.spec(name));
    const { tools, changes } = await approveServer(session, servers, name);
    return {
      data: {
        name,
        tools: tools.map((tool) => tool.name),
        changes: (changes ?? []).map(({ tool, kind, fields }) => ({ tool, kind, fields })),
      },
      show: () => {
        for (const line of linesOf(name, { tools, changes })) session.output.print(line);
      },
    };
  },
};

function linesOf(name: string, { tools, changes }: McpApproval): readonly string[] {
  const count = `${tools.length} ${tools.length === 1 ? 'tool' : 'tools'}`;
  const changed = (changes ?? []).map(({ tool, kind, fields }) => {
    const what = fields.length === 0 ? kind : `${kind}: ${fields.join(', ')}`;
    return `  mcp.${name}.${toPrintableLine(tool)}  ${what}`;
  });
  return [`agreed to: ${name}, ${count}`, ...changed];
}
