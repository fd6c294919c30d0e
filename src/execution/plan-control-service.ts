import type { Checkpoint, CheckpointFiles, CheckpointMark } from '../domain/checkpoint.ts';
import {
  AgentsError,
  CheckpointError,
  ConflictError,
  WaitingError,
  type ErrorValue,
} from '../domain/errors.ts';
import { isFinal } from '../domain/event-handlers.ts';
import { shortId, type CheckpointId, type PlanId } from '../domain/ids.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { isRejected } from '../domain/plan-approval.ts';
import { nothingToApprove, refusedSettings } from '../domain/refused-settings.ts';
import { phaseOf, runStateOf } from '../domain/plan-state.ts';
import { formatPhaseState, type PlanSummary } from '../domain/plan.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { AskOptions, PlanControl, PlanStanding } from '../ports/plan-control.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import type { RequestKind, RequestStore } from '../ports/request-store.ts';
import { answerDecision, markCheckpoint } from './people.ts';
import { tryAcquireLease } from './plan-lease.ts';
import { cancelTree, endSurvivors } from './plan-runner.ts';

const POLL_MS = 25;

export interface PlanControlDependencies {
  readonly plans: PlanStore;
  readonly leases: LeaseStore;
  readonly checkpoints: Pick<CheckpointStore, 'resolve'>;
  readonly requests: RequestStore;
  readonly processes: ProcessTable;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** A request was stored. */
  readonly onAsked?: () => void;
  /** The files of a plan that nobody runs; absent: checkpoints hold the state only. */
  readonly lookAtFiles?: (rootId: PlanId) => Promise<CheckpointFiles>;
  readonly openJournal: (rootId: PlanId, fence: number) => Promise<PlanJournal>;
  /** Looks at a person's words before they are stored anywhere. @throws UsageError if they hold a secret */
  readonly checkLabel?: (planId: PlanId, label: string) => Promise<void>;
}

/** What can be done without a runner; null: then it is refused. */
type WithoutRunner<T> = ((journal: PlanJournal) => Promise<T>) | null;

/** Asks the process that runs a plan; where nobody does, takes the lease for a moment and does it here. */
export class PlanControlService implements PlanControl {
  readonly #deps: PlanControlDependencies;

  constructor(deps: PlanControlDependencies) {
    this.#deps = deps;
  }

  async checkpoint(planId: PlanId, label: string | null, options: AskOptions): Promise<Checkpoint> {
    const named = label === null ? {} : { label };
    if (label !== null) await this.#deps.checkLabel?.(planId, label);
    return await this.#ask<Checkpoint>({
      planId,
      kind: 'checkpoint',
      args: named,
      options,
      alone: async (journal) => {
        const files = await this.#deps.lookAtFiles?.(journal.rootId);
        if (files?.error) {
          const { message, hint } = files.error;
          throw new CheckpointError('capture_failed', message, hint === null ? {} : { hint });
        }
        return await journal.commitCheckpoint('manual', { planId, ...named, ...(files && { files }) });
      },
      read: (result) => (result as unknown as { checkpoint: Checkpoint }).checkpoint,
    });
  }

  async mark(
    planId: PlanId,
    checkpointId: CheckpointId,
    mark: CheckpointMark,
    options: AskOptions,
  ): Promise<Checkpoint> {
    const { checkpoints, checkLabel } = this.#deps;
    if (mark.label) await checkLabel?.(planId, mark.label);
    await this.#wish(
      planId,
      'mark',
      options,
      (journal) => markCheckpoint(journal, checkpoints, checkpointId, mark),
      { checkpoint_id: checkpointId, ...mark },
    );
    return await checkpoints.resolve(planId, checkpointId);
  }

  pause(planId: PlanId, options: AskOptions): Promise<PlanStanding> {
    return this.#wish(planId, 'pause', options, null);
  }

  resume(planId: PlanId, options: AskOptions): Promise<PlanStanding> {
    return this.#wish(planId, 'resume', options, null);
  }

  stop(planId: PlanId, options: AskOptions): Promise<PlanStanding> {
    return this.#wish(planId, 'stop', options, null);
  }

  cancel(planId: PlanId, options: AskOptions): Promise<PlanStanding> {
    return this.#wish(planId, 'cancel', options, async (journal) => {
      const state = journal.plan(journal.rootId);
      if (isFinal(runStateOf(state))) {
        throw hasEnded(journal.rootId, formatPhaseState(phaseOf(state), runStateOf(state)));
      }
      // A tool that outlived its killed runner would go on changing files of a cancelled plan.
      await endSurvivors(journal, this.#deps.processes);
      await cancelTree(journal, `pid ${this.#deps.processes.self.pid}`);
    });
  }

  answer(planId: PlanId, decision: string, choice: string, options: AskOptions): Promise<PlanStanding> {
    const by = `pid ${this.#deps.processes.self.pid}`;
    const alone = async (journal: PlanJournal): Promise<void> => {
      await answerDecision(journal, { planId, decision, choice, by });
      const state = journal.plan(journal.rootId);
      // Where it ended in between, the next run finds the word and cancels.
      if (isRejected(state) && !isFinal(runStateOf(state))) await cancelTree(journal, by);
    };
    return this.#wish(planId, 'answer', options, alone, { decision, choice });
  }

  approve(planId: PlanId, options: AskOptions): Promise<PlanStanding> {
    return this.#wish(planId, 'approve', options, (journal) => this.#settle(journal, true));
  }

  deny(planId: PlanId, options: AskOptions): Promise<PlanStanding> {
    return this.#wish(planId, 'deny', options, (journal) => this.#settle(journal, false));
  }

  /** A word on what a step changed in the settings, of a plan that nobody runs: it holds for whoever comes next. */
  async #settle(journal: PlanJournal, take: boolean): Promise<void> {
    const said = refusedSettings(await this.#deps.plans.eventsOfType(journal.rootId, 'config.changed'));
    if (take ? said.changes.length === 0 : !said.waits) throw nothingToApprove();
    const payload = { changes: take ? said.changes : [], error: null };
    await journal.commit([{ type: 'config.changed', plan_id: journal.rootId, payload }]);
  }

  async #wish(
    planId: PlanId,
    kind: RequestKind,
    options: AskOptions,
    alone: WithoutRunner<void>,
    args: Json = {},
  ): Promise<PlanStanding> {
    const standing = async (): Promise<PlanStanding> => {
      const { phase, state } = await this.#deps.plans.get(planId);
      return { plan_id: planId, phase, state };
    };
    const doAlone =
      alone &&
      (async (journal: PlanJournal): Promise<PlanStanding> => {
        await alone(journal);
        return await standing();
      });
    return await this.#ask<PlanStanding>({ planId, kind, args, options, alone: doAlone, read: standingOf });
  }

  /** Tries both ways in turn until one works: the runner may come or go at any moment. */
  async #ask<T>(ask: Ask<T>): Promise<T> {
    const { root_plan_id: rootId } = await this.#deps.plans.get(ask.planId);
    const limitMs = ask.options.timeoutMs ?? Infinity;
    const patience = { limitMs, endsAt: this.#deps.clock.elapsed() + limitMs };
    for (;;) {
      const lease = await this.#deps.leases.read(rootId);
      const runs = lease?.role === 'runner' && this.#deps.processes.liveness(lease.holder) !== 'gone';
      const answer = runs ? await this.#request(rootId, ask, patience) : await this.#alone(rootId, ask);
      if (answer) return answer.value;
      if (this.#deps.clock.elapsed() > patience.endsAt) throw timedOut(patience);
      await this.#pause(ask.options.signal);
    }
  }

  /** null: somebody holds the lease by now. */
  async #alone<T>(rootId: PlanId, ask: Ask<T>): Promise<{ readonly value: T } | null> {
    if (!ask.alone) throw notRunning(ask.kind, await this.#deps.plans.get(rootId));
    await using held = await tryAcquireLease(this.#deps.leases, this.#deps.processes, rootId, 'command');
    if (!held) return null;
    const journal = await this.#deps.openJournal(rootId, held.lease.fence);
    return { value: await ask.alone(journal) };
  }

  /** null: the runner went away without an answer. */
  async #request<T>(rootId: PlanId, ask: Ask<T>, patience: Patience): Promise<{ readonly value: T } | null> {
    const { requests, ids, processes, clock, leases } = this.#deps;
    const id = ids.next();
    await requests.ask({
      id,
      root_plan_id: rootId,
      plan_id: ask.planId,
      kind: ask.kind,
      args: ask.args,
      asker: processes.self,
      asked_at: new Date(clock.now()).toISOString(),
      progress: null,
      answered_at: null,
      result: null,
    });
    this.#deps.onAsked?.();
    let said: string | null = null;
    for (;;) {
      const request = await requests.read(id);
      if (request?.answered_at) return { value: ask.read(resultOf(request.result)) };
      if (request?.progress && request.progress !== said) ask.options.onProgress(request.progress);
      said = request?.progress ?? said;
      const lease = await leases.read(rootId);
      const gone = !lease || processes.liveness(lease.holder) === 'gone';
      const over = ask.options.signal.aborted || clock.elapsed() > patience.endsAt;
      // A claimed request is being carried out: its answer comes, unless its runner is gone.
      if ((gone || over) && ((await requests.withdraw(id)) || gone)) {
        const last = await requests.read(id);
        if (last?.answered_at) return { value: ask.read(resultOf(last.result)) };
        if (gone) return null;
        throw ask.options.signal.aborted ? withdrawn() : timedOut(patience);
      }
      await clock.sleep(POLL_MS);
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw withdrawn();
    await this.#deps.clock.sleep(POLL_MS * (0.5 + Math.random()));
  }
}

interface Ask<T> {
  readonly planId: PlanId;
  readonly kind: RequestKind;
  readonly args: Json;
  readonly options: AskOptions;
  readonly alone: WithoutRunner<T>;
  readonly read: (result: Json) => T;
}

/** How long an asker waits, and until when, in milliseconds; both Infinity for one who waits for ever. */
interface Patience {
  readonly limitMs: number;
  readonly endsAt: number;
}

function standingOf(result: Json): PlanStanding {
  const { plan_id, phase, state } = result as unknown as PlanStanding;
  return { plan_id, phase, state };
}

/** An error as a run answers with it. */
interface AnsweredErrorValue extends ErrorValue {
  readonly exit_code: number;
  readonly next_steps: readonly string[];
}

type Answer =
  | ({ readonly ok: true } & JsonObject)
  | { readonly ok: false; readonly error: AnsweredErrorValue };

/** The answer's value. @throws the error that the runner answered with */
function resultOf(result: Json): Json {
  const answer = result as unknown as Answer;
  if (answer.ok) return result;
  throw new AnsweredError(answer.error);
}

/** An error of the runner, as its asker meets it. */
class AnsweredError extends AgentsError {
  readonly exitCode: number;

  constructor({ code, message, hint, exit_code, next_steps }: AnsweredErrorValue) {
    super(code, message, { nextSteps: next_steps, ...(hint === null ? {} : { hint }) });
    this.exitCode = exit_code;
  }
}

function hasEnded(planId: PlanId, standing: string): ConflictError {
  return new ConflictError('plan_ended', `the plan has ended already: ${standing}`, {
    nextSteps: [`agents plan status ${shortId(planId)}`],
  });
}

/** Where nobody runs it, going on comes first: unless it has come to its end. */
function notRunning(kind: RequestKind, { plan_id: rootId, phase, state }: PlanSummary): ConflictError {
  if (isFinal(state)) return hasEnded(rootId, formatPhaseState(phase, state));
  return new ConflictError('not_running', `nobody runs this plan, so there is nothing to ${kind}`, {
    nextSteps: [`agents plan execute ${shortId(rootId)}`],
  });
}

function timedOut({ limitMs }: Patience): WaitingError {
  return new WaitingError('ask_timed_out', `no answer within ${limitMs} ms; the request was withdrawn`, {
    hint: 'the plan was busy the whole time; nothing was changed',
    nextSteps: ['try again with a longer --timeout'],
  });
}

function withdrawn(): WaitingError {
  return new WaitingError('ask_withdrawn', 'the request was withdrawn; nothing was changed');
}
