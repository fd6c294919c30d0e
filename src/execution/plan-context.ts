import type { DecisionId, PlanId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { PlanDocument, StepSpec } from '../domain/plan-document.ts';
import { decisionsOf, requireStep, type DecisionState, type PlanState } from '../domain/plan-state.ts';
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

interface ScopeTools {
  readonly expressions: Expressions;
  readonly blobs: BlobStore;
}

/** What the expressions of a step can see, with its variables filled. @throws PlanError, StorageError */
export async function buildStepScope(
  plan: PlanContext,
  step: StepSpec,
  state: PlanState,
  status: UpstreamStatus,
  tools: ScopeTools,
): Promise<ExpressionScope> {
  const scope = await buildScope(plan, state, status, templatesOf(step), tools);
  return { ...scope, env: { ...scope.env, ...fillTexts(step.env, scope, tools.expressions) } };
}

/** What expressions of a plan can see: only the outputs that `templates` refer to are loaded. */
export async function buildScope(
  plan: PlanContext,
  state: PlanState,
  status: UpstreamStatus,
  templates: Json,
  tools: ScopeTools,
): Promise<ExpressionScope> {
  const steps: Record<string, Json> = {};
  for (const id of new Set(tools.expressions.stepsIn(templates))) {
    const step = requireStep(state, id);
    const outputs = await internalize(outputOf(state, id) ?? null, tools.blobs);
    steps[id] = {
      outputs: outputs ?? {},
      status: step.status,
      outcome: step.status === 'complete' ? 'ok' : 'error',
    };
  }
  const scope = {
    inputs: plan.inputs,
    env: plan.env,
    steps,
    decisions: decisionScope(state),
    subplans: {},
    context: Object.fromEntries([...state.parts.context].map(([key, part]) => [key, part.value])),
    plan: { id: plan.planId, name: plan.document.name, workspace: plan.workspace },
    status,
  };
  return { ...scope, env: { ...plan.env, ...fillTexts(plan.document.env, scope, tools.expressions) } };
}

function fillTexts(
  templates: Readonly<Record<string, string>>,
  scope: ExpressionScope,
  expressions: Expressions,
): Readonly<Record<string, string>> {
  const filled = expressions.fill(templates, scope) as Readonly<Record<string, Json>>;
  return Object.fromEntries(Object.entries(filled).map(([name, value]) => [name, toText(value)]));
}

/** A value as it stands in a text or a variable. */
export function toText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function decisionScope(state: PlanState): Record<string, Json> {
  const scope: Record<string, Json> = {};
  for (const { step_id, chosen, rationale, by, superseded_by } of decisionsOf(state)) {
    if (step_id !== null && superseded_by === null) scope[step_id] = { chosen, rationale, by };
  }
  return scope;
}

/** Everything of a step that may hold expressions, as one value. */
function templatesOf(step: StepSpec): Json {
  const common: Json[] = [step.if, { ...step.env }];
  switch (step.kind) {
    case 'uses':
      return [...common, { ...step.with }];
    case 'decide':
      return [...common, step.question, step.choose, step.rationale, step.model ?? null];
    case 'subplans':
      return [...common, ...step.plans.map((subplan): Json => ({ ...subplan.with }))];
    case 'ask':
      return [...common, step.question];
    case 'agent':
      return [...common, step.model, step.prompt, step.system];
    default:
      return common;
  }
}

/** The decision that the others of a plan follow from. */
export function strategyOf(decisions: readonly DecisionState[]): DecisionId | null {
  return decisions.find((decision) => decision.type === 'strategy_choice')?.id ?? null;
}
