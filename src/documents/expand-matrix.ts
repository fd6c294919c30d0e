import type { Json } from '../domain/json.ts';
import type {
  PlanDocument,
  RunStep,
  StepSpec,
  SubplanSpec,
  SubplansStep,
  TemplateValue,
  UsesStep,
} from '../domain/plan-document.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import { fillMatrix, type Lift } from './fill-matrix.ts';
import { nameFor, type Combination, type Matrix } from './matrix.ts';
import { outputNamesOf } from './step-outputs.ts';

/** The matrices of a document's steps; only while it is loaded: what is stored has none. */
export type Matrices = ReadonlyMap<StepSpec, Matrix>;

/**
 * Writes every matrix out: a `run` or `uses` step becomes a step with one subplan for each combination, called
 * `id (1, x)`; the plans of a `subplans` step are repeated. What `matrix.<name>` is stands in the expressions then, so
 * that nothing behind the loader knows of matrices. Needs a document without faults.
 */
export function expandMatrices(
  document: PlanDocument,
  matrices: Matrices,
  tools: ToolRegistry,
): PlanDocument {
  if (matrices.size === 0) return document;
  return { ...document, steps: document.steps.map((step) => expandStep(step, document, matrices, tools)) };
}

function expandStep(
  step: StepSpec,
  document: PlanDocument,
  matrices: Matrices,
  tools: ToolRegistry,
): StepSpec {
  const matrix = matrices.get(step);
  if (step.kind === 'subplans') {
    const plans = step.plans.map((plan) => ({ ...plan, document: inner(plan, document, matrices, tools) }));
    return { ...step, plans: matrix ? repeatPlans(plans, matrix, document.file) : plans };
  }
  if (!matrix || (step.kind !== 'run' && step.kind !== 'uses')) return step;
  return repeatStep(step, matrix, document, tools);
}

function inner(
  plan: SubplanSpec,
  { file }: PlanDocument,
  matrices: Matrices,
  tools: ToolRegistry,
): PlanDocument {
  return plan.document.file === file ? expandMatrices(plan.document, matrices, tools) : plan.document;
}

function repeatPlans(plans: readonly SubplanSpec[], matrix: Matrix, file: string): readonly SubplanSpec[] {
  return combinationsOf(matrix).flatMap((values) => {
    const known = withAllNames(values, matrix);
    return plans.map((plan): SubplanSpec => {
      const name = nameFor(plan.name, values);
      const isInline = plan.document.file === file;
      return {
        ...plan,
        name,
        with: fillMatrix(plan.with, known),
        // What it waits for is repeated too: it waits for its own combination.
        needs: plan.needs.map((need) => nameFor(need, values)),
        document: isInline ? { ...fillMatrix(plan.document, known), name } : plan.document,
      };
    });
  });
}

function repeatStep(
  step: RunStep | UsesStep,
  matrix: Matrix,
  document: PlanDocument,
  tools: ToolRegistry,
): SubplansStep {
  const { id, name, needs, at, continue_on_error } = step;
  const names = outputNamesOf(step, tools) ?? [];
  const outputs = Object.fromEntries(names.map((key) => [key, `\${{ steps.${id}.outputs.${key} }}`]));
  const around = { name: document.name, goal: null, inputs: {}, env: {}, outputs, file: document.file };
  const plans = combinationsOf(matrix).map((values): SubplanSpec => {
    const lifted: Record<string, TemplateValue> = {};
    const own = { ...step, needs: [], if: null, continue_on_error: false };
    const only = fillMatrix(own, withAllNames(values, matrix), liftInto(lifted, id));
    const title = nameFor(id, values);
    const plan = { ...around, name: title, steps: [only] };
    return { name: title, document: plan, with: lifted, needs: [], retries: null };
  });
  const once = { max: 0, backoff_ms: 0, restore: null };
  const { max_parallel, fail_fast } = matrix;
  const common = { id, name, needs, if: step.if, env: {}, continue_on_error, timeout_ms: null, at };
  const parts = { mode: 'parallel', max_parallel, fail_fast, subplan_retries: once, plans } as const;
  return { ...common, kind: 'subplans', retries: once, ...parts };
}

/**
 * A subplan doesn't see the steps around it: expressions that do are evaluated there and handed in as inputs that go by
 * the expression's own text, which no declared input can be called. What names the step itself, in `compensate`, stays.
 */
function liftInto(lifted: Record<string, Json>, id: string): Lift {
  return (expression, references) => {
    if (references.some(({ context, keys }) => context === 'steps' && keys[0] === id)) return expression;
    const text = expression.trim();
    lifted[text] = `\${{ ${text} }}`;
    return ` inputs['${text.replaceAll("'", "''")}'] `;
  };
}

/** What a combination lacks is null in it. */
function withAllNames(values: Combination, { names }: Matrix): Combination {
  return { ...Object.fromEntries(names.map((name) => [name, null])), ...values };
}

/** Without faults, a document has no matrix of too many. */
const combinationsOf = ({ combinations }: Matrix): readonly Combination[] =>
  combinations as readonly Combination[];
