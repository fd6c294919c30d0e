import { toPrintableLine } from '../../domain/printable.ts';
import type { Command } from '../command.ts';

export const configValidate: Command = {
  describe: (parser) => parser.example('$0 config validate', 'every fault with file, line and column'),
  run: async (_args, session) => {
    const { files } = await (await session.app()).config(await session.folder());
    const read = files.filter(({ role }) => role === 'read').map(({ path }) => path);
    return {
      data: { valid: true, files: read },
      show: () => {
        if (read.length === 0) session.output.print('no settings files: the defaults hold');
        for (const path of read) session.output.print(`${toPrintableLine(path)} is valid`);
      },
    };
  },
};
