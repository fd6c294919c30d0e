import { CheckpointError, PlanError, toErrorValue, WaitingError } from '../domain/errors.ts';
import type { StepSpec } from '../domain/plan-document.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import { callsOf, requireStep, type ToolCallState } from '../domain/plan-state.ts';
import type { ExpressionScope } from '../ports/expressions.ts';
import type { UpstreamStatus } from '../ports/planner.ts';
import { Interruption } from './execution-control.ts';
import { isFatal, wasInterrupted } from './fatal-errors.ts';
import { buildStepScope, type PlanContext } from './plan-context.ts';
import { putBack } from './put-back.ts';
import { compensationEvents } from './record-compensation.ts';
import { SKIPPED_BY_FAILURE } from './retry-plan.ts';
import type { RunServices } from './run-services.ts';
import { StepVerbs, type StepOutput } from './step-verbs.ts';
import type { SubplanExecutionService } from './subplan-execution-service.ts';

/** How a step ended. A failed one that the document lets pass counts as `complete`. */
export type StepEnd =
  | { readonly kind: 'complete' | 'skipped' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Runs one step of a plan: condition, attempts, time limit, and the record of each. */
export class StepRunner {
  readonly #run: RunServices;
  readonly #verbs: StepVerbs;

  constructor(run: RunServices, subplans: SubplanExecutionService) {
    this.#run = run;
    this.#verbs = new StepVerbs(run, subplans);
  }

  /**
   * @throws Interruption if the run is to rest: the step is then neither failed nor complete
   * @throws StorageError, ConflictError, BugError: nothing may go on
   */
  async run(
    plan: PlanContext,
    step: StepSpec,
    status: UpstreamStatus,
    signal: AbortSignal,
  ): Promise<StepEnd> {
    try {
      const end = await this.#attempts(plan, step, status, signal);
      await this.#run.intervals?.stepEnded({ planId: plan.planId, stepId: step.id });
      return end;
    } catch (thrown) {
      if (thrown instanceof CheckpointError) {
        throw new Interruption({ kind: 'checkpoint_failed', by: thrown.message }, thrown);
      }
      // A person has to say something first; the step is begun anew after that.
      if (thrown instanceof WaitingError)
        throw new Interruption({ kind: 'waiting', by: thrown.message }, thrown);
      throw thrown;
    }
  }

  async #attempts(
    plan: PlanContext,
    step: StepSpec,
    status: UpstreamStatus,
    signal: AbortSignal,
  ): Promise<StepEnd> {
    let scope: ExpressionScope;
    try {
      scope = await this.#scope(plan, step, status);
      if (!this.#run.expressions.test(step.if, scope)) return await this.#skip(plan, step);
    } catch (thrown) {
      if (isFatal(thrown)) throw thrown;
      return await this.#fail(plan, step, thrown);
    }
    const recorded = this.#recordedCall(plan, step);
    const first = Math.max(1, requireStep(this.#run.journal.plan(plan.planId), step.id).attempt);
    for (let attempt = first; ; attempt += 1) {
      const known = attempt === first ? recorded : undefined;
      const failure = await this.#attempt(plan, step, scope, attempt, signal, known);
      if (failure === null) return { kind: 'complete' };
      if (attempt > step.retries.max) return await this.#fail(plan, step, failure.error);
      const delay_ms = step.retries.backoff_ms * 2 ** (attempt - 1);
      const error = toErrorValue(failure.error);
      await this.#commit(plan, { type: 'step.retried', payload: { step_id: step.id, error, delay_ms } });
      const obstacle = await this.#putBack(plan, step, attempt, signal);
      if (obstacle !== null) return await this.#fail(plan, step, obstacle.error);
      await this.#run.clock.sleep(delay_ms, AbortSignal.any([signal, this.#run.control.interruptSignal]));
    }
  }

  /** A run that is cut off in it comes by here again: the attempt's recorded call fails once more. Null if nothing is in the way. */
  async #putBack(
    plan: PlanContext,
    { id: stepId, retries }: StepSpec,
    attempt: number,
    signal: AbortSignal,
  ): Promise<{ readonly error: unknown } | null> {
    try {
      await putBack(this.#run, retries, { planId: plan.planId, stepId, attempt, subplan: null }, signal);
      return null;
    } catch (thrown) {
      if (isFatal(thrown)) throw thrown;
      return { error: thrown };
    }
  }

  /** One attempt; null if it completed the step. */
  async #attempt(
    plan: PlanContext,
    step: StepSpec,
    scope: ExpressionScope,
    attempt: number,
    signal: AbortSignal,
    recorded: ToolCallState | undefined,
  ): Promise<{ readonly error: unknown } | null> {
    const payload = { step_id: step.id, attempt };
    // Until it does something, nothing depends on it.
    await this.#run.journal.commitSoon([{ type: 'step.started', plan_id: plan.planId, payload }]);
    try {
      const output = recorded
        ? outputOfRecorded(recorded)
        : await this.#limited(step, signal, (limited) =>
            this.#verbs.run(plan, step, scope, attempt, limited),
          );
      const completed = { type: 'step.completed', payload: { step_id: step.id, ...output } } as const;
      const back = await compensationEvents(this.#run, plan, step, scope, output.call_id);
      await this.#run.journal.commit([...back, { ...completed, plan_id: plan.planId }]);
      return null;
    } catch (thrown) {
      if (isFatal(thrown)) throw thrown;
      return { error: thrown };
    }
  }

  async #limited<T>(
    step: StepSpec,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    if (step.timeout_ms === null) return await work(signal);
    const limit = new AbortController();
    const message = `step ${step.id} took longer than its limit of ${step.timeout_ms} ms`;
    const timer = setTimeout(() => limit.abort(new PlanError('timed_out', message)), step.timeout_ms);
    try {
      return await work(AbortSignal.any([signal, limit.signal]));
    } finally {
      clearTimeout(timer);
    }
  }

  /** A call of this attempt that has a result already: a run before this one ended right behind it. */
  #recordedCall(plan: PlanContext, step: StepSpec): ToolCallState | undefined {
    const state = this.#run.journal.plan(plan.planId);
    const { attempt } = requireStep(state, step.id);
    if (attempt === 0 || (step.kind !== 'run' && step.kind !== 'uses')) return undefined;
    const last = callsOf(state).findLast((call) => call.step_id === step.id && call.attempt === attempt);
    const failed = last?.status === 'failed' && last.error !== null && !wasInterrupted(last.error);
    return failed || last?.status === 'complete' ? last : undefined;
  }

  async #scope(plan: PlanContext, step: StepSpec, status: UpstreamStatus): Promise<ExpressionScope> {
    const state = this.#run.journal.plan(plan.planId);
    return await buildStepScope(plan, step, state, status, this.#run);
  }

  async #skip(plan: PlanContext, step: StepSpec): Promise<StepEnd> {
    const reason = step.if === null ? SKIPPED_BY_FAILURE : `if: ${step.if}`;
    await this.#commit(plan, { type: 'step.skipped', payload: { step_id: step.id, reason } });
    return { kind: 'skipped' };
  }

  async #fail(plan: PlanContext, step: StepSpec, thrown: unknown): Promise<StepEnd> {
    const payload = { step_id: step.id, error: toErrorValue(thrown), continued: step.continue_on_error };
    await this.#commit(plan, { type: 'step.failed', payload });
    return step.continue_on_error ? { kind: 'complete' } : { kind: 'failed', error: thrown };
  }

  async #commit(plan: PlanContext, event: DistributiveOmit<NewEvent, 'plan_id'>): Promise<void> {
    await this.#run.journal.commit([{ ...event, plan_id: plan.planId } as NewEvent]);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function outputOfRecorded(call: ToolCallState): StepOutput {
  if (call.error === null) return { call_id: call.id, output: null };
  const { code, message, hint } = call.error;
  throw new PlanError(code, message, hint === null ? {} : { hint });
}
