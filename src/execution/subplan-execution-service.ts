import { PlanError, toErrorValue, type ErrorValue } from '../domain/errors.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { isFinal } from '../domain/event-handlers.ts';
import type { RetrySpec, SubplansStep, SubplanSpec } from '../domain/plan-document.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import { resultOf, subplansOf, type SubplanState } from '../domain/plan-state.ts';
import type { CheckpointTrigger } from '../ports/checkpoint-trigger.ts';
import type { ExpressionScope } from '../ports/expressions.ts';
import type { NewPlan } from '../ports/plan-store.ts';
import type { FailedAttempt } from '../ports/restore-attempt.ts';
import { Interruption } from './execution-control.ts';
import { spawnDecision, type SpawnOrigin } from './spawn-decision.ts';
import { toText, type PlanContext } from './plan-context.ts';
import { putBack } from './put-back.ts';
import { retriesOf } from './retry-plan.ts';
import type { RunServices } from './run-services.ts';
import { isSiblingFailure, siblingFailed } from './sibling-failure.ts';

/** What the step that spawns subplans hands on to them. */
export interface SpawnContext {
  readonly scope: ExpressionScope;
  readonly signal: AbortSignal;
  /** Who decided that there are these, and why; absent: the document. */
  readonly origin?: SpawnOrigin;
}

/** A subplan whose turn it is. */
interface Next {
  readonly spec: SubplanSpec;
  readonly subplan: SubplanState;
}

/** Runs one child to its end. @throws PlanError if it fails, Interruption if it is to rest */
export type RunChild = (plan: PlanContext, signal: AbortSignal) => Promise<void>;

/** Spawns the subplans of a step and runs them: order, attempts, and what becomes of the others when one fails. */
export class SubplanExecutionService {
  readonly #run: RunServices;
  readonly #runChild: RunChild;
  readonly #checkpoints: CheckpointTrigger | undefined;

  constructor(run: RunServices, runChild: RunChild, checkpoints?: CheckpointTrigger) {
    this.#run = run;
    this.#runChild = runChild;
    this.#checkpoints = checkpoints;
  }

  /** @throws PlanError `subplans_failed`; Interruption */
  async run(plan: PlanContext, step: SubplansStep, context: SpawnContext): Promise<JsonObject> {
    await this.#spawnMissing(plan, step, context);
    const stopSiblings = new AbortController();
    const signal = AbortSignal.any([context.signal, stopSiblings.signal]);
    const waiting = new Map(step.plans.map((spec) => [spec.name, spec]));
    const running = new Map<string, Promise<void>>();
    let interruption: unknown = null;
    for (;;) {
      const stopped = interruption !== null || signal.aborted || this.#run.control.intent !== null;
      const next = stopped ? undefined : this.#next(plan, step, waiting, running.size);
      if (next) {
        const { name } = next.spec;
        waiting.delete(name);
        const end = this.#runOne(plan, step, next, { ...context, signal })
          .then((failed) => {
            if (failed && step.fail_fast) stopSiblings.abort(siblingFailed(name));
          })
          .catch((thrown: unknown) => {
            interruption ??= thrown;
          })
          .finally(() => running.delete(name));
        running.set(name, end);
      } else if (running.size === 0) {
        break;
      } else {
        await Promise.race(running.values());
      }
    }
    return await this.#finish(plan, step, interruption);
  }

  async #finish(plan: PlanContext, step: SubplansStep, interruption: unknown): Promise<JsonObject> {
    const { intent } = this.#run.control;
    if (interruption !== null) throw interruption;
    const subplans = this.#subplans(plan, step);
    const failed = subplans.flatMap(({ name, error, status }) =>
      status === 'errored' && error ? [{ name, error }] : [],
    );
    const [first] = failed;
    if (intent && !first && subplans.some(({ status }) => !isFinal(status))) throw new Interruption(intent);
    const reason = first ? 'another subplan failed' : 'what it needs is not complete';
    await this.#cancelNeverStarted(plan, step, reason);
    if (first) {
      const names = failed.map(({ name }) => name).join(', ');
      throw new PlanError('subplans_failed', `subplan ${names} failed: ${first.error.message}`, {
        hint: `step ${step.id}: ${failed.length} of ${step.plans.length} failed`,
      });
    }
    return this.#outputs(plan, step);
  }

  /** The next of those that wait which may start, in the order of the document. */
  #next(
    plan: PlanContext,
    step: SubplansStep,
    waiting: ReadonlyMap<string, SubplanSpec>,
    running: number,
  ): Next | undefined {
    const limit = step.mode === 'sequential' ? 1 : (step.max_parallel ?? this.#run.maxParallel);
    if (running >= limit) return undefined;
    const subplans = this.#subplans(plan, step);
    const complete = new Set(subplans.filter(({ status }) => status === 'complete').map(({ name }) => name));
    for (const subplan of subplans) {
      const spec = complete.has(subplan.name) ? undefined : waiting.get(subplan.name);
      if (spec?.needs.every((name) => complete.has(name))) return { spec, subplan };
    }
    return undefined;
  }

  /** All attempts of one subplan. True if it failed for good. */
  async #runOne(plan: PlanContext, step: SubplansStep, next: Next, context: SpawnContext): Promise<boolean> {
    try {
      return await this.#attempts(plan, step, next, context);
    } catch (thrown) {
      // Between two attempts it only waited: it is cancelled with those that never began.
      if (this.#isBySibling(thrown)) return false;
      throw thrown;
    }
  }

  async #attempts(
    plan: PlanContext,
    step: SubplansStep,
    { spec, subplan }: Next,
    context: SpawnContext,
  ): Promise<boolean> {
    const subplan_id = subplan.id;
    const retries = retriesOf(step, spec.name);
    const child = this.#childContext(plan, spec, subplan, context);
    if (subplan.attempt === 0) {
      const metadata = { subplan_id, subplan: spec.name, subplan_plan_id: subplan.plan_id };
      await this.#checkpoints?.fire('on_subplan_spawn', { planId: plan.planId, stepId: step.id, metadata });
    }
    for (let attempt = Math.max(1, subplan.attempt); ; attempt += 1) {
      await this.#commit(plan, { type: 'subplan.started', payload: { subplan_id, attempt } });
      const failure = await this.#attempt(child, context.signal);
      if (failure === null) {
        await this.#commit(plan, { type: 'subplan.completed', payload: { subplan_id } });
        return false;
      }
      if (failure === 'cancelled') {
        await this.#commit(plan, {
          type: 'subplan.cancelled',
          payload: { subplan_id, reason: 'another subplan failed' },
        });
        return false;
      }
      const isLast = attempt > subplan.max_retries;
      const itself = { id: subplan_id, planId: child.planId };
      const failed = { planId: plan.planId, stepId: step.id, attempt, subplan: itself };
      const obstacle = isLast ? null : await this.#putBack(retries, failed, context.signal);
      if (isLast || obstacle) {
        const payload = { subplan_id, error: obstacle ?? failure };
        await this.#commit(plan, { type: 'subplan.failed', payload });
        return true;
      }
      // The waits begin anew with each time that a person has the plan run again.
      const tries = attempt - (subplan.max_retries - retries.max);
      await this.#retry(plan, subplan, failure, retries.backoff_ms * 2 ** (tries - 1), context.signal);
    }
  }

  /** null: complete. An interruption of the whole run is thrown on; one by a failed sibling cancels only this child. */
  async #attempt(child: PlanContext, signal: AbortSignal): Promise<ErrorValue | 'cancelled' | null> {
    try {
      await this.#runChild(child, signal);
      return null;
    } catch (thrown) {
      if (thrown instanceof PlanError) return toErrorValue(thrown);
      if (!this.#isBySibling(thrown)) throw thrown;
      const payload = { reason: 'another subplan failed', by: thrown.intent.by };
      await this.#run.journal.commit([{ type: 'plan.cancelled', plan_id: child.planId, payload }]);
      return 'cancelled';
    }
  }

  #isBySibling(thrown: unknown): thrown is Interruption {
    return isSiblingFailure(thrown) && this.#run.control.intent === null;
  }

  /**
   * Comes before `subplan.retried`, which forgets what the attempt did: a run that is cut off in it finds the child failed, and
   * comes by here again. Null if nothing is in the way.
   */
  async #putBack(retries: RetrySpec, failed: FailedAttempt, signal: AbortSignal): Promise<ErrorValue | null> {
    try {
      await putBack(this.#run, retries, failed, signal);
      return null;
    } catch (thrown) {
      if (thrown instanceof PlanError) return toErrorValue(thrown);
      throw thrown;
    }
  }

  async #retry(
    plan: PlanContext,
    subplan: SubplanState,
    error: ErrorValue,
    delay: number,
    signal: AbortSignal,
  ): Promise<void> {
    const payload = { subplan_id: subplan.id, plan_id: subplan.plan_id, error };
    await this.#commit(plan, { type: 'subplan.retried', payload });
    await this.#run.clock.sleep(delay, AbortSignal.any([signal, this.#run.control.interruptSignal]));
  }

  /** All subplans of a step exist, queued, before the first of them starts. */
  async #spawnMissing(plan: PlanContext, step: SubplansStep, context: SpawnContext): Promise<void> {
    const known = new Set(this.#subplans(plan, step).map((subplan) => subplan.name));
    const missing = step.plans.filter((spec) => !known.has(spec.name));
    if (missing.length === 0) return;
    const spawned = missing.map((spec) => this.#spawn(plan, step, spec, context));
    await this.#run.journal.commit(
      spawned.flatMap(({ events }) => events),
      spawned.map(({ newPlan }) => newPlan),
    );
  }

  #spawn(
    plan: PlanContext,
    step: SubplansStep,
    spec: SubplanSpec,
    context: SpawnContext,
  ): { readonly events: readonly NewEvent[]; readonly newPlan: NewPlan } {
    const { ids, journal, clock } = this.#run;
    const [planId, subplanId] = [ids.next(), ids.next()];
    const created_at = new Date(clock.now()).toISOString();
    const inputs = this.#inputs(plan, spec, context);
    const goal = this.#goal(spec, inputs, context);
    const newPlan: NewPlan = {
      plan_id: planId,
      root_plan_id: journal.rootId,
      parent_id: plan.planId,
      name: spec.name,
      goal,
      workspace: plan.workspace,
      document: spec.document as unknown as Json,
      included_documents: {},
      inputs,
      effective_config: {},
      created_at,
    };
    const decision = spawnDecision(this.#run, plan, step, spec.name, { created_at, origin: context.origin });
    const max_retries = retriesOf(step, spec.name).max;
    const parent = { plan_id: plan.planId, subplan_id: subplanId };
    const steps = this.#run.describeSteps(spec.document);
    return {
      newPlan,
      events: [
        { type: 'decision.made', plan_id: plan.planId, payload: { decision } },
        {
          type: 'subplan.spawned',
          plan_id: plan.planId,
          payload: { subplan_id: subplanId, plan_id: planId, step_id: step.id, name: spec.name, max_retries },
        },
        {
          type: 'plan.created',
          plan_id: planId,
          payload: { name: spec.name, goal, workspace: plan.workspace, parent, steps },
        },
      ],
    };
  }

  #inputs(plan: PlanContext, spec: SubplanSpec, context: SpawnContext): Readonly<Record<string, Json>> {
    const given = this.#run.expressions.fill(spec.with, context.scope) as Record<string, Json>;
    // An inline subplan is part of its parent's document and sees the same inputs.
    const isInline = spec.document.file === plan.document.file;
    return isInline ? { ...plan.inputs, ...given } : this.#run.fillInputs(spec.document, given);
  }

  /** A goal sees the inputs, nothing else: the subplan has not begun. */
  #goal(spec: SubplanSpec, inputs: Readonly<Record<string, Json>>, { scope }: SpawnContext): string | null {
    if (spec.document.goal === null) return null;
    return toText(this.#run.expressions.fill(spec.document.goal, { ...scope, inputs }));
  }

  #childContext(
    plan: PlanContext,
    spec: SubplanSpec,
    subplan: SubplanState,
    context: SpawnContext,
  ): PlanContext {
    const inputs = this.#inputs(plan, spec, context);
    return {
      planId: subplan.plan_id,
      document: spec.document,
      inputs,
      env: context.scope.env,
      workspace: plan.workspace,
    };
  }

  async #cancelNeverStarted(plan: PlanContext, step: SubplansStep, reason: string): Promise<void> {
    const never = this.#subplans(plan, step).filter((subplan) => !isFinal(subplan.status));
    const events = never.flatMap((subplan): NewEvent[] => [
      { type: 'plan.cancelled', plan_id: subplan.plan_id, payload: { reason, by: null } },
      { type: 'subplan.cancelled', plan_id: plan.planId, payload: { subplan_id: subplan.id, reason } },
    ]);
    if (events.length > 0) await this.#run.journal.commit(events);
  }

  #outputs(plan: PlanContext, step: SubplansStep): JsonObject {
    const entries = this.#subplans(plan, step).map((subplan) => {
      const outputs = resultOf(this.#run.journal.plan(subplan.plan_id));
      return [subplan.name, { plan_id: subplan.plan_id, status: subplan.status, outputs }] as const;
    });
    return { plans: Object.fromEntries(entries) };
  }

  #subplans(plan: PlanContext, step: SubplansStep): readonly SubplanState[] {
    // A step in which a model spawns them one by one has others beside these.
    const names = new Set(step.plans.map(({ name }) => name));
    return subplansOf(this.#run.journal.plan(plan.planId)).filter(
      (subplan) => subplan.step_id === step.id && names.has(subplan.name),
    );
  }

  async #commit(
    plan: PlanContext,
    event: { readonly type: NewEvent['type']; readonly payload: object },
  ): Promise<void> {
    await this.#run.journal.commit([{ ...event, plan_id: plan.planId } as NewEvent]);
  }
}
