import type { Compensation } from '../../domain/compensation.ts';
import { ConflictError } from '../../domain/errors.ts';
import { shortId } from '../../domain/ids.ts';
import { formatPhaseState, type PlanSummary } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { PlanFootprint } from '../../ports/plan-store.ts';
import { type Command, planArgument } from '../command.ts';
import { canConfirm, confirm } from '../confirm.ts';
import { isOn, text } from '../global-options.ts';
import { counted } from '../spoken-words.ts';
import { callText } from '../../tui/words/compensation-words.ts';
import { waitingOf } from '../waiting-compensations.ts';

export const planDelete: Command = {
  describe: (parser) =>
    planArgument(parser)
      .option('dry-run', { type: 'boolean', describe: 'only say what would go' })
      .option('yes', { alias: 'y', type: 'boolean', describe: 'do not ask' })
      .example('$0 plan delete last --dry-run', 'what would go, and what stays'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const app = await session.app();
    const { output } = session;
    const dryRun = isOn(args, 'dry-run');
    let rows = await app.deletePlan(plan.plan_id, { dryRun: true });
    const waiting = await waitingOf(session, plan.root_plan_id);
    const isAsked = !dryRun && !isOn(args, 'yes');
    if (isAsked) {
      if (canConfirm(session)) output.complain(describeDeletion(plan, rows, waiting));
      const isMeant = canConfirm(session) && (await confirm(session, 'Delete it for good?'));
      if (!isMeant) throw notConfirmed(plan);
    }
    if (!dryRun) rows = await app.deletePlan(plan.plan_id, { dryRun: false });
    const { plan_id, phase, state } = plan;
    return {
      data: { plan_id, phase, state, dry_run: dryRun, rows: { ...rows } },
      show: () => {
        if (dryRun) output.print(`${describeDeletion(plan, rows, waiting)}\nnothing was deleted: --dry-run`);
        else output.print(`deleted ${nameOf(plan)}: ${rowsText(rows)}`);
      },
    };
  },
};

const nameOf = ({ name, plan_id }: PlanSummary): string => `${toPrintableLine(name)} ${shortId(plan_id)}`;

/** What goes and what stays. */
function describeDeletion(plan: PlanSummary, rows: PlanFootprint, waiting: readonly Compensation[]): string {
  return [
    `${nameOf(plan)}  ${formatPhaseState(plan.phase, plan.state)}`,
    `  goes   ${rowsText(rows)}`,
    `  stays  the files in ${toPrintableLine(plan.workspace)}`,
    ...waiting.map(
      (one) =>
        `  stays  what step ${toPrintableLine(one.stepId)} did elsewhere: how it is taken back goes (${callText(one)})`,
    ),
  ].join('\n');
}

function rowsText({ plans, checkpoints, events, parts, requests }: PlanFootprint): string {
  return [
    plans === 1 ? 'the plan' : `the plan and ${counted(plans - 1, 'subplan')}`,
    counted(checkpoints, 'checkpoint'),
    counted(events, 'event'),
    `${counted(parts, 'piece')} of state`,
    ...(requests === 0 ? [] : [counted(requests, 'request')]),
  ].join(', ');
}

function notConfirmed({ plan_id }: PlanSummary): ConflictError {
  const command = `agents plan delete ${shortId(plan_id)}`;
  return new ConflictError('not_confirmed', 'nothing was deleted', {
    hint: 'a plan that is deleted is gone for good, with all its checkpoints: it needs a yes',
    nextSteps: [`${command} --dry-run`, `${command} --yes`],
  });
}
