import type { Argv } from 'yargs';
import type { ExplainedKey, ExplainedLevel } from '../../config/explain-config.ts';
import type { JsonObject } from '../../domain/json.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { valueText } from '../checkpoint-views.ts';
import type { Command } from '../command.ts';
import { text, type ParsedArgs } from '../global-options.ts';
import type { Session } from '../session.ts';
import { formatTable } from '../table.ts';

const keyArgument = (parser: Argv): Argv =>
  parser.positional('key', {
    type: 'string',
    demandOption: true,
    describe: 'as `agents config show` lists it',
  });

async function explain(args: ParsedArgs, session: Session): Promise<ExplainedKey> {
  const { explainConfig } = await import('../../config/explain-config.ts');
  const app = await session.app();
  return explainConfig(await app.config(await session.folder()), text(args, 'key'));
}

const levelToJson = ({ origin, value, where }: ExplainedLevel): JsonObject => ({ origin, value, where });

export const configExplain: Command = {
  describe: (parser) =>
    keyArgument(parser).example(
      '$0 config explain core.checkpoints.auto_create_on',
      'its meaning, and who says what',
    ),
  run: async (args, session) => {
    const explained = await explain(args, session);
    const { key, description, levels } = explained;
    return {
      data: { key, ...levelToJson(explained), description, levels: levels.map(levelToJson) },
      show: () => {
        const { paint, print } = session.output;
        print(`${paint('strong', key)} = ${valueText(explained.value)}`);
        print(`  ${toPrintableLine(description)}`);
        const rows = levels.map(({ origin, value, where }, index) => [
          index === 0 ? '  wins' : '',
          origin,
          valueText(value),
          paint('dim', toPrintableLine(where ?? '')),
        ]);
        print(formatTable(rows));
      },
    };
  },
};

export const configGet: Command = {
  describe: (parser) =>
    keyArgument(parser).example('$0 config get core.execution.max_parallel', 'only the value'),
  run: async (args, session) => {
    const { key, value } = await explain(args, session);
    return { data: { key, value }, show: () => session.output.print(JSON.stringify(value)) };
  },
};
