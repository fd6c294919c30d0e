import { resolve } from 'node:path';
import { shortId } from '../../domain/ids.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { ArchiveReport } from '../../ports/plan-archive.ts';
import { sizeText } from '../../tui/words/file-words.ts';
import { type Command, planArgument } from '../command.ts';
import { text } from '../global-options.ts';
import { counted } from '../spoken-words.ts';

export const checkpointExport: Command = {
  describe: (parser) =>
    planArgument(parser)
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'the archive; it must not exist yet',
      })
      .epilogue(
        'The whole plan with its subplans, history, checkpoints and all files that they hold: whoever has the archive can read them. Secrets are never in it.',
      )
      .example('$0 plan checkpoint export last release.agents', 'everything in one file'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const file = resolve(session.io.cwd, text(args, 'file'));
    const archive = await (await session.app()).archive();
    try {
      const report = await archive.exportPlan(plan.root_plan_id, file);
      return {
        data: { ...report, file },
        show: () => session.output.print(`exported ${reportText(report)}\n  to ${toPrintableLine(file)}`),
      };
    } finally {
      await archive.close();
    }
  },
};

export const checkpointImport: Command = {
  describe: (parser) =>
    parser
      .positional('file', { type: 'string', demandOption: true, describe: 'what "export" has written' })
      .epilogue('All of it is proved before anything is stored. No file of any folder is written.')
      .example('$0 plan checkpoint import release.agents', 'then "agents plan status" knows it'),
  run: async (args, session) => {
    const file = resolve(session.io.cwd, text(args, 'file'));
    const app = await session.app();
    const archive = await app.archive();
    try {
      const report = await archive.importPlan(file);
      const { workspace } = await (await app.storage()).plans.get(report.plan_id);
      return {
        data: { ...report, file, workspace },
        show: () => {
          const { output } = session;
          output.print(`imported ${reportText(report)}\n  its folder is ${toPrintableLine(workspace)}`);
          output.note(`next: agents plan status ${shortId(report.plan_id)}`);
        },
      };
    } finally {
      await archive.close();
    }
  },
};

function reportText({ plan_id, name, plans, events, checkpoints, contents, bytes }: ArchiveReport): string {
  const what = [
    plans === 1 ? 'the plan' : `the plan and ${counted(plans - 1, 'subplan')}`,
    counted(checkpoints, 'checkpoint'),
    counted(events, 'event'),
    `${counted(contents, 'content')} of ${sizeText(bytes)}`,
  ];
  return `${toPrintableLine(name)} ${shortId(plan_id)}: ${what.join(', ')}`;
}
