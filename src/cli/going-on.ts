import type { Argv } from 'yargs';
import { shortId } from '../domain/ids.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { noteChangedDocument } from './changed-document.ts';
import { planArgument } from './command.ts';
import { noteWaiting } from './waiting-compensations.ts';
import { isOn, text, texts, type ParsedArgs } from './global-options.ts';
import { parseKeyValues } from './option-values.ts';
import type { StartChoices } from './plan-run-flow.ts';
import { DETACH_OPTION, startRun } from './start-run.ts';
import type { CommandResult, Session } from './session.ts';

/** PLAN, and what can be said to a plan that is to go on. */
export function describeGoingOn(parser: Argv): Argv {
  return planArgument(parser)
    .option('input', {
      alias: 'i',
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'a secret input again, for it is never stored: NAME=VALUE',
    })
    .option('rerun', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'run this step again, whose write was cut off',
    })
    .option('skip', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'leave this step, whose write was cut off, as it is',
    })
    .option('take-over', { type: 'boolean', describe: 'end the process that runs it now, and go on here' })
    .option('detach', DETACH_OPTION);
}

/** Lets a plan go on as the arguments say. */
export async function goOn(
  args: ParsedArgs,
  session: Session,
  how: Pick<StartChoices, 'retry'> = {},
): Promise<CommandResult> {
  const plan = await session.plan(text(args, 'plan'));
  if (how.retry) {
    const { plans } = await (await session.app()).storage();
    await noteChangedDocument(session, await plans.get(plan.root_plan_id));
  }
  // What was left elsewhere may be in the way of a step that does it again.
  await noteWaiting(session, plan.root_plan_id);
  const choices: StartChoices = {
    inputs: parseKeyValues(texts(args, 'input'), '--input'),
    rerun: texts(args, 'rerun'),
    skip: texts(args, 'skip'),
    takeOver: isOn(args, 'take-over'),
    ...how,
  };
  const result = await startRun(session, plan, choices, isOn(args, 'detach'));
  const { error } = result;
  if (error?.code !== 'plan_ended' || text(args, 'plan') !== 'last') return result;
  return {
    ...result,
    error: { ...error, nextSteps: [...(await restingHere(session, plan)), ...error.nextSteps] },
  };
}

/** The newest plan of the same folder that rests: it may be the one that was meant. */
async function restingHere(session: Session, { workspace }: PlanSummary): Promise<readonly string[]> {
  const { plans } = await (await session.app()).storage();
  const { items } = await plans.list({ workspace, state: 'paused', limit: 1 });
  return items.map(({ plan_id }) => `agents plan execute ${shortId(plan_id)}`);
}
