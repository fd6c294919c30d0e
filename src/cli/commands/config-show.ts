import { describeOrigin, type LevelValue } from '../../config/config-source.ts';
import type { JsonObject } from '../../domain/json.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { valueText } from '../checkpoint-views.ts';
import type { Command } from '../command.ts';
import { isOn } from '../global-options.ts';
import { formatTable } from '../table.ts';

export const configShow: Command = {
  describe: (parser) =>
    parser
      .option('origin', { type: 'boolean', describe: 'where each value comes from' })
      .example('$0 config show --origin', 'every setting, and which file or variable says so'),
  run: async (args, session) => {
    const { CONFIG_KEYS } = await import('../../config/config-keys.ts');
    const app = await session.app();
    const { config, levels } = await app.config(await session.folder());
    const withOrigin = isOn(args, 'origin');
    const settings = CONFIG_KEYS.map(({ key }) => {
      const [winner] = levels[key] as readonly [LevelValue];
      return { key, value: winner.value, origin: describeOrigin(winner.origin) };
    });
    const origins = Object.fromEntries(settings.map(({ key, origin }) => [key, origin]));
    return {
      data: { config: config as unknown as JsonObject, ...(withOrigin ? { origins } : {}) },
      show: () => {
        const { paint, print } = session.output;
        const rows = settings.map(({ key, value, origin }) => [
          paint('strong', key),
          valueText(value),
          ...(withOrigin ? [paint('dim', toPrintableLine(origin))] : []),
        ]);
        print(formatTable(rows));
      },
    };
  },
};
