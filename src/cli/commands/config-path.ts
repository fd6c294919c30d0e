import { toPrintableLine } from '../../domain/printable.ts';
import type { Command } from '../command.ts';
import { formatTable } from '../table.ts';

const ROLE_WORDS = {
  read: 'read',
  shadowed: 'not read: another form in the same folder comes first',
  absent: 'not there',
} as const;

export const configPath: Command = {
  describe: (parser) => parser.example('$0 config path', 'which files there are, and which are read'),
  run: async (_args, session) => {
    const { readConfig } = await import('../../config/load-config.ts');
    // A faulty file is still a file: its path is just what one needs to mend it.
    const { files } = await readConfig(session.configSource(await session.folder()));
    return {
      data: { files: files.map(({ path, level, role }) => ({ path, level, role })) },
      show: () => {
        const { paint, print } = session.output;
        const shown = files.filter(({ role }) => role !== 'absent' || session.options.verbose);
        const rows = shown.map(({ path, level, role }) => [
          level,
          toPrintableLine(path),
          paint('dim', ROLE_WORDS[role]),
        ]);
        if (rows.length > 0) print(formatTable(rows));
        else
          session.output.note('no settings files: the defaults hold (--verbose lists where they could be)');
      },
    };
  },
};
