import { ConflictError } from '../domain/errors.ts';
import { isFinal } from '../domain/event-handlers.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { PlanDocument, RetrySpec, StepSpec, SubplansStep } from '../domain/plan-document.ts';
import type { NewEvent, SubplanAgain } from '../domain/plan-event.ts';
import {
  decisionForStep,
  phaseOf,
  runStateOf,
  stepOf,
  stepsOf,
  subplansOf,
  type PlanState,
  type TreeState,
} from '../domain/plan-state.ts';
import { formatPhaseState } from '../domain/plan.ts';
import type { Expressions } from '../ports/expressions.ts';

/** Why the executor skips what comes after a failure. */
export const SKIPPED_BY_FAILURE = 'a step before it failed';

/** @throws ConflictError if the plan has not failed: then there is nothing to do again */
export function requireFailed(state: PlanState): void {
  const runState = runStateOf(state);
  if (runState === 'errored') return;
  const id = shortId(state.planId);
  const standing = formatPhaseState(phaseOf(state), runState);
  throw new ConflictError('plan_not_failed', `the plan has not failed: ${standing}`, {
    hint: 'only a failed plan runs again from its failed step',
    nextSteps: [isFinal(runState) ? `agents plan status ${id}` : `agents plan execute ${id}`],
  });
}

/**
 * What makes a failed plan ready to go on: its failed steps, and those that were skipped because of them, are pending
 * again; subplans of such a step that are not complete get a further attempt. A wrong answer is asked for once more.
 */
export function retryEvents(
  tree: TreeState,
  rootId: PlanId,
  document: PlanDocument,
  expressions: Pick<Expressions, 'runsAfterFailure'>,
  by: string,
): readonly NewEvent[] {
  const state = tree.plans.get(rootId) as PlanState;
  const steps = stepsToRepeat(state, document, expressions);
  const subplans = steps.flatMap((step) => (step.kind === 'subplans' ? subplansAgain(state, step) : []));
  const payload = { by, step_ids: steps.map(({ id }) => id), subplans };
  const failed = [state, ...subplans.flatMap(({ plan_id }) => tree.plans.get(plan_id) ?? [])];
  return [
    { type: 'plan.retried', plan_id: rootId, payload },
    ...failed.flatMap((plan) => questionsAgain(plan)),
  ];
}

function stepsToRepeat(
  state: PlanState,
  { steps }: PlanDocument,
  expressions: Pick<Expressions, 'runsAfterFailure'>,
): readonly StepSpec[] {
  // A failure that the document lets pass is none.
  const failed = steps.filter((step) => isNow(state, step, 'failed') && !step.continue_on_error);
  const after = reachedFrom(failed, steps);
  // A skipped one that stands beside them may have been asked only because the plan was failing.
  const isAffected = (step: StepSpec): boolean =>
    after.has(step.id) ||
    stepOf(state, step.id)?.reason === SKIPPED_BY_FAILURE ||
    expressions.runsAfterFailure(step.if);
  return steps.filter((step) => failed.includes(step) || (isNow(state, step, 'skipped') && isAffected(step)));
}

const isNow = (state: PlanState, { id }: StepSpec, status: string): boolean =>
  stepOf(state, id)?.status === status;

/** The ids of all steps that need one of these, directly or not. */
function reachedFrom(first: readonly StepSpec[], steps: readonly StepSpec[]): ReadonlySet<string> {
  const dependents = new Map<string, StepSpec[]>();
  for (const step of steps) {
    for (const id of step.needs) dependents.set(id, [...(dependents.get(id) ?? []), step]);
  }
  const reached = new Set<string>();
  const next = [...first];
  for (let step = next.pop(); step; step = next.pop()) {
    for (const dependent of dependents.get(step.id) ?? []) {
      if (reached.has(dependent.id)) continue;
      reached.add(dependent.id);
      next.push(dependent);
    }
  }
  return reached;
}

function subplansAgain(state: PlanState, step: SubplansStep): readonly SubplanAgain[] {
  return subplansOf(state)
    .filter(({ step_id, status }) => step_id === step.id && status !== 'complete')
    .map(({ id, plan_id, name, attempt }) => ({
      subplan_id: id,
      plan_id,
      // Attempts are counted on: what the history says of the third stays true of the third.
      attempt: attempt === 0 ? 0 : attempt + 1,
      max_retries: attempt + retriesOf(step, name).max,
    }));
}

/** How often a subplan of a step may be tried again, as the document says. */
export function retriesOf(step: SubplansStep, name: string): RetrySpec {
  return step.plans.find((spec) => spec.name === name)?.retries ?? step.subplan_retries;
}

/** An answer that made its step fail is no answer; a choice among options can't be wrong. */
function questionsAgain(state: PlanState): readonly NewEvent[] {
  return stepsOf(state).flatMap(({ id, status }): readonly NewEvent[] => {
    const known = decisionForStep(state, id);
    if (status !== 'failed' || known?.type !== 'answer' || known.chosen === null) return [];
    const { sequence: _, ...decision } = known;
    const payload = { decision: { ...decision, chosen: null, by: 'human' } };
    return [{ type: 'decision.made', plan_id: state.planId, payload }];
  });
}
