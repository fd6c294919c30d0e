import type { RawDocument } from './document-schema.ts';
import type { Path } from './document-source.ts';
import { matrixOf } from './matrix.ts';
import type { RawStep } from './step-schema.ts';

export interface FoundInclude {
  readonly uses: string;
  readonly path: Path;
  /** How often matrices repeat it. */
  readonly times: number;
}

export interface FoundIncludes {
  readonly includes: readonly FoundInclude[];
  /** The tools that its steps name, those of its inline subplans too. */
  readonly tools: ReadonlySet<string>;
  /** Of the document and its inline subplans, matrices written out. */
  readonly steps: number;
  /** How often the part that matrices repeat most is repeated. */
  readonly times: number;
}

interface Visit {
  readonly tools: Set<string>;
  readonly includes: FoundInclude[];
  steps: number;
  times: number;
}

/** The documents that a document names, each time it does. */
export function findIncludes(raw: RawDocument): FoundIncludes {
  const visit: Visit = { includes: [], tools: new Set(), steps: 0, times: 1 };
  visitSteps(raw.steps, ['steps'], 1, visit);
  return visit;
}

function visitSteps(steps: readonly RawStep[], path: Path, around: number, visit: Visit): void {
  for (const [index, step] of steps.entries()) {
    const times = around * timesOf(step);
    visit.steps += times;
    visit.times = Math.max(visit.times, times);
    if ('uses' in step) visit.tools.add(step.uses);
    if (!('subplans' in step)) continue;
    for (const [number, subplan] of step.subplans.plans.entries()) {
      const place: Path = [...path, index, 'subplans', 'plans', number];
      if (subplan.uses !== undefined) visit.includes.push({ uses: subplan.uses, path: place, times });
      visitSteps(subplan.steps ?? [], [...place, 'steps'], times, visit);
    }
  }
}

function timesOf(step: RawStep): number {
  const strategy = 'strategy' in step ? step.strategy : undefined;
  // One that is too large is refused later on.
  return strategy ? (matrixOf(strategy).combinations?.length ?? 1) : 1;
}
