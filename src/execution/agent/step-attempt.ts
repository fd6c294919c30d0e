import type { StepSpec } from '../../domain/plan-document.ts';
import type { ExpressionScope } from '../../ports/expressions.ts';
import type { PlanContext } from '../plan-context.ts';

/** One attempt of a step that asks a model. */
export interface StepAttempt<Step extends StepSpec> {
  readonly plan: PlanContext;
  readonly step: Step;
  readonly scope: ExpressionScope;
  /** From 1. */
  readonly attempt: number;
  readonly signal: AbortSignal;
}
