import { ConflictError, WaitingError } from '../../domain/errors.ts';
import { shortId } from '../../domain/ids.ts';
import { formatPhaseState, type PlanSummary } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { RollbackPreview, RollbackResult } from '../../ports/rollback-control.ts';
import { type Command, planArgument } from '../command.ts';
import { canConfirm, confirm } from '../confirm.ts';
import { text } from '../global-options.ts';
import { untilStopped, workLong } from '../long-work.ts';
import type { Paint } from '../paint.ts';
import { describeConsent, describeOnConflict, readConsent, readOnConflict } from '../rollback-options.ts';
import { previewToJson, resultToJson, standingToJson } from '../rollback-shapes.ts';
import { goingBackLines, MOST_LINES } from '../rollback-text.ts';
import type { CommandResult, Session } from '../session.ts';

export const planApply: Command = {
  describe: (parser) =>
    describeOnConflict(describeConsent(planArgument(parser)))
      .epilogue(
        'It takes the result of a complete plan for good: its last checkpoint is pinned, and rollback is closed; a fork still begins at any checkpoint. The files of a plan that ran with --sandbox go to the folder it was made from.',
      )
      .example('$0 plan apply last --dry-run', 'what would reach the folder')
      .example('$0 plan apply last', 'accept it, after a look and a yes'),
  run: (args, session) =>
    untilStopped(async () => {
      const onConflict = readOnConflict(args);
      const consent = readConsent(args);
      const app = await session.app();
      const named = await session.plan(text(args, 'plan'));
      const plan = await (await app.storage()).plans.get(named.root_plan_id);
      const rollbacks = await app.rollbacks();
      const refusal = refusalOf(plan);
      if (refusal) throw refusal;
      const preview = await workLong(session, (options) =>
        rollbacks.previewApply(plan.plan_id, onConflict, options),
      );
      if (consent.dryRun) return describeApply(session, plan, preview);
      if (!consent.yes) await askFirst(session, plan, preview);
      const { standing, files } = await workLong(session, (options) =>
        rollbacks.apply(plan.plan_id, onConflict, options),
      );
      return describeApplied(session, { ...plan, ...standing }, files);
    }),
};

/** What the service refuses too: before anybody is asked. */
function refusalOf({ plan_id, phase, state }: PlanSummary): ConflictError | null {
  const id = shortId(plan_id);
  if (phase === 'apply') {
    return new ConflictError('plan_applied', 'the plan is applied already', {
      hint: 'its result was accepted; a fork begins at any of its checkpoints',
      nextSteps: [`agents plan checkpoint list ${id}`],
    });
  }
  if (state === 'complete') return null;
  return new ConflictError('not_complete', `the plan is not complete: ${formatPhaseState(phase, state)}`, {
    hint: 'only the result of a complete plan is accepted',
    nextSteps: [`agents plan status ${id}`],
  });
}

function describeText(
  plan: PlanSummary,
  preview: RollbackPreview | null,
  paint: Paint,
  most: number,
): string {
  const head = `${paint('strong', `${toPrintableLine(plan.name)} ${shortId(plan.plan_id)}`)}  apply: its result is accepted, and rollback is closed`;
  if (preview === null) return `${head}\n  files  stay as they are`;
  const to = `  to     ${toPrintableLine(preview.workspace)}`;
  return [head, to, ...goingBackLines({ ...preview, scope: 'files_only' }, [], { paint, most })].join('\n');
}

async function askFirst(session: Session, plan: PlanSummary, preview: RollbackPreview | null): Promise<void> {
  const { output } = session;
  if (canConfirm(session)) {
    output.complain(describeText(plan, preview, output.notePaint, MOST_LINES));
    if (await confirm(session, 'Accept it for good?')) return;
  }
  const command = `agents plan apply ${shortId(plan.plan_id)}`;
  throw new WaitingError('not_confirmed', 'nothing was changed', {
    hint: 'a result is accepted only with a yes: on a terminal, or --yes',
    nextSteps: [`${command} --dry-run`, `${command} --yes`],
  });
}

function describeApply(session: Session, plan: PlanSummary, preview: RollbackPreview | null): CommandResult {
  const { output } = session;
  const { plan_id, phase, state } = plan;
  const files = preview === null ? null : previewToJson(preview, standingToJson(plan));
  return {
    data: { plan_id, phase, state, dry_run: true, files },
    show: () => {
      output.print(describeText(plan, preview, output.paint, Number.POSITIVE_INFINITY));
      output.print('nothing was changed: --dry-run');
    },
  };
}

function describeApplied(session: Session, plan: PlanSummary, files: RollbackResult | null): CommandResult {
  const { plan_id, phase, state } = plan;
  return {
    data: { plan_id, phase, state, dry_run: false, files: files === null ? null : resultToJson(files) },
    show: () => {
      const { paint, print } = session.output;
      const name = `${toPrintableLine(plan.name)} ${shortId(plan_id)}`;
      print(`${paint('good', 'applied')}  ${name}  ${formatPhaseState(phase, state)}`);
      if (files === null) return;
      print(`  to     ${toPrintableLine(files.workspace)}`);
      print(
        goingBackLines({ ...files, scope: 'files_only' }, files.left, { paint, most: MOST_LINES }).join('\n'),
      );
    },
  };
}
