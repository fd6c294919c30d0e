import { sizeText } from '../../tui/words/file-words.ts';
import type { GarbageReport } from '../../ports/object-garbage.ts';
import type { Command } from '../command.ts';
import { isOn } from '../global-options.ts';
import { untilStopped, workLong } from '../long-work.ts';
import { countedWork, withGarbage } from '../stored-things.ts';
import { counted } from '../spoken-words.ts';

export const storageGc: Command = {
  describe: (parser) =>
    parser
      .option('dry-run', { type: 'boolean', describe: 'only say what would go' })
      .epilogue(
        'Deletes folders and contents that no plan and no checkpoint refers to any more. Plans may run meanwhile; what was stored in the last minutes stays.',
      )
      .example('$0 storage gc --dry-run', 'how much nobody needs'),
  run: (args, session) =>
    untilStopped(async () => {
      const dryRun = isOn(args, 'dry-run');
      const report = await withGarbage(session, (garbage) =>
        workLong(session, (options) => garbage.collect({ ...countedWork(options), dryRun })),
      );
      return {
        data: { dry_run: dryRun, ...report },
        show: () => {
          const { print } = session.output;
          if (report.trees + report.contents + report.drafts === 0)
            print('nothing to do: all that is stored is needed');
          else print(`${dryRun ? 'would free' : 'freed'} ${sizeText(report.bytes)}: ${reportText(report)}`);
          if (dryRun) print('nothing was deleted: --dry-run');
        },
      };
    }),
};

function reportText({ trees, contents, drafts }: GarbageReport): string {
  const half = drafts === 0 ? [] : [counted(drafts, 'half-written file')];
  return [counted(contents, 'content'), counted(trees, 'folder'), ...half].join(', ');
}
