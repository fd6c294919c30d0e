import type { Json } from '../../domain/json.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { valueText } from '../checkpoint-views.ts';
import type { Command } from '../command.ts';
import { text } from '../global-options.ts';

export const configSet: Command = {
  describe: (parser) =>
    parser
      .positional('key', { type: 'string', demandOption: true, describe: 'as `agents config show` lists it' })
      .positional('value', {
        type: 'string',
        demandOption: true,
        describe: 'a list is comma-separated, or JSON',
      })
      .epilogue(
        'Comments and order of the file stay as they are. A running plan takes it from the next trigger on.',
      )
      .example('$0 config set core.checkpoints.auto_create_on on_error', 'only checkpoints of failures'),
  run: async (args, session) => {
    const { setConfigValue } = await import('../../config/edit-config.ts');
    const source = session.configSource(await session.folder());
    const { file, created, changed, key, before, after } = await setConfigValue(
      source,
      text(args, 'key'),
      text(args, 'value'),
    );
    return {
      data: { file, created, changed, key, before: before ?? null, after: after as Json },
      show: () => {
        const { print } = session.output;
        const did = changed ? 'set' : 'unchanged';
        print(
          `${did}: ${key} = ${valueText(after)} in ${toPrintableLine(file)}${created ? ' (new file)' : ''}`,
        );
      },
    };
  },
};
