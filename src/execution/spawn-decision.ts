import type { SubplansStep } from '../domain/plan-document.ts';
import { decisionsOf, type DecisionState } from '../domain/plan-state.ts';
import { strategyOf, type PlanContext } from './plan-context.ts';
import type { RunServices } from './run-services.ts';

/** Who decided that there is a subplan, and why. */
export type SpawnOrigin = Pick<DecisionState, 'by' | 'rationale'>;

/** The decision that a subplan begins with. */
export function spawnDecision(
  { ids, journal }: Pick<RunServices, 'ids' | 'journal'>,
  { planId }: PlanContext,
  step: SubplansStep,
  name: string,
  { created_at, origin }: { readonly created_at: string; readonly origin: SpawnOrigin | undefined },
): Omit<DecisionState, 'sequence'> {
  return {
    id: ids.next(),
    parent_id: strategyOf(decisionsOf(journal.plan(planId))),
    type: 'subplan_spawn',
    step_id: null,
    question: `Which subplan does step ${step.id} spawn?`,
    options: step.plans.map((plan) => ({ id: plan.name, description: null })),
    chosen: name,
    rationale: `step ${step.id} of the document, ${step.mode}`,
    confidence: null,
    by: 'document',
    ...origin,
    superseded_by: null,
    created_at,
  };
}
