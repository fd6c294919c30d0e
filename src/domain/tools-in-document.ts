import type { PlanDocument } from './plan-document.ts';

/** The tools that the steps of a document name, those of its subplans too; each once. Of agents: patterns. */
export function toolsIn(document: PlanDocument): readonly string[] {
  const names = document.steps.flatMap((step) => {
    if (step.kind === 'uses') return [step.uses];
    if (step.kind === 'agent') return step.tools;
    return step.kind === 'subplans' ? step.plans.flatMap((plan) => toolsIn(plan.document)) : [];
  });
  return [...new Set(names)];
}
