import type { Config } from '../config/config-schema.ts';
import { fitsAny, subjectOf } from '../domain/permissions.ts';
import type {
  AgentStep,
  PlanDocument,
  RunStep,
  StepSpec,
  SubplanSpec,
  UsesStep,
} from '../domain/plan-document.ts';
import type { Effect, StepKind } from '../domain/plan.ts';
import type { Tool, ToolRegistry } from '../ports/tool.ts';

/** What decided whether a step writes: the tool itself, what it is called with, the document, or the configuration. */
export type EffectOrigin = 'tool' | 'call' | 'document' | 'config';

/** A step of a document, as far as it can be known before it runs. */
export interface ExplainedStep {
  readonly id: string;
  readonly kind: StepKind;
  readonly name: string;
  readonly needs: readonly string[];
  readonly if: string | null;
  /** The tool it calls; null for the other kinds. */
  readonly tool: string | null;
  readonly effect: Effect | null;
  readonly effect_from: EffectOrigin | null;
  /** True: it writes, and what it does may lie beyond the folder, where nothing can take it back. */
  readonly beyond_folder: boolean;
  /** What a rollback offers to run then, as it is written; absent: nothing. */
  readonly compensate?: string;
  readonly decision: ExplainedDecision | null;
  readonly subplans: ExplainedSubplans | null;
}

export interface ExplainedDecision {
  readonly question: string;
  /** Ids; empty for a free answer. */
  readonly options: readonly string[];
  readonly by: 'human' | 'rule' | 'model';
  readonly default: string | null;
}

export interface ExplainedSubplans {
  readonly mode: 'sequential' | 'parallel' | 'dependency_ordered';
  readonly plans: readonly ExplainedSubplan[];
}

export interface ExplainedSubplan {
  readonly name: string;
  readonly needs: readonly string[];
  readonly file: string;
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainContext {
  readonly tools: ToolRegistry;
  readonly overrides: Config['tools']['overrides'];
  /** What each step of a document is called. */
  readonly nameOf: (document: PlanDocument) => ReadonlyMap<string, string>;
}

/** The steps of a document with what they need and what they do, subplans nested. */
export function explainSteps(document: PlanDocument, context: ExplainContext): readonly ExplainedStep[] {
  const names = context.nameOf(document);
  return document.steps.map((step) => ({
    id: step.id,
    kind: step.kind,
    name: names.get(step.id) as string,
    needs: step.needs,
    if: step.if,
    ...doingOf(step, context),
    ...compensationOf(step),
    decision: decisionOf(step),
    subplans:
      step.kind === 'subplans'
        ? { mode: step.mode, plans: step.plans.map((plan) => explainSubplan(plan, context)) }
        : null,
  }));
}

function explainSubplan({ name, needs, document }: SubplanSpec, context: ExplainContext): ExplainedSubplan {
  return { name, needs, file: document.file, steps: explainSteps(document, context) };
}

type Doing = Pick<ExplainedStep, 'tool' | 'effect' | 'effect_from' | 'beyond_folder'>;

function doingOf(step: StepSpec, { tools, overrides }: ExplainContext): Doing {
  if (step.kind === 'agent') return doingOfAgent(step, tools);
  const name = step.kind === 'run' ? 'shell.run' : step.kind === 'uses' ? step.uses : null;
  const tool = name === null ? undefined : tools.get(name);
  if (!tool) return { tool: name, effect: null, effect_from: null, beyond_folder: false };
  const [effect, effect_from] = effectOf(step as RunStep | UsesStep, tool, overrides[tool.name]);
  return { tool: tool.name, effect, effect_from, beyond_folder: effect === 'write' && tool.openWorld };
}

/** Which tools it will call nobody knows: what those that it may call can do. */
function doingOfAgent({ tools: patterns }: AgentStep, tools: ToolRegistry): Doing {
  const offered = tools.list().filter(({ name }) => fitsAny(patterns, name));
  const writers = offered.filter(({ effect }) => effect === 'write');
  const effect = offered.length === 0 ? null : writers.length > 0 ? 'write' : 'read';
  const effect_from = effect === null ? null : 'tool';
  return { tool: null, effect, effect_from, beyond_folder: writers.some(({ openWorld }) => openWorld) };
}

function compensationOf(step: StepSpec): Pick<ExplainedStep, 'compensate'> {
  if ((step.kind !== 'run' && step.kind !== 'uses') || !step.compensate) return {};
  const { compensate } = step;
  if ('run' in compensate) return { compensate: `shell.run ${compensate.run}` };
  return { compensate: `${compensate.uses} ${subjectOf(compensate.with)}`.trim() };
}

/** What may reach beyond the folder, and nothing takes back. */
export const isNotUndone = ({ beyond_folder, compensate }: ExplainedStep): boolean =>
  beyond_folder && compensate === undefined;

/** As the tool runner decides it: a step makes a call stricter, never weaker than tool or configuration say. */
function effectOf(
  step: RunStep | UsesStep,
  tool: Tool,
  override: Effect | undefined,
): readonly [Effect, EffectOrigin] {
  if (step.effect === 'write') return ['write', 'document'];
  if (override !== undefined) return [override, 'config'];
  if (step.kind === 'run') return [step.effect, 'document'];
  const input = tool.input.safeParse(step.with);
  // With expressions among its arguments nobody knows yet: then what it declares.
  const effect = (input.success && tool.effectOf?.(input.data)) || tool.effect;
  return [effect, effect === tool.effect ? 'tool' : 'call'];
}

function decisionOf(step: StepSpec): ExplainedDecision | null {
  if (step.kind === 'decide') {
    const { question, options, by, default: fallback } = step;
    return { question, options: options.map(({ id }) => id), by, default: fallback };
  }
  if (step.kind !== 'ask') return null;
  const given = step.default;
  const fallback = given === null || typeof given === 'string' ? given : JSON.stringify(given);
  return { question: step.question, options: [], by: 'human', default: fallback };
}

/** A step with the names that lead to it: those of the steps and subplans around it. */
export interface PlacedStep {
  readonly path: readonly string[];
  readonly step: ExplainedStep;
}

/** Every step, those of subplans too, in the order of the document. */
export function placedSteps(
  steps: readonly ExplainedStep[],
  path: readonly string[] = [],
): readonly PlacedStep[] {
  return steps.flatMap((step) => [
    { path, step },
    ...(step.subplans?.plans ?? []).flatMap((plan) => placedSteps(plan.steps, [...path, plan.name])),
  ]);
}
