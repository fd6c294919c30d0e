import type { Json } from '../domain/json.ts';
import type { DecideStep, PlanDocument, StepSpec } from '../domain/plan-document.ts';
import { isNeverTrue } from './constant-condition.ts';
import type { Path } from './document-source.ts';
import { referencesIn } from './expression-references.ts';
import type { Reference } from './expression-syntax.ts';
import { conditionOf } from './expression-text.ts';
import { warnOfStrangers, type WarnContext } from './warn-strangers.ts';

/** Finds what is surely not meant, though it would not keep a document from running. */
export function warnOfDocument(document: PlanDocument, context: WarnContext): void {
  const used = new Set<string>();
  let usesAll = false;
  warnOfPlan(document, [], context, ({ context: name, keys: [key] }) => {
    if (name !== 'inputs') return;
    if (key === undefined) usesAll = true;
    else used.add(key);
  });
  for (const name of Object.keys(document.inputs)) {
    if (usesAll || used.has(name)) continue;
    const hint = `use it as inputs.${name}, or leave it out`;
    context.source.reportKey(['inputs', name], `the input ${name} is never used`, hint);
  }
}

type Visit = (reference: Reference) => void;

/** Inline subplans too; `visit` is told of each thing that an expression names. */
function warnOfPlan(plan: PlanDocument, path: Path, context: WarnContext, visit: Visit): void {
  const used = new Set<string>();
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const look = (template: Json, place: Path, seen = context): void => {
    for (const reference of referencesIn(template)) {
      const [id] = reference.keys;
      if (id !== undefined && ['decisions', 'steps'].includes(reference.context)) used.add(id);
      visit(reference);
    }
    warnOfStrangers(template, place, steps, seen);
  };
  look(plan.goal, [...path, 'goal']);
  look({ ...plan.env }, [...path, 'env']);
  look({ ...plan.outputs }, [...path, 'outputs']);
  plan.steps.forEach((step, index) => {
    const place: Path = [...path, 'steps', index];
    for (const [key, template] of templatesOf(step)) look(template, [...place, ...key]);
    if ((step.kind === 'run' || step.kind === 'uses') && step.compensate) {
      // There its own outputs are those of one run, not of the whole matrix.
      const matrices = new Map([...context.matrices].filter(([repeated]) => repeated !== step));
      look({ ...step.compensate }, [...place, 'compensate'], { ...context, matrices });
    }
    if (step.if !== null) warnOfCondition(step, step.if, place, context);
    if (step.kind !== 'subplans') return;
    step.plans.forEach((subplan, number) => {
      const inner: Path = [...place, 'subplans', 'plans', number];
      look({ ...subplan.with }, [...inner, 'with']);
      if (subplan.document.file === plan.file) warnOfPlan(subplan.document, inner, context, visit);
    });
  });
  warnOfDecisions(plan, path, used, context);
}

/** What may hold expressions, with where it stands in the step. */
function templatesOf(step: StepSpec): readonly (readonly [Path, Json])[] {
  const common: readonly (readonly [Path, Json])[] = [
    [['if'], step.if],
    [['env'], { ...step.env }],
  ];
  if (step.kind === 'uses') return [...common, [['with'], { ...step.with }]];
  if (step.kind === 'ask') return [...common, [['ask', 'question'], step.question]];
  if (step.kind === 'agent') {
    const { model, prompt, system } = step;
    return [...common, [['agent'], { model, prompt, system }]];
  }
  if (step.kind !== 'decide') return common;
  const { question, choose, rationale } = step;
  return [...common, [['decide'], { question, choose, rationale }]];
}

function warnOfCondition(step: StepSpec, condition: string, path: Path, { source }: WarnContext): void {
  const only = conditionOf(condition);
  if (!only || !isNeverTrue(only.text)) return;
  source.report(
    [...path, 'if'],
    `this if is never true: ${step.id} never runs`,
    'leave the step or the if out',
  );
}

function warnOfDecisions(
  plan: PlanDocument,
  path: Path,
  used: ReadonlySet<string>,
  { source }: WarnContext,
): void {
  for (const [index, step] of plan.steps.entries()) {
    if (step.kind !== 'decide' || used.has(step.id)) continue;
    source.report([...path, 'steps', index], `the decision ${step.id} is never used`, useOf(step));
  }
}

function useOf({ id, options }: DecideStep): string {
  return `in a later step, such as if: decisions.${id}.chosen == '${(options[0] as DecideStep['options'][number]).id}'`;
}
