import { isUnsettled, type Compensation } from '../../domain/compensation.ts';
import { AgentsError, NotFoundError, UsageError, WaitingError } from '../../domain/errors.ts';
import { shortId } from '../../domain/ids.ts';
import type { PlanSummary } from '../../domain/plan.ts';
import { toPrintableLine } from '../../domain/printable.ts';
import { type Command, planArgument } from '../command.ts';
import { askAbout, endedText, listCompensations, settleOne, type Word } from '../compensation-flow.ts';
import { compensationTable, compensationToJson, waitingLines } from '../compensation-text.ts';
import { canConfirm } from '../confirm.ts';
import { explainThrown, type ErrorReport } from '../error-report.ts';
import { isOn, optionalText, text, type ParsedArgs } from '../global-options.ts';
import { untilStopped } from '../long-work.ts';
import { excluding } from '../rollback-options.ts';
import type { CommandResult, Session } from '../session.ts';

export const planCompensate: Command = {
  describe: (parser) =>
    planArgument(parser)
      .positional('compensation', { type: 'string', describe: 'its number; absent: all that wait' })
      .option('yes', { alias: 'y', type: 'boolean', describe: 'run it, or all that wait, newest first' })
      .option('skip', { type: 'boolean', describe: 'what the step did outside stays as it is' })
      .option('rerun', { type: 'boolean', describe: 'run again one that was cut off' })
      .option('stop', {
        type: 'boolean',
        describe: 'a plan that runs: end its running tool and its run first',
      })
      .epilogue(
        'A step can say in the document how what it does outside of the folder is taken back (compensate). A rollback that undoes the step names what it has recorded; nothing of it runs by itself. Each runs once, as a tool call of the plan; one that fails ends the row.',
      )
      .example('$0 plan compensate last', 'what there is, and what waits')
      .example('$0 plan compensate last 2', 'run one, after a look and a yes')
      .example('$0 plan compensate last --yes', 'run all that wait, newest first'),
  run: async (args, session) => {
    const plan = await session.plan(text(args, 'plan'));
    const order = readOrder(args);
    const all = await listCompensations(session, plan.root_plan_id);
    const one = order.number === null ? null : named(plan, all, order.number);
    if (one === null && order.word === null) return describeAll(session, plan, all);
    return await untilStopped(async () => await settle(session, plan, all, one, order));
  },
};

interface Order {
  readonly number: number | null;
  /** null: a person is asked, or only shown. */
  readonly word: 'run' | 'skip' | null;
  readonly rerun: boolean;
  readonly running: 'stop' | 'refuse';
}

/** @throws UsageError */
function readOrder(args: ParsedArgs): Order {
  const [yes, skip, rerun] = [isOn(args, 'yes'), isOn(args, 'skip'), isOn(args, 'rerun')];
  if (skip && yes) throw excluding('--skip', '--yes');
  if (skip && rerun) throw excluding('--skip', '--rerun');
  const typed = optionalText(args, 'compensation');
  const number = typed === undefined ? null : Number(typed);
  if (number !== null && !(Number.isSafeInteger(number) && number > 0)) {
    throw new UsageError(
      'bad_number',
      `${toPrintableLine(typed ?? '')} is not the number of a compensation`,
      {
        nextSteps: [`agents plan compensate ${text(args, 'plan')}`],
      },
    );
  }
  if (rerun && number === null) {
    throw new UsageError('missing_argument', '--rerun needs the number of a compensation', {
      nextSteps: [`agents plan compensate ${text(args, 'plan')}`],
    });
  }
  const word = skip ? 'skip' : yes || rerun ? 'run' : null;
  return { number, word, rerun, running: isOn(args, 'stop') ? 'stop' : 'refuse' };
}

function named(plan: PlanSummary, all: readonly Compensation[], number: number): Compensation {
  const one = all.find((found) => found.number === number);
  if (one) return one;
  throw new NotFoundError('compensation_not_found', `the plan has no compensation ${number}`, {
    hint: all.length === 0 ? 'no step of it has recorded one' : `there are 1 to ${all.length}`,
    nextSteps: [`agents plan compensate ${shortId(plan.plan_id)}`],
  });
}

function describeAll(session: Session, plan: PlanSummary, all: readonly Compensation[]): CommandResult {
  const { output } = session;
  return {
    data: dataOf(plan, all, []),
    show: () => {
      const name = `${output.paint('strong', toPrintableLine(plan.name))} ${shortId(plan.plan_id)}`;
      if (all.length === 0) return output.print(`${name}  no step has recorded a compensation`);
      output.print(`${name}\n${compensationTable(all, output.paint)}`);
      for (const line of waitingLines(all, plan.root_plan_id)) output.note(line);
    },
  };
}

const dataOf = (plan: PlanSummary, all: readonly Compensation[], settled: readonly Compensation[]) => ({
  plan_id: plan.root_plan_id,
  compensations: all.map(compensationToJson),
  settled: settled.map(({ number }) => number),
});

/** Settles one, or all that wait, until one fails. */
async function settle(
  session: Session,
  plan: PlanSummary,
  all: readonly Compensation[],
  one: Compensation | null,
  order: Order,
): Promise<CommandResult> {
  const wanted = one
    ? [one]
    : all.filter((found) => isUnsettled(found) && isMeant(found, order)).toReversed();
  const settled: Compensation[] = [];
  let fault: ErrorReport | null = null;
  for (const next of wanted) {
    const word = order.word ?? (await askedWord(session, plan, next));
    if (word === 'leave') throw notConfirmed(plan, next);
    try {
      const ended = await settleOne(session, plan.root_plan_id, next, word, order);
      settled.push(ended);
      if (ended.status === 'failed') fault = failed(plan, ended);
    } catch (thrown) {
      // What was settled before it is told all the same.
      if (settled.length === 0 || !(thrown instanceof AgentsError)) throw thrown;
      fault = explainThrown(thrown);
    }
    if (fault) break;
  }
  const after = await listCompensations(session, plan.root_plan_id);
  return {
    data: dataOf(plan, after, settled),
    ...(fault ? { error: fault, exitCode: fault.exitCode } : {}),
    show: () => {
      for (const ended of settled) session.output.print(endedText(ended));
      if (fault) complainOf(session, fault);
      if (settled.length === 0) session.output.print('nothing to do: none waits');
      const late = after.filter((found) => isUnsettled(found) && !isMeant(found, order));
      for (const { number, stepId } of one === null ? late : []) {
        session.output.note(
          `compensation ${number} of ${stepId} is left: the plan has gone on since, so it runs only by its number`,
        );
      }
      if (!fault) for (const line of waitingLines(after, plan.root_plan_id)) session.output.note(line);
    },
  };
}

/** One that failed is told with the others. */
function complainOf({ output }: Session, { code, message, hint, nextSteps }: ErrorReport): void {
  if (code !== 'compensation_failed') output.complain(`${message}${hint === null ? '' : `\n  ${hint}`}`);
  output.note(`next: ${nextSteps.join('   or: ')}`);
}

/** What may have been made anew since isn't taken back in passing: it has to be named. */
const isMeant = ({ isLate }: Compensation, { word }: Order): boolean => word === 'skip' || !isLate;

async function askedWord(session: Session, plan: PlanSummary, one: Compensation): Promise<Word> {
  if (!canConfirm(session)) throw notConfirmed(plan, one);
  return await askAbout(session, one);
}

function notConfirmed(plan: PlanSummary, { number, status }: Compensation): WaitingError {
  const command = `agents plan compensate ${shortId(plan.plan_id)} ${number}`;
  return new WaitingError('not_confirmed', 'nothing was run', {
    hint: 'a compensation runs only with a yes: on a terminal, or --yes',
    nextSteps: [`${command} ${status === 'unknown' ? '--rerun' : '--yes'}`, `${command} --skip`],
  });
}

function failed(plan: PlanSummary, { number, stepId, error }: Compensation): ErrorReport {
  const command = `agents plan compensate ${shortId(plan.plan_id)}`;
  return {
    code: 'compensation_failed',
    message: `compensation ${number} of ${stepId} failed: ${error?.message ?? ''}`,
    hint: error?.hint ?? 'those before it were not run; it can be run again',
    nextSteps: [`${command} ${number} --yes`, `${command} ${number} --skip`, command],
    faults: [],
    exitCode: 1,
    stack: null,
  };
}
