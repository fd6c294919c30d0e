import type { Json } from '../domain/json.ts';

/** What `${{ }}` can see. */
export interface ExpressionScope {
  readonly inputs: Readonly<Record<string, Json>>;
  readonly env: Readonly<Record<string, string>>;
  /** `steps.<id>`: `{outputs, status, outcome}`. */
  readonly steps: Readonly<Record<string, Json>>;
  /** `decisions.<step id>`: `{chosen, rationale, by}`. */
  readonly decisions: Readonly<Record<string, Json>>;
  readonly subplans: Readonly<Record<string, Json>>;
  readonly context: Readonly<Record<string, Json>>;
  readonly plan: Readonly<Record<string, Json>>;
  /** What `success()`, `failure()`, `always()`, `cancelled()` answer. */
  readonly status: 'success' | 'failure' | 'cancelled';
}

/** Evaluates the expressions of plan documents. */
export interface Expressions {
  /** Fills every string of a value; one that is only an expression keeps the value's type. @throws PlanError */
  fill(template: Json, scope: ExpressionScope): Json;
  /** A step's `if`, with or without `${{ }}`; without a status function `success() &&` is put before it. @throws PlanError */
  test(condition: string | null, scope: ExpressionScope): boolean;
  /** Ids of steps whose outputs a value refers to. */
  stepsIn(template: Json): readonly string[];
  /** True if a condition asks for `failure()`, `always()` or `cancelled()`. */
  runsAfterFailure(condition: string | null): boolean;
}
