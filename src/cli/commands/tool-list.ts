import type { Tool } from '../../ports/tool.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Command } from '../command.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { formatTable } from '../table.ts';

export const toolList: Command = {
  describe: (parser) => parser.example('$0 tool list', 'what a step can call with `uses`'),
  run: async (_args, session) => {
    const { registry } = await (await session.app()).tools(await session.folder());
    const tools = registry.list();
    return {
      data: { tools: tools.map(toolToJson) },
      show: () => {
        const { paint, print } = session.output;
        const rows = tools.map(({ name, effect, openWorld, summary }) => [
          name,
          paint(effect === 'write' ? 'attention' : 'good', effect),
          openWorld ? 'beyond the folder' : '',
          toPrintableLine(summary),
        ]);
        print(formatTable([['TOOL', 'EFFECT', '', ''].map((title) => paint('dim', title)), ...rows]));
      },
    };
  },
};

export function toolToJson({ name, summary, effect, openWorld }: Tool): JsonObject {
  return { name, summary, effect, open_world: openWorld };
}
