import { NotFoundError, UsageError } from '../../domain/errors.ts';
import { shortId } from '../../domain/ids.ts';
import { formatPhaseState, type PlanSummary } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import type { InterruptedOperation } from '../../ports/rollback-control.ts';
import type { Command } from '../command.ts';
import { isOn, optionalText, texts, type ParsedArgs } from '../global-options.ts';
import { findInterrupted } from '../interrupted.ts';
import { untilStopped, workLong } from '../long-work.ts';
import { typedPath } from '../path-option.ts';
import { describeResult, goBack } from '../rollback-flow.ts';
import {
  describeGoingBack,
  describeParts,
  excluding,
  readChoices,
  readConsent,
  readScope,
} from '../rollback-options.ts';
import type { CommandResult, Session } from '../session.ts';

export const planRollback: Command = {
  describe: (parser) =>
    describeParts(
      describeGoingBack(
        parser
          .positional('plan', {
            type: 'string',
            describe: 'an id, a unique beginning or end of one, or "last"',
          })
          .positional('checkpoint', { type: 'string', describe: 'a number, an id, a label, or "last"' }),
      ),
    )
      .option('continue', { type: 'boolean', describe: 'bring a rollback that was cut off to its end' })
      .option('abort', { type: 'boolean', describe: 'put back what a rollback that was cut off has changed' })
      .epilogue(
        'What is there now is stored first, and "agents plan undo PLAN" brings it back. What somebody else changed stays, unless --on-conflict says otherwise. Git commands are never run: HEAD and the index stay.',
      )
      .example('$0 plan rollback last 3 --dry-run', 'what would be created, modified, deleted')
      .example('$0 plan rollback last 3', 'after a look and a yes')
      .example('$0 plan rollback last start --path src --yes', 'only the files below src')
      .example('$0 plan rollback --continue', 'end what a kill cut off'),
  run: async (args, session) => {
    const isContinued = isOn(args, 'continue');
    if (isContinued && isOn(args, 'abort')) throw excluding('--continue', '--abort');
    return isContinued || isOn(args, 'abort')
      ? await settle(args, session, isContinued ? 'continue' : 'abort')
      : await rollBack(args, session);
  },
};

async function rollBack(args: ParsedArgs, session: Session): Promise<CommandResult> {
  const [planText, checkpointText] = [args['plan'], args['checkpoint']];
  if (typeof planText !== 'string' || typeof checkpointText !== 'string') throw missing(planText);
  const scope = readScope(args);
  const plan = await session.plan(planText);
  const choices = readChoices(args, scope, plan.workspace);
  const app = await session.app();
  const { checkpoints } = await app.storage();
  const target = await checkpoints.resolve(plan.plan_id, checkpointText);
  const rollbacks = await app.rollbacks();
  const running = isOn(args, 'stop') ? 'stop' : 'refuse';
  return await goBack({
    session,
    plan,
    consent: readConsent(args),
    leaveDamaged: choices.leaveDamaged === true,
    where: `back to checkpoint ${target.number}`,
    command: commandOf(plan, target.number, args),
    question: `Go back to checkpoint ${target.number}?`,
    running,
    preview: (options) => rollbacks.preview(plan.plan_id, target.id, choices, options),
    run: (options) => rollbacks.rollBack(plan.plan_id, target.id, choices, running, options),
  });
}

/** The command line as it was typed, for the steps that come next. */
function commandOf(plan: PlanSummary, number: number, args: ParsedArgs): string {
  const flags = ['plan-only', 'files-only', 'stop', 'leave-damaged'].flatMap((name) =>
    isOn(args, name) ? [`--${name}`] : [],
  );
  const values = ['scope', 'on-conflict'].flatMap((name) => {
    const value = optionalText(args, name);
    return value === undefined ? [] : [`--${name} ${value}`];
  });
  const paths = texts(args, 'path').map((path) => `--path ${typedPath(path)}`);
  return ['agents plan rollback', shortId(plan.plan_id), number, ...flags, ...values, ...paths].join(' ');
}

function missing(plan: unknown): UsageError {
  const what = plan === undefined ? 'PLAN, CHECKPOINT are missing' : 'CHECKPOINT is missing';
  return new UsageError('missing_argument', what, {
    hint: 'it is typed like this: agents plan rollback PLAN CHECKPOINT',
    nextSteps: ['agents plan rollback --help'],
  });
}

/** Ends what was cut off, one way or the other. */
async function settle(args: ParsedArgs, session: Session, how: 'continue' | 'abort'): Promise<CommandResult> {
  if (args['checkpoint'] !== undefined) {
    throw new UsageError(
      'extra_argument',
      `--${how} takes no checkpoint: where it goes was said when it began`,
      {
        nextSteps: [`agents plan rollback --${how}`],
      },
    );
  }
  const planText = optionalText(args, 'plan');
  const named = planText === undefined ? null : await session.plan(planText);
  const found = (await findInterrupted(session)).filter(
    ({ planId }) => named === null || planId === named.root_plan_id,
  );
  const [operation] = found;
  if (operation === undefined) {
    return { data: null, show: () => session.output.print('nothing to do: no rollback was cut off') };
  }
  if (found.length > 1) throw ambiguous(found, how);
  return await untilStopped(() => settleOne(session, operation, how));
}

async function settleOne(
  session: Session,
  operation: InterruptedOperation,
  how: 'continue' | 'abort',
): Promise<CommandResult> {
  const app = await session.app();
  const plan = await (await app.storage()).plans.get(operation.planId);
  const rollbacks = await app.rollbacks();
  if (how === 'continue') {
    const result = await workLong(session, (options) => rollbacks.continue(operation, options));
    return describeResult(session, plan, result);
  }
  const { plan_id, phase, state } = await workLong(session, (options) => rollbacks.abort(operation, options));
  return {
    data: { plan_id, phase, state },
    show: () => {
      const name = `${toPrintableLine(plan.name)} ${shortId(plan_id)}`;
      session.output.print(`taken back: ${operation.what}; files and plan are as they were before it`);
      session.output.print(`${name}  ${formatPhaseState(phase, state)}`);
    },
  };
}

function ambiguous(found: readonly InterruptedOperation[], how: string): NotFoundError {
  return new NotFoundError(
    'ambiguous_operation',
    `${found.length} operations were cut off: say which plan's`,
    {
      hint: found.map(({ planId, what }) => `${shortId(planId)} ${what}`).join(', '),
      nextSteps: found.map(({ planId }) => `agents plan rollback --${how} ${shortId(planId)}`),
    },
  );
}
