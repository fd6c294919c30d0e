import type {
  AgentStep,
  CompensateSpec,
  DecideStep,
  DecisionOption,
  InputSpec,
  PlanDocument,
  RetrySpec,
  StepSpec,
  SubplanSpec,
  SubplansStep,
} from '../domain/plan-document.ts';
import type { RawDefaults, RawDocument, RawInput } from './document-schema.ts';
import type { Path } from './document-source.ts';
import { toMilliseconds } from './duration.ts';
import { hasExpression } from './expression-text.ts';
import { matrixOf, type Matrix } from './matrix.ts';
import type { RawEnvironment, RawRetries } from './schema-parts.ts';
import type { RawStep, RawSubplan } from './step-schema.ts';

/** What building needs beside the document itself. */
export interface BuildContext {
  readonly file: string;
  /** `line:column` of a place. */
  readonly at: (path: Path) => string;
  /** The document that a subplan includes; null if it has faults of its own. */
  readonly included: (uses: string) => PlanDocument | null;
  /** Takes the matrix of each step that has one. */
  readonly matrices: Map<StepSpec, Matrix>;
}

interface Build extends BuildContext {
  readonly defaults: RawDefaults;
}

const NO_RETRIES: RetrySpec = { max: 0, backoff_ms: 0, restore: null };

/** Brings a checked document into its stored form: defaults filled in, durations in milliseconds, subplans in place. */
export function buildDocument(raw: RawDocument, context: BuildContext): PlanDocument {
  const build: Build = { ...context, defaults: raw.defaults ?? {} };
  const inputs = Object.entries(raw.inputs ?? {}).map(([name, input]) => [name, buildInput(input)]);
  return {
    name: raw.name,
    goal: raw.goal ?? null,
    inputs: Object.fromEntries(inputs) as Record<string, InputSpec>,
    env: toTexts(raw.env),
    steps: buildSteps(raw.steps, ['steps'], build),
    outputs: raw.outputs ?? {},
    file: context.file,
  };
}

function buildInput(raw: RawInput): InputSpec {
  const secret = raw.secret ?? false;
  return {
    type: raw.type ?? 'string',
    description: raw.description ?? null,
    required: raw.required ?? secret,
    ...(raw.default === undefined ? {} : { default: raw.default }),
    options: raw.options ?? null,
    secret,
    env: raw.env ?? null,
  };
}

function buildSteps(raw: readonly RawStep[], path: Path, build: Build): readonly StepSpec[] {
  const ids = raw.map((step, index) => step.id ?? `step-${index + 1}`);
  return raw.map((step, index) => {
    const before = ids[index - 1];
    const needs = step.needs === undefined ? (before === undefined ? [] : [before]) : toList(step.needs);
    const built = buildStep(step, { id: ids[index] as string, needs }, [...path, index], build);
    if ('strategy' in step && step.strategy) build.matrices.set(built, matrixOf(step.strategy));
    return built;
  });
}

function buildStep(raw: RawStep, place: Pick<StepSpec, 'id' | 'needs'>, path: Path, build: Build): StepSpec {
  // A limit meant for commands would cut off people who think, long waits and whole subplans.
  const defaults = 'run' in raw || 'uses' in raw ? build.defaults : {};
  const timeout = raw.timeout ?? defaults.timeout;
  const common = {
    ...place,
    name: raw.name ?? null,
    if: raw.if === undefined ? null : asExpression(String(raw.if)),
    env: toTexts({ ...build.defaults.env, ...raw.env }),
    continue_on_error: raw.continue_on_error ?? false,
    timeout_ms: timeout === undefined ? null : toMilliseconds(timeout),
    retries: toRetries(raw.retries ?? defaults.retries) ?? NO_RETRIES,
    at: build.at(path),
  };
  const back = 'compensate' in raw && raw.compensate ? { compensate: buildCompensation(raw.compensate) } : {};
  if ('run' in raw) return { ...common, kind: 'run', run: raw.run, effect: raw.effect ?? 'write', ...back };
  if ('uses' in raw) {
    const { uses, with: given = {}, effect = null } = raw;
    return { ...common, kind: 'uses', uses, with: given, effect, ...back };
  }
  if ('decide' in raw) return { ...common, kind: 'decide', ...buildDecision(raw.decide) };
  if ('ask' in raw) {
    const { question, type, default: fallback } = raw.ask;
    return { ...common, kind: 'ask', question, type: type ?? 'string', default: fallback ?? null };
  }
  if ('sleep' in raw) return { ...common, kind: 'sleep', sleep_ms: toMilliseconds(raw.sleep) };
  if ('agent' in raw) return { ...common, kind: 'agent', ...buildAgent(raw.agent) };
  return {
    ...common,
    kind: 'subplans',
    ...buildSubplans(raw.subplans, [...path, 'subplans', 'plans'], build),
  };
}

type RawAgent = Extract<RawStep, { agent: unknown }>['agent'];

const MAX_STEPS = 20;

function buildAgent(raw: RawAgent): Pick<AgentStep, 'model' | 'prompt' | 'system' | 'tools' | 'max_steps'> {
  return {
    model: raw.model ?? null,
    prompt: raw.prompt,
    system: raw.system ?? null,
    tools: raw.tools ?? [],
    max_steps: raw.max_steps ?? MAX_STEPS,
  };
}

type RawCompensation = NonNullable<Extract<RawStep, { run: unknown }>['compensate']>;

function buildCompensation(raw: RawCompensation): CompensateSpec {
  const env = toTexts(raw.env);
  return 'run' in raw ? { run: raw.run, env } : { uses: raw.uses, with: raw.with ?? {}, env };
}

type RawDecision = Extract<RawStep, { decide: unknown }>['decide'];

function buildDecision(
  raw: RawDecision,
): Pick<DecideStep, 'question' | 'options' | 'by' | 'model' | 'choose' | 'default' | 'rationale'> {
  const options = raw.options.map((option): DecisionOption =>
    typeof option === 'string'
      ? { id: option, description: null }
      : { id: option.id, description: option.description ?? null },
  );
  return {
    question: raw.question,
    options,
    by: raw.by ?? 'human',
    ...(raw.model === undefined ? {} : { model: raw.model }),
    choose: raw.choose === undefined ? null : asExpression(raw.choose),
    default: raw.default ?? null,
    rationale: raw.rationale ?? null,
  };
}

/** What is put before an expression that stands without marks. */
export const MARK = '${{ ';

/** `if` and `choose` are always expressions, so their marks may be left out; stored they have them. */
function asExpression(text: string): string {
  return hasExpression(text) ? text : `${MARK}${text} }}`;
}

type RawSubplans = Extract<RawStep, { subplans: unknown }>['subplans'];

function buildSubplans(
  raw: RawSubplans,
  path: Path,
  build: Build,
): Pick<SubplansStep, 'mode' | 'max_parallel' | 'fail_fast' | 'subplan_retries' | 'plans'> {
  return {
    mode: raw.mode ?? 'sequential',
    max_parallel: raw.max_parallel ?? null,
    fail_fast: raw.fail_fast ?? true,
    subplan_retries: toRetries(raw.retries) ?? NO_RETRIES,
    plans: raw.plans.map((plan, index) => buildSubplan(plan, [...path, index], build)),
  };
}

function buildSubplan(raw: RawSubplan, path: Path, build: Build): SubplanSpec {
  const inline = (): PlanDocument => ({
    name: raw.name,
    goal: null,
    inputs: {},
    env: toTexts(raw.env),
    steps: buildSteps(raw.steps ?? [], [...path, 'steps'], build),
    outputs: raw.outputs ?? {},
    file: build.file,
  });
  const document = raw.uses === undefined ? inline() : (build.included(raw.uses) ?? faultyDocument(raw.uses));
  return {
    name: raw.name,
    document,
    with: raw.with ?? {},
    needs: raw.needs === undefined ? [] : toList(raw.needs),
    retries: toRetries(raw.retries),
  };
}

/** Stands for an included document with faults, so that the one around it can be checked all the same. */
function faultyDocument(file: string): PlanDocument {
  return { name: file, goal: null, inputs: {}, env: {}, steps: [], outputs: {}, file };
}

/** True if a document stands for one that could not be read. */
export function isFaulty(document: PlanDocument): boolean {
  return document.steps.length === 0;
}

function toRetries(raw: RawRetries | undefined): RetrySpec | null {
  if (!raw) return null;
  return { max: raw.max, backoff_ms: toMilliseconds(raw.backoff ?? 0), restore: raw.restore ?? null };
}

function toTexts(raw: RawEnvironment | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(raw ?? {}).map(([name, value]) => [name, String(value)]));
}

function toList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
