import {
  COMPENSATION_ATTEMPT,
  compensatingStepId,
  isCompensating,
  type Compensation,
  type CompensationCall,
} from '../domain/compensation.ts';
import { ConflictError, NotFoundError, toErrorValue, WaitingError } from '../domain/errors.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import { callsOf } from '../domain/plan-state.ts';
import type { CompensationControl, CompensationOptions } from '../ports/compensation-control.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import { byProcess, readCompensations } from './compensations.ts';
import type { RollbackDependencies } from './rollback-dependencies.ts';
import { interruptedError, openIn } from './rollback-service.ts';
import { whatOf } from './rollback-progress.ts';

/** The call of a compensation, as the tool runner is asked for it. */
export interface CompensatingCall extends CompensationCall {
  readonly planId: PlanId;
  readonly stepId: string;
  readonly attempt: number;
}

/** A call that everything is there for. */
export interface ReadyCall extends AsyncDisposable {
  /** @throws PlanError if it is refused or fails */
  run(signal: AbortSignal): Promise<unknown>;
}

export interface CompensationDependencies extends Pick<
  RollbackDependencies,
  'plans' | 'operations' | 'withJournal' | 'holderOf'
> {
  readonly processes: Pick<ProcessTable, 'self' | 'liveness'>;
  /** Opens what a call needs: its tool, its secrets. @throws what says that something is missing; then nothing was run */
  readonly ready: (journal: PlanJournal, call: CompensatingCall) => Promise<ReadyCall>;
}

/** Compensations of one home's plans. */
export class CompensationService implements CompensationControl {
  readonly #deps: CompensationDependencies;

  constructor(deps: CompensationDependencies) {
    this.#deps = deps;
  }

  async list(planId: PlanId): Promise<readonly Compensation[]> {
    const { plans } = this.#deps;
    const { root_plan_id } = await plans.get(planId);
    return await readCompensations(this.#deps, root_plan_id, await plans.stateAt(root_plan_id));
  }

  async run(planId: PlanId, number: number, options: CompensationOptions): Promise<Compensation> {
    return await this.#with(planId, number, options, async (journal, one) => {
      const call = requireRunnable(journal, one, options.rerun);
      const stepId = compensatingStepId(one);
      const request = { ...call, planId: journal.rootId, stepId, attempt: COMPENSATION_ATTEMPT };
      await using ready = await this.#deps.ready(journal, request);
      options.signal.throwIfAborted();
      const by = byProcess(this.#deps.processes.self);
      await commit(journal, 'compensation.started', { of: one.callId, step_id: one.stepId, by });
      options.onProgress(`taking back what ${one.stepId} did outside`);
      return await end(journal, one, await outcomeOf(journal, stepId, () => ready.run(options.signal)));
    });
  }

  async skip(planId: PlanId, number: number, options: CompensationOptions): Promise<Compensation> {
    return await this.#with(planId, number, options, async (journal, one) => {
      if (one.status === 'skipped') return one;
      if (one.status === 'done' || one.status === 'standing') throw nothingToTakeBack(journal, one);
      return await end(journal, one, { status: 'skipped', error: null });
    });
  }

  /** Whoever has the journal is the only one who works on it. */
  async #with(
    planId: PlanId,
    number: number,
    { running, ...working }: CompensationOptions,
    work: (journal: PlanJournal, one: Compensation) => Promise<Compensation>,
  ): Promise<Compensation> {
    const { plans, withJournal } = this.#deps;
    const { root_plan_id } = await plans.get(planId);
    return await withJournal(root_plan_id, running, working, async (journal) => {
      const [left] = await openIn(this.#deps, root_plan_id);
      if (left) throw interruptedError({ what: whatOf(left.progress), startedAt: left.started_at });
      await closeCutOff(journal);
      const all = await readCompensations({ ...this.#deps, holderOf: nobody }, root_plan_id, journal.tree);
      const one = all.find((found) => found.number === number);
      if (!one) throw notFound(journal, number, all.length);
      return await work(journal, one);
    });
  }
}

/** By whoever has the journal: nobody else runs one. */
const nobody = async (): Promise<null> => null;

/** A call that was cut off has ended: its processes have. What it did to files isn't known, as of any write that nobody saw ending. */
async function closeCutOff(journal: PlanJournal): Promise<void> {
  const plan_id = journal.rootId;
  const open = callsOf(journal.plan(plan_id)).filter(
    (call) => isCompensating(call) && call.status === 'running',
  );
  const error = { code: 'cut_off', message: 'it was cut off: nobody saw its end', hint: null };
  const events = open.map((call): NewEvent => {
    const payload = { call_id: call.id, error, result: null, tree_after: null };
    return { type: 'tool.failed', plan_id, payload };
  });
  if (events.length > 0) await journal.commit(events);
}

type End = Pick<Compensation, 'status' | 'error'> & { readonly status: 'done' | 'failed' | 'skipped' };

/** What counts is whether its call completed: a checkpoint that fails afterwards takes nothing away from that. */
async function outcomeOf(journal: PlanJournal, stepId: string, run: () => Promise<unknown>): Promise<End> {
  try {
    await run();
    return { status: 'done', error: null };
  } catch (thrown) {
    const call = callsOf(journal.plan(journal.rootId)).findLast((one) => one.step_id === stepId);
    if (call?.status === 'complete') return { status: 'done', error: null };
    return { status: 'failed', error: toErrorValue(thrown) };
  }
}

async function end(journal: PlanJournal, one: Compensation, { status, error }: End): Promise<Compensation> {
  const payload = { of: one.callId, step_id: one.stepId, outcome: status, error };
  await commit(journal, 'compensation.ended', payload);
  return { ...one, status, error };
}

async function commit<T extends 'compensation.started' | 'compensation.ended'>(
  journal: PlanJournal,
  type: T,
  payload: Extract<NewEvent, { readonly type: T }>['payload'],
): Promise<void> {
  await journal.commit([{ type, plan_id: journal.rootId, payload } as NewEvent]);
}

/** @throws ConflictError, WaitingError why it isn't run */
function requireRunnable(journal: PlanJournal, one: Compensation, rerun: boolean): CompensationCall {
  const { status, call, number, stepId } = one;
  if (status === 'done' || status === 'standing') throw nothingToTakeBack(journal, one);
  if (call === null) {
    throw new ConflictError('compensation_unfilled', `compensation ${number} of ${stepId} can't be run`, {
      hint: one.error?.message ?? 'it was not filled',
      nextSteps: [`${commandFor(journal, number)} --skip`],
    });
  }
  if (status === 'unknown' && !rerun) throw cutOff(journal, one);
  return call;
}

const commandFor = ({ rootId }: PlanJournal, number: number): string =>
  `agents plan compensate ${shortId(rootId)} ${number}`;

function cutOff(journal: PlanJournal, { number, stepId }: Compensation): WaitingError {
  const command = commandFor(journal, number);
  return new WaitingError(
    'compensation_unknown',
    `compensation ${number} of ${stepId} was begun and cut off: nobody knows how far it came`,
    {
      hint: 'look at what it takes back, then say whether it is to run again or counts as settled',
      nextSteps: [`${command} --rerun`, `${command} --skip`],
    },
  );
}

function nothingToTakeBack({ rootId }: PlanJournal, { number, stepId, status }: Compensation): ConflictError {
  const id = shortId(rootId);
  return status === 'done'
    ? new ConflictError(
        'compensation_done',
        `compensation ${number} of ${stepId} was run: it runs only once`,
        {
          nextSteps: [`agents plan compensate ${id}`],
        },
      )
    : new ConflictError('step_stands', `step ${stepId} stands: there is nothing to take back`, {
        hint: 'a compensation is for a step that a rollback has undone',
        nextSteps: [`agents plan checkpoint list ${id}`, `agents plan rollback ${id} CHECKPOINT`],
      });
}

function notFound({ rootId }: PlanJournal, number: number, count: number): NotFoundError {
  const has = count === 0 ? 'no step of it has recorded one' : `there are 1 to ${count}`;
  return new NotFoundError('compensation_not_found', `the plan has no compensation ${number}`, {
    hint: has,
    nextSteps: [`agents plan compensate ${shortId(rootId)}`],
  });
}
