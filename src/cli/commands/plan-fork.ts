import { resolve } from 'node:path';
import { shortId } from '../../domain/ids.ts';
import { toPathJson } from '../../domain/raw-path.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { checkpointArgument, type Command, planArgument } from '../command.ts';
import { optionalText, text } from '../global-options.ts';
import { untilStopped, workLong } from '../long-work.ts';
import { excludedLines } from '../rollback-text.ts';

/** More are counted, not named. */
const MOST_EXCLUDED = 10;

export const planFork: Command = {
  describe: (parser) =>
    checkpointArgument(planArgument(parser))
      .option('into', {
        type: 'string',
        requiresArg: true,
        describe:
          'lay its files out in this folder, new or empty (default: the same folder, files as they are)',
      })
      .epilogue('The plan that it is forked from, and its files, stay as they are.')
      .example('$0 plan fork last 3 --into ../try', 'another way from there, beside the first')
      .example('$0 plan fork last 3', 'a new plan in the same folder'),
  run: (args, session) =>
    untilStopped(async () => {
      const plan = await session.plan(text(args, 'plan'));
      const app = await session.app();
      const { checkpoints } = await app.storage();
      const checkpoint = await checkpoints.resolve(plan.plan_id, text(args, 'checkpoint'));
      const into = optionalText(args, 'into');
      const folder = into === undefined ? null : resolve(session.io.cwd, into);
      const rollbacks = await app.rollbacks();
      const { planId, workspace, excluded } = await workLong(session, (options) =>
        rollbacks.fork(plan.plan_id, checkpoint.id, folder, options),
      );
      return {
        data: {
          plan_id: planId,
          forked_from: { plan_id: plan.plan_id, checkpoint_id: checkpoint.id },
          workspace,
          excluded: excluded.map(({ path, reason }) => ({ ...toPathJson(path), reason })),
        },
        show: () => {
          const { output, options } = session;
          if (options.quiet) return output.print(planId);
          const from = `${toPrintableLine(plan.name)} ${shortId(plan.plan_id)}`;
          output.print(`forked ${planId} from checkpoint ${checkpoint.number} of ${from}`);
          output.print(`  in ${toPrintableLine(workspace)}`);
          for (const line of excludedLines(excluded, MOST_EXCLUDED)) output.print(line);
          output.note(`next: agents plan execute ${shortId(planId)}`);
        },
      };
    }),
};
