import type { InputSpec, PlanDocument, StepSpec, SubplansStep } from '../domain/plan-document.ts';
import type { ToolRegistry } from '../ports/tool.ts';
import { isFaulty } from './build-document.ts';
import { checkCompensation } from './check-compensation.ts';
import { checkWith } from './check-inputs.ts';
import { checkMatrix } from './check-matrix.ts';
import { checkStep } from './check-steps.ts';
import {
  checkCondition,
  checkPlain,
  checkTemplates,
  holdsSecret,
  type Sight,
  type Written,
} from './check-templates.ts';
import type { Path } from './document-source.ts';
import type { Matrices } from './expand-matrix.ts';
import type { ContextName } from './expression-syntax.ts';
import { valueAt } from './schema-faults.ts';
import { createStepOrder, findCircle, type StepOrder } from './step-graph.ts';
import { suggest } from './suggest.ts';

/** What is around a plan: for an inline subplan the plan it stands in. */
export interface Surroundings {
  /** Where the plan stands in its document. */
  readonly path: Path;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Variables of the plans above; true if a secret is in it. */
  readonly env: ReadonlyMap<string, boolean>;
  readonly matrices: Matrices;
  /** Names of the matrices around the plan. */
  readonly matrix: readonly string[];
  readonly tools: ToolRegistry;
  readonly written: Written;
}

/** Checks a plan whose shape is right: names, order, tools, expressions; then its inline subplans. */
export function checkPlan(plan: PlanDocument, around: Surroundings): void {
  const { path, written } = around;
  checkPlain(plan.name, [...path, 'name'], written);
  const view = new PlanView(plan, around);
  checkTemplates(plan.goal, [...path, 'goal'], view.sight(null, ['inputs']), written);
  checkTemplates(
    plan.env,
    [...path, 'env'],
    view.sight(null, ['inputs', 'plan'], { allowsSecrets: true }),
    written,
  );
  plan.steps.forEach((step, index) => checkStepInPlan(step, [...path, 'steps', index], view, around));
  checkTemplates(plan.outputs, [...path, 'outputs'], view.sight(null, EVERYTHING), written);
}

const EVERYTHING: readonly ContextName[] = ['inputs', 'env', 'steps', 'decisions', 'context', 'plan'];

function checkStepInPlan(step: StepSpec, path: Path, view: PlanView, around: Surroundings): void {
  const { written, tools } = around;
  const own = around.matrices.get(step);
  view.checkPlace(step, path);
  checkStep(step, path, tools, written);
  if (own) checkMatrix(step, own, path, written);
  const outside = view.sight(step, EVERYTHING);
  const sight = { ...outside, matrix: [...outside.matrix, ...(own?.names ?? [])] };
  if (step.if !== null) checkCondition(step.if, [...path, 'if'], { ...outside, allowsStatus: true }, written);
  // The variables of a step with subplans are filled once, for all of them.
  const { matrix } = step.kind === 'subplans' ? outside : sight;
  const ownEnv = view.sight(null, EVERYTHING, { allowsSecrets: true, stepFault: sight.stepFault, matrix });
  checkTemplates(step.env, [...path, 'env'], ownEnv, written);
  checkCompensation(step, path, { sight, tools, written, isRepeated: own !== undefined });
  switch (step.kind) {
    case 'uses':
      return checkTemplates(step.with, [...path, 'with'], sight, written);
    case 'decide': {
      const { question, rationale, model = null } = step;
      checkTemplates({ question, rationale, model }, [...path, 'decide'], sight, written);
      if (step.choose !== null) checkCondition(step.choose, [...path, 'decide', 'choose'], sight, written);
      return;
    }
    case 'ask':
      return checkTemplates(step.question, [...path, 'ask', 'question'], sight, written);
    case 'agent': {
      const { model, prompt, system } = step;
      return checkTemplates({ model, prompt, system }, [...path, 'agent'], sight, written);
    }
    case 'subplans':
      return checkSubplans(step, [...path, 'subplans', 'plans'], sight, around);
  }
}

function checkSubplans(step: SubplansStep, path: Path, sight: Sight, around: Surroundings): void {
  const { written } = around;
  const { source } = written;
  const needs = new Map(step.plans.map((subplan) => [subplan.name, subplan.needs]));
  const names = step.plans.map(({ name }) => name);
  step.plans.forEach((subplan, index) => {
    const place: Path = [...path, index];
    if (names.indexOf(subplan.name) < index) {
      source.report([...place, 'name'], `two subplans are called ${subplan.name}`);
    }
    if (subplan.needs.length > 0 && step.mode !== 'dependency_ordered') {
      source.reportKey(
        [...place, 'needs'],
        `needs is only for mode: dependency_ordered`,
        `this step is ${step.mode}`,
      );
    }
    reportUnknownNeeds(subplan.needs, needs, place, 'subplan', written);
    if (subplan.document.file === source.file) {
      // It is a part of this document; what surrounds the step surrounds it.
      const { env, matrix } = sight;
      checkPlan(subplan.document, { ...around, path: place, env, matrix });
    } else {
      checkPlain(subplan.name, [...place, 'name'], written);
      checkTemplates(subplan.with, [...place, 'with'], sight, written);
      if (!isFaulty(subplan.document)) checkWith(subplan, place, written);
    }
  });
  const circle = findCircle(needs);
  if (circle)
    source.report(
      path,
      `these subplans wait for each other: ${circle.join(' -> ')}`,
      'take one of the needs away',
    );
}

function reportUnknownNeeds(
  needs: readonly string[],
  known: ReadonlyMap<string, unknown>,
  path: Path,
  what: 'step' | 'subplan',
  { source, value }: Written,
): void {
  for (const [index, need] of needs.entries()) {
    if (known.has(need)) continue;
    const list = [...path, 'needs'];
    const place = Array.isArray(valueAt(value, list)) ? [...list, index] : list;
    source.report(place, `there is no ${what} ${need}`, suggest(need, [...known.keys()]));
  }
}

/** The steps of one plan, for the questions that checking it asks again and again. */
class PlanView {
  readonly #around: Surroundings;
  readonly #ids: readonly string[];
  readonly #steps: ReadonlyMap<string, StepSpec>;
  readonly #firstIndex: ReadonlyMap<string, number>;
  /** null: nothing can be said of the order, because ids are not unique or the needs go in a circle. */
  readonly #order: StepOrder | null;
  readonly #planEnv: ReadonlyMap<string, boolean>;

  constructor(plan: PlanDocument, around: Surroundings) {
    this.#around = around;
    this.#ids = plan.steps.map(({ id }) => id);
    this.#steps = new Map(plan.steps.map((step) => [step.id, step]));
    this.#firstIndex = new Map(plan.steps.map(({ id }, index) => [id, index] as const).reverse());
    this.#planEnv = new Map([...around.env, ...secretsInEnv(plan.env, around)]);
    this.#order = this.#findOrder(plan.steps);
  }

  #findOrder(steps: readonly StepSpec[]): StepOrder | null {
    if (this.#steps.size < steps.length) return null;
    const circle = findCircle(new Map(steps.map(({ id, needs }) => [id, needs])));
    if (!circle) return createStepOrder(steps);
    const { path, written } = this.#around;
    const place: Path = [...path, 'steps', this.#firstIndex.get(circle[0] as string) as number, 'needs'];
    written.source.report(
      place,
      `these steps wait for each other: ${circle.join(' -> ')}`,
      'take one of the needs away',
    );
    return null;
  }

  /** The step's id and needs. */
  checkPlace(step: StepSpec, path: Path): void {
    const { written } = this.#around;
    const first = this.#firstIndex.get(step.id);
    if (first !== path.at(-1)) {
      const other = written.source.at([...path.slice(0, -1), first as number]);
      written.source.report(
        [...path, 'id'],
        `a second step is called ${step.id}`,
        `the first one is at ${other}`,
      );
    }
    reportUnknownNeeds(step.needs, this.#steps, path, 'step', written);
  }

  /** What expressions may name in a step, or (null) behind the last one. */
  sight(step: StepSpec | null, contexts: readonly ContextName[], change: Partial<Sight> = {}): Sight {
    const env = step
      ? new Map([...this.#planEnv, ...secretsInEnv(step.env, { ...this.#around, env: this.#planEnv })])
      : this.#planEnv;
    return {
      contexts,
      inputs: this.#around.inputs,
      env,
      stepFault: (id, context) => this.#stepFault(id, context, step),
      matrix: this.#around.matrix,
      allowsSecrets: false,
      allowsStatus: false,
      ...change,
    };
  }

  #stepFault(id: string, context: string, from: StepSpec | null): ReturnType<Sight['stepFault']> {
    const step = this.#steps.get(id);
    const candidates =
      context === 'steps' ? this.#ids : this.#ids.filter((name) => this.#steps.get(name)?.kind === 'decide');
    if (!step) return { message: `there is no step ${id}`, hint: suggest(id, candidates) };
    if (context === 'decisions' && step.kind !== 'decide') {
      const hint =
        step.kind === 'ask'
          ? `the answer is steps.${id}.outputs.answer`
          : `its result is steps.${id}.outputs`;
      return { message: `the step ${id} decides nothing`, hint };
    }
    if (!from || !this.#order || this.#order.isBefore(id, from)) return null;
    const hint = id === from.id ? 'a step cannot see itself' : `add ${id} to the needs of ${from.id}`;
    return { message: `the step ${id} may not have ended when ${from.id} runs`, hint };
  }
}

/** Variables, each with whether a secret goes into it. */
function secretsInEnv(
  env: Readonly<Record<string, string>>,
  outer: Pick<Sight, 'inputs' | 'env'>,
): readonly (readonly [string, boolean])[] {
  return Object.entries(env).map(([name, text]) => [name, holdsSecret(text, outer)] as const);
}
