import type { RawDocument } from './document-schema.ts';
import type { Path } from './document-source.ts';
import type { RawStep } from './step-schema.ts';

export interface FoundIncludes {
  readonly includes: readonly { readonly uses: string; readonly path: Path }[];
  /** Of the document and its inline subplans. */
  readonly steps: number;
}

/** The documents that a document names, each time it does. */
export function findIncludes(raw: RawDocument): FoundIncludes {
  const includes: { uses: string; path: Path }[] = [];
  return { steps: visitSteps(raw.steps, ['steps'], includes), includes };
}

function visitSteps(steps: readonly RawStep[], path: Path, includes: { uses: string; path: Path }[]): number {
  let count = steps.length;
  for (const [index, step] of steps.entries()) {
    if (!('subplans' in step)) continue;
    for (const [number, subplan] of step.subplans.plans.entries()) {
      const place: Path = [...path, index, 'subplans', 'plans', number];
      if (subplan.uses !== undefined) includes.push({ uses: subplan.uses, path: place });
      count += visitSteps(subplan.steps ?? [], [...place, 'steps'], includes);
    }
  }
  return count;
}
