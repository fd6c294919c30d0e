import { shortId } from '../../domain/ids.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { KEPT_BECAUSE, type KeptBecause } from '../../domain/retention.ts';
import type { PrunedPlan } from '../../app/prune-plans.ts';
import type { Command } from '../command.ts';
import { isOn, text } from '../global-options.ts';
import { untilStopped, workLong } from '../long-work.ts';
import { counted } from '../spoken-words.ts';
import { formatTable } from '../table.ts';

const WORDS: Readonly<Record<KeptBecause, string>> = {
  pinned: 'pinned',
  labelled: 'labelled',
  manual: 'by hand',
  in_use: 'in use',
  last: 'the last of a plan',
  way_back: 'the way back from the last rollback',
  forked: 'a plan was forked from it',
  error: 'among the last failures',
};

const SKIPPED = {
  running: 'runs, and prunes its own',
  settings: 'left alone: the settings of its folder are invalid',
  interrupted: 'a rollback of it is half done: agents plan rollback --continue, or --abort',
} as const;

export const checkpointPrune: Command = {
  describe: (parser) =>
    parser
      .positional('plan', {
        type: 'string',
        describe:
          'an id, a unique beginning or end of one, or "last"; without it: every plan of every folder',
      })
      .option('dry-run', { type: 'boolean', describe: 'only say what would go' })
      .epilogue(
        'Deletes the oldest automatic checkpoints that core.checkpoints.retention does not keep; a plan that runs does so by itself. Never: by hand, pinned or labelled, the last of each plan, the last ten failures, the way back from the last rollback, what a plan was forked from. "agents storage gc" frees what only they held.',
      )
      .example('$0 plan checkpoint prune --dry-run', 'what retention would take, of all plans')
      .example('$0 plan checkpoint prune last', 'of the newest plan of this folder'),
  run: (args, session) =>
    untilStopped(async () => {
      const app = await session.app();
      const dryRun = isOn(args, 'dry-run');
      const name = args['plan'] === undefined ? null : text(args, 'plan');
      const rootId = name === null ? null : (await session.plan(name)).root_plan_id;
      const plans = await workLong(session, (working) => app.prunePlans(rootId, { ...working, dryRun }));
      const pruned = plans.reduce((sum, plan) => sum + plan.pruned, 0);
      return {
        data: {
          dry_run: dryRun,
          pruned,
          plans: plans.map(({ planId, ...plan }) => ({ plan_id: planId, ...plan, kept: { ...plan.kept } })),
        },
        show: () => {
          const { print, note } = session.output;
          const shown = plans.filter((plan) => plan.pruned > 0 || plan.skipped !== null || rootId !== null);
          if (shown.length > 0) print(formatTable(shown.map((plan) => rowOf(plan, dryRun))));
          if (pruned === 0) print('nothing to do: retention keeps all there is');
          else if (dryRun) print('nothing was deleted: --dry-run');
          else note('to free the room that only they took: agents storage gc');
        },
      };
    }),
};

function rowOf(plan: PrunedPlan, dryRun: boolean): readonly string[] {
  const { planId, name, pruned, left, skipped } = plan;
  const goes = `${counted(pruned, 'checkpoint')} ${dryRun ? 'would go' : pruned === 1 ? 'is gone' : 'are gone'}`;
  return [
    shortId(planId),
    toPrintableLine(name),
    skipped === null ? goes : SKIPPED[skipped],
    `${left} ${left === 1 ? 'stays' : 'stay'}${keptText(plan)}`,
  ];
}

function keptText({ kept }: PrunedPlan): string {
  const reasons = KEPT_BECAUSE.flatMap((why) => (kept[why] ? [`${kept[why]} ${WORDS[why]}`] : []));
  return reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
}
