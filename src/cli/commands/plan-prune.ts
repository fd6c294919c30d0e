import type { ExpiredPlan } from '../../app/expire-plans.ts';
import { shortId } from '../../domain/ids.ts';
import type { PlanKeptBecause } from '../../domain/plan-retention.ts';
import { formatPhaseState } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { Command } from '../command.ts';
import { isOn } from '../global-options.ts';
import { untilStopped, workLong } from '../long-work.ts';
import { formatTable } from '../table.ts';

const WORDS: Readonly<Record<PlanKeptBecause, string>> = {
  running: 'a process has it',
  interrupted: 'a rollback of it is half done',
  survivor: 'a tool of it still runs',
  settings: 'the settings of its folder are invalid',
  folder: 'its folder is missing',
  sandbox: 'its sandbox may hold what its folder does not',
  forked: 'a plan was forked from it',
  pinned: 'a checkpoint is pinned',
  labelled: 'a checkpoint is labelled',
  manual: 'a checkpoint was made by hand',
};

export const planPrune: Command = {
  describe: (parser) =>
    parser
      .option('dry-run', { type: 'boolean', describe: 'only say what would go' })
      .epilogue(
        'Deletes complete, cancelled and applied plans of every folder to which nothing has happened for longer than core.plans.retention says (null: none), as "agents plan delete" does. It happens by itself once a day. Files stay. Whatever speaks for a plan keeps it: "agents plan delete PLAN" deletes it all the same.',
      )
      .example('$0 plan prune --dry-run', 'what would go, and what stays and why'),
  run: (args, session) =>
    untilStopped(async () => {
      const app = await session.app();
      const dryRun = isOn(args, 'dry-run');
      const plans = await workLong(session, (working) => app.expirePlans({ ...working, dryRun }));
      const deleted = plans.filter(({ kept }) => kept === null).length;
      return {
        data: {
          dry_run: dryRun,
          deleted,
          plans: plans.map(({ plan: { plan_id, name, phase, state }, lastAt, kept }) => ({
            plan_id,
            name,
            phase,
            state,
            last_at: lastAt,
            kept,
          })),
        },
        show: () => {
          const { print, note } = session.output;
          if (plans.length > 0) print(formatTable(plans.map((plan) => rowOf(plan, dryRun))));
          if (deleted === 0) print('nothing to do: core.plans.retention keeps all plans there are');
          else if (dryRun) print('nothing was deleted: --dry-run');
          else note('to free the room that only they took: agents storage gc');
        },
      };
    }),
};

function rowOf({ plan, lastAt, kept }: ExpiredPlan, dryRun: boolean): readonly string[] {
  return [
    shortId(plan.plan_id),
    toPrintableLine(plan.name),
    formatPhaseState(plan.phase, plan.state),
    `last ${lastAt.slice(0, 10)}`,
    kept === null ? (dryRun ? 'would go' : 'is gone') : `stays: ${WORDS[kept]}`,
  ];
}
