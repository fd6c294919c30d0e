import type { DecisionId, PlanId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { PlanDocument, StepSpec } from '../domain/plan-document.ts';
import { decisionsOf, stepOf, type DecisionState, type PlanState } from '../domain/plan-state.ts';
import { outputOf } from '../domain/state-snapshot.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Expressions, ExpressionScope } from '../ports/expressions.ts';
import type { UpstreamStatus } from '../ports/planner.ts';
import { internalize } from '../tools/externalize.ts';

/** One plan of a run, root or subplan: what its steps need beside the state. */
export interface PlanContext {
  readonly planId: PlanId;
  readonly document: PlanDocument;
  /** Resolved; secrets as references. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** Variables of the plans above, filled. */
  readonly env: Readonly<Record<string, string>>;
  readonly workspace: string;
}

/** Gathers what the expressions of a step can see: only the outputs that `templates` refer to are loaded. */
export async function buildScope(
  plan: PlanContext,
  state: PlanState,
  status: UpstreamStatus,
  templates: Json,
  tools: { readonly expressions: Expressions; readonly blobs: BlobStore },
): Promise<ExpressionScope> {
  const steps: Record<string, Json> = {};
  for (const id of new Set(tools.expressions.stepsIn(templates))) {
    const step = stepOf(state, id);
    if (!step) continue;
    const outputs = await internalize(outputOf(state, id) ?? null, tools.blobs);
    steps[id] = {
      outputs: outputs ?? {},
      status: step.status,
      outcome: step.status === 'complete' ? 'ok' : 'error',
    };
  }
  return {
    inputs: plan.inputs,
    env: plan.env,
    steps,
    decisions: decisionScope(state),
    subplans: {},
    context: Object.fromEntries([...state.parts.context].map(([key, part]) => [key, part.value])),
    plan: { id: plan.planId, name: plan.document.name, workspace: plan.workspace },
    status,
  };
}

function decisionScope(state: PlanState): Record<string, Json> {
  const scope: Record<string, Json> = {};
  for (const { step_id, chosen, rationale, by, superseded_by } of decisionsOf(state)) {
    if (step_id !== null && superseded_by === null) scope[step_id] = { chosen, rationale, by };
  }
  return scope;
}

/** Everything of a step that may hold expressions, as one value. */
export function templatesOf(step: StepSpec, plan: PlanContext): Json {
  const common: Json[] = [step.if, { ...step.env }, { ...plan.document.env }];
  switch (step.kind) {
    case 'uses':
      return [...common, { ...step.with }];
    case 'decide':
      return [...common, step.question, step.choose, step.rationale];
    case 'subplans':
      return [...common, ...step.plans.map((subplan): Json => ({ ...subplan.with }))];
    case 'ask':
      return [...common, step.question];
    default:
      return common;
  }
}

/** The decision that the others of a plan follow from. */
export function strategyOf(decisions: readonly DecisionState[]): DecisionId | null {
  return decisions.find((decision) => decision.type === 'strategy_choice')?.id ?? null;
}
