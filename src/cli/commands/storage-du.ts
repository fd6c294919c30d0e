import { toBytes } from '../../config/byte-size.ts';
import { shortId } from '../../domain/ids.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { StorageUsage } from '../../ports/object-garbage.ts';
import { sizeText } from '../../tui/words/file-words.ts';
import type { Command } from '../command.ts';
import type { Paint } from '../paint.ts';
import { counted } from '../spoken-words.ts';
import { withGarbage } from '../stored-things.ts';
import { formatTable } from '../table.ts';

const MOST_PLANS = 20;

export const storageDu: Command = {
  describe: (parser) =>
    parser
      .epilogue('Contents and folders are shared by all plans, so they belong to none.')
      .example('$0 storage du', 'what takes the room'),
  run: async (_args, session) => {
    const usage = await withGarbage(session, (garbage) => garbage.usage());
    const app = await session.app();
    const { home } = app;
    const { retention } = (await app.config(await app.workspace(undefined))).config.core.checkpoints;
    const stored = usage.trees.bytes + usage.contents.bytes;
    const most = retention.max_bytes === null ? null : toBytes(retention.max_bytes);
    const over = most === null ? 0 : Math.max(0, stored - most);
    return {
      data: {
        home,
        retention: { max_bytes: most, stored, over },
        databases: usage.databases.map((one) => ({ ...one })),
        trees: { ...usage.trees },
        contents: { ...usage.contents },
        scans: { ...usage.scans },
        plans: usage.plans.map((one) => ({ ...one })),
      },
      show: () => {
        session.output.print(toPrintableLine(home));
        session.output.print(usageText(usage, session.output.paint));
        if (over > 0)
          session.output.print(overText(over, retention.max_bytes as string, session.output.paint));
      },
    };
  },
};

/** What may go goes by itself, once a day; if it is too much for longer, the rest has to stay. */
function overText(over: number, most: string, paint: Paint): string {
  const what = paint('attention', `${sizeText(over)} over core.checkpoints.retention.max_bytes (${most})`);
  return `\n${what}: agents plan checkpoint prune says what has to stay`;
}

const size = (bytes: number): string => sizeText(bytes).padStart(9);

function usageText({ databases, trees, contents, scans, plans }: StorageUsage, paint: Paint): string {
  const stored = [
    ...databases.map(({ name, bytes, free }) => [
      size(bytes),
      name,
      free === 0 ? '' : paint('dim', `${sizeText(free)} of it free`),
    ]),
    [
      size(contents.bytes),
      'contents of files and long values',
      paint('dim', counted(contents.count, 'content')),
    ],
    [size(trees.bytes), 'folders as checkpoints hold them', paint('dim', counted(trees.count, 'folder'))],
    [size(scans.bytes), 'what scans remember', paint('dim', counted(scans.count, 'folder'))],
  ];
  const rows = plans
    .slice(0, MOST_PLANS)
    .map(({ plan_id, name, bytes }) => [size(bytes), shortId(plan_id), toPrintableLine(name)]);
  const more = plans.length > MOST_PLANS ? [`  and ${plans.length - MOST_PLANS} more plans`] : [];
  const list =
    rows.length === 0 ? [] : ['', paint('strong', `Plans (${plans.length})`), formatTable(rows), ...more];
  return [formatTable(stored), ...list].join('\n');
}
