import type { DecisionId } from '../domain/ids.ts';
import type { DecisionOption, PlanDocument } from '../domain/plan-document.ts';
import type { DecisionState } from '../domain/plan-state.ts';
import type { Clock } from '../ports/clock.ts';
import type { IdSource } from '../ports/id-source.ts';

/** A decision as an event has it. */
export type NewDecision = Omit<DecisionState, 'sequence'>;

interface Makers {
  readonly ids: IdSource;
  readonly clock: Clock;
}

/** A plan that was written for a goal: who wrote it, why so, and whether it may run. */
export interface PlannedStrategy {
  readonly goal: string;
  /** `provider/name`. */
  readonly model: string;
  readonly alternatives: readonly DecisionOption[];
  readonly chosen: string;
  readonly rationale: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** False: the plan waits for a person's word before its first step. */
  readonly isApproved: boolean;
  /** What is approved, in lines: the document. */
  readonly text: string;
}

const APPROVAL = [
  { id: 'approve', description: 'it runs as it stands' },
  { id: 'reject', description: 'it is cancelled' },
] as const;

/** What is to be done: the first decision of every plan. */
export function promptDefinition(makers: Makers, goal: string, by = 'document'): NewDecision {
  return made(makers, { type: 'prompt_definition', question: 'What is to be done?', chosen: goal, by });
}

/** How, where the document alone says so. */
export function documentStrategy(makers: Makers, document: PlanDocument, parent_id: DecisionId): NewDecision {
  const chosen = `${document.steps.length} steps of ${document.file}`;
  return made(makers, { type: 'strategy_choice', question: 'How?', parent_id, chosen, by: 'document' });
}

/** The first decisions of a plan that was written for a goal, with a person's word on it. */
export function plannedDecisions(makers: Makers, planned: PlannedStrategy): readonly NewDecision[] {
  const { goal, model, alternatives, chosen, rationale, confidence, isApproved, text } = planned;
  const prompt = promptDefinition(makers, goal, 'human');
  const strategy = made(makers, {
    type: 'strategy_choice',
    question: 'How?',
    parent_id: prompt.id,
    options: alternatives,
    chosen,
    rationale,
    confidence,
    by: model,
  });
  const approval = made(makers, {
    type: 'approval',
    question: 'May this plan run?',
    parent_id: strategy.id,
    options: APPROVAL,
    chosen: isApproved ? 'approve' : null,
    detail: text,
    by: 'human',
  });
  return [prompt, strategy, approval];
}

function made(
  { ids, clock }: Makers,
  said: Pick<NewDecision, 'type' | 'question' | 'chosen' | 'by'> & Partial<NewDecision>,
): NewDecision {
  return {
    step_id: null,
    options: [],
    rationale: null,
    confidence: null,
    superseded_by: null,
    id: ids.next(),
    parent_id: null,
    ...said,
    created_at: new Date(clock.now()).toISOString(),
  };
}
