import type { PlanDocument } from '../domain/plan-document.ts';
import type { Written } from './check-templates.ts';
import { secretVariable } from './input-values.ts';

/** A secret of a document, or of one that it includes. */
export interface SecretInput {
  readonly name: string;
  /** The environment variable that it comes from. */
  readonly variable: string;
  readonly file: string;
}

/** All secret inputs of a document and of those it includes, at any depth. */
export function secretInputsOf(document: PlanDocument): readonly SecretInput[] {
  const own = Object.entries(document.inputs)
    .filter(([, spec]) => spec.secret)
    .map(([name, spec]) => ({ name, variable: secretVariable(name, spec), file: document.file }));
  const inner = document.steps.flatMap((step) =>
    step.kind === 'subplans' ? step.plans.flatMap((plan) => secretInputsOf(plan.document)) : [],
  );
  return [...own, ...inner];
}

/** Within a run a secret goes by its name alone, so one name can't mean two variables. */
export function checkSecretNames(document: PlanDocument, { source }: Written): void {
  const first = new Map<string, SecretInput>();
  for (const secret of secretInputsOf(document)) {
    const known = first.get(secret.name) ?? secret;
    first.set(secret.name, known);
    if (known.variable === secret.variable) continue;
    const places = `${known.variable} in ${known.file}, ${secret.variable} in ${secret.file}`;
    source.report([], `the secret ${secret.name} comes from two variables`, places);
  }
}
