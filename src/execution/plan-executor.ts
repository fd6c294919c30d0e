import { PlanError, toErrorValue, type ErrorValue } from '../domain/errors.ts';
import type { DecisionId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import { planApproval } from '../domain/plan-approval.ts';
import type { StepSpec } from '../domain/plan-document.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import { decisionsOf, errorOf, phaseOf, runStateOf, stepsOf, type PlanState } from '../domain/plan-state.ts';
import type { CheckpointTrigger } from '../ports/checkpoint-trigger.ts';
import type { Planner } from '../ports/planner.ts';
import { Interruption } from './execution-control.ts';
import { documentStrategy, promptDefinition, type NewDecision } from './first-decisions.ts';
import { buildScope, type PlanContext } from './plan-context.ts';
import { SKIPPED_BY_FAILURE } from './retry-plan.ts';
import type { RunServices } from './run-services.ts';
import { StepRunner, type StepEnd } from './step-runner.ts';
import { SubplanExecutionService } from './subplan-execution-service.ts';

/** Steps that run at this moment, and how the last ones ended. */
interface Progress {
  readonly running: Map<string, Promise<void>>;
  /** The first failure: it decides how the plan ends. */
  failure: { readonly error: unknown } | null;
  /** The first reason to rest, or a fault that ends the run. */
  interruption: { readonly error: unknown } | null;
}

/** The loop: takes one plan, root or subplan, through its phases. Knows nothing of tools, screens or databases. */
export class PlanExecutor {
  readonly #run: RunServices;
  readonly #steps: StepRunner;
  readonly #checkpoints: CheckpointTrigger | undefined;

  constructor(run: RunServices, checkpoints?: CheckpointTrigger) {
    this.#run = run;
    this.#checkpoints = checkpoints;
    const runChild = (plan: PlanContext, signal: AbortSignal): Promise<void> => this.execute(plan, signal);
    this.#steps = new StepRunner(run, new SubplanExecutionService(run, runChild, checkpoints));
  }

  /**
   * Runs a plan from where its state stands to `execute/complete`.
   * @throws the error that made it fail; Interruption if it is to rest, with every step at rest
   */
  async execute(plan: PlanContext, signal: AbortSignal): Promise<void> {
    const state = this.#run.journal.plan(plan.planId);
    if (runStateOf(state) === 'complete') return;
    const planner = this.#run.plannerFor(plan.document);
    if (phaseOf(state) === 'strategize') await this.#strategize(plan);
    // After a kill between the failure and the end of the clean-up, only the clean-up is left.
    const error = errorOf(state);
    if (runStateOf(state) === 'errored' && error) return await this.#cleanUp(plan, planner, signal, error);
    // After a kill between the failure of a step and that of its plan, the plan still has to fail.
    const failed = failedStepOf(plan, this.#run.journal.plan(plan.planId));
    if (failed) return await this.#fail(plan, planner, toPlanError(failed), signal);
    await this.#commit(plan, {
      type: 'plan.phase_changed',
      payload: { phase: 'execute', state: 'processing' },
    });
    const progress = await this.#runSteps(plan, planner, signal, 'normal');
    const { intent } = this.#run.control;
    const cancelled = signal.aborted || intent?.kind === 'cancel' || intent?.kind === 'stop';
    if (progress.failure && !cancelled)
      return await this.#fail(plan, planner, progress.failure.error, signal);
    if (progress.interruption) throw progress.interruption.error;
    if (signal.aborted) throw signal.reason;
    if (intent && !planner.ready(this.#run.journal.plan(plan.planId), 'normal').done)
      throw new Interruption(intent);
    await this.#complete(plan, planner, signal);
  }

  async #complete(plan: PlanContext, planner: Planner, signal: AbortSignal): Promise<void> {
    let outputs: JsonObject;
    try {
      const state = this.#run.journal.plan(plan.planId);
      const scope = await buildScope(plan, state, 'success', plan.document.outputs, this.#run);
      outputs = this.#run.expressions.fill(plan.document.outputs, scope) as JsonObject;
    } catch (thrown) {
      return await this.#fail(plan, planner, thrown, signal);
    }
    await this.#commit(plan, { type: 'plan.completed', payload: { outputs } });
  }

  /** The failure is stored and checkpointed as it stands, before any clean-up; then it goes on to the caller. */
  async #fail(plan: PlanContext, planner: Planner, error: unknown, signal: AbortSignal): Promise<never> {
    await this.#commit(plan, { type: 'plan.failed', payload: { error: toErrorValue(error) } });
    await this.#checkpoints?.fire('on_error', {
      planId: plan.planId,
      metadata: { error: { ...toErrorValue(error) } },
    });
    await this.#runSteps(plan, planner, signal, 'cleanup');
    throw error;
  }

  async #cleanUp(
    plan: PlanContext,
    planner: Planner,
    signal: AbortSignal,
    error: ErrorValue,
  ): Promise<never> {
    await this.#runSteps(plan, planner, signal, 'cleanup');
    throw toPlanError(error);
  }

  async #runSteps(
    plan: PlanContext,
    planner: Planner,
    signal: AbortSignal,
    mode: 'normal' | 'cleanup',
  ): Promise<Progress> {
    const progress: Progress = { running: new Map(), failure: null, interruption: null };
    for (;;) {
      for (const step of this.#startable(plan, planner, signal, mode, progress)) {
        const end = this.#runStep(plan, planner, step, signal, mode, progress);
        progress.running.set(step.id, end);
        void end.finally(() => progress.running.delete(step.id));
      }
      if (progress.running.size === 0) return progress;
      await Promise.race(progress.running.values());
    }
  }

  #startable(
    plan: PlanContext,
    planner: Planner,
    signal: AbortSignal,
    mode: 'normal' | 'cleanup',
    progress: Progress,
  ): readonly StepSpec[] {
    const stopped =
      signal.aborted || this.#run.control.intent !== null || isHalting(progress.interruption?.error);
    if (stopped || progress.failure !== null) return [];
    const { ready } = planner.ready(this.#run.journal.plan(plan.planId), mode);
    const free = this.#run.maxParallel - progress.running.size;
    return ready.filter((step) => !progress.running.has(step.id)).slice(0, Math.max(0, free));
  }

  async #runStep(
    plan: PlanContext,
    planner: Planner,
    step: StepSpec,
    signal: AbortSignal,
    mode: 'normal' | 'cleanup',
    progress: Progress,
  ): Promise<void> {
    try {
      const end = await this.#endOf(plan, planner, step, signal, mode);
      if (end.kind === 'failed' && mode === 'normal') progress.failure ??= { error: end.error };
    } catch (thrown) {
      progress.interruption ??= { error: thrown };
    }
  }

  async #endOf(
    plan: PlanContext,
    planner: Planner,
    step: StepSpec,
    signal: AbortSignal,
    mode: 'normal' | 'cleanup',
  ): Promise<StepEnd> {
    if (mode === 'cleanup' && !this.#run.expressions.runsAfterFailure(step.if)) {
      const payload = { step_id: step.id, reason: SKIPPED_BY_FAILURE };
      await this.#commit(plan, { type: 'step.skipped', payload });
      return { kind: 'skipped' };
    }
    const upstream = planner.upstreamStatus(this.#run.journal.plan(plan.planId), step);
    return await this.#steps.run(plan, step, mode === 'cleanup' ? 'failure' : upstream, signal);
  }

  /** Read-only: what is to be done, and how, are the first two decisions of every plan; it may need a person's word to go on. */
  async #strategize(plan: PlanContext): Promise<void> {
    const { name, goal } = plan.document;
    await this.#commit(plan, {
      type: 'plan.phase_changed',
      payload: { phase: 'strategize', state: 'processing' },
    });
    const prompt = await this.#decide(plan, promptDefinition(this.#run, goal ?? name));
    await this.#decide(plan, documentStrategy(this.#run, plan.document, prompt));
    const approval = planApproval(this.#run.journal.plan(plan.planId));
    if (!approval) return;
    const { chosen } = await this.#run.people.decide(plan.planId, approval.id, null);
    if (chosen === 'reject') throw new Interruption({ kind: 'cancel', by: 'human' });
  }

  /** A plan that was written for a goal has made the first ones already, as has a run that was killed in between. */
  async #decide(plan: PlanContext, decision: NewDecision): Promise<DecisionId> {
    const { type } = decision;
    const known = decisionsOf(this.#run.journal.plan(plan.planId)).find((one) => one.type === type);
    if (known) return known.id;
    await this.#commit(plan, { type: 'decision.made', payload: { decision } });
    return decision.id;
  }

  async #commit(
    plan: PlanContext,
    event: { readonly type: NewEvent['type']; readonly payload: object },
  ): Promise<void> {
    await this.#run.journal.commit([{ ...event, plan_id: plan.planId } as NewEvent]);
  }
}

/** A step that waits for a person doesn't keep independent ones from going on; anything else does. */
function isHalting(error: unknown): boolean {
  return error !== undefined && !(error instanceof Interruption && error.intent.kind === 'waiting');
}

/** The error of a step that failed for good; null if none did. */
function failedStepOf({ document }: PlanContext, state: PlanState): ErrorValue | null {
  const lenient = new Set(document.steps.filter((step) => step.continue_on_error).map(({ id }) => id));
  const failed = stepsOf(state).find(({ id, status }) => status === 'failed' && !lenient.has(id));
  return failed?.error ?? null;
}

/** A stored error, to be thrown again. */
function toPlanError({ code, message, hint }: ErrorValue): PlanError {
  return new PlanError(code, message, hint === null ? {} : { hint });
}
