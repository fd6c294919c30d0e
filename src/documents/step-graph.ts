import type { StepSpec } from '../domain/plan-document.ts';

/**
 * A circle in a graph of needs, as the names along it (`a`, `b`, `a`), or null. Needs that are not there don't count.
 * Iterative: documents may have thousands of steps in a row.
 */
export function findCircle(needs: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const stuck = withoutEnding(needs);
  const [first] = stuck;
  if (first === undefined) return null;
  const trail: string[] = [];
  let name: string = first;
  while (!trail.includes(name)) {
    trail.push(name);
    // Each one that is stuck waits for another one that is.
    name = needs.get(name)?.find((need) => stuck.has(need)) as string;
  }
  return [...trail.slice(trail.indexOf(name)), name];
}

/** Those that could never begin, because they are in a circle or behind one. */
function withoutEnding(needs: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const waitingFor = new Map<string, string[]>();
  const missing = new Map<string, number>();
  for (const [name, list] of needs) {
    const known = [...new Set(list)].filter((need) => needs.has(need));
    missing.set(name, known.length);
    for (const need of known) waitingFor.set(need, [...(waitingFor.get(need) ?? []), name]);
  }
  const free = [...missing].filter(([, count]) => count === 0).map(([name]) => name);
  for (const name of free) {
    missing.delete(name);
    for (const next of waitingFor.get(name) ?? []) {
      const left = (missing.get(next) as number) - 1;
      missing.set(next, left);
      if (left === 0) free.push(next);
    }
  }
  return new Set(missing.keys());
}

/** Answers whether a step has surely ended when another one runs. */
export interface StepOrder {
  /** True if `id` comes before `step` by needs, directly or not. */
  isBefore(id: string, step: StepSpec): boolean;
}

interface Place {
  readonly step: StepSpec;
  readonly index: number;
  /** Index of the first step of the unbroken row (each needing just the one before it) that this one ends. */
  readonly rowStart: number;
}

/** Rows of steps that need just the one before are jumped over: most plans are one row. Needs a graph without circles. */
export function createStepOrder(steps: readonly StepSpec[]): StepOrder {
  const places = new Map<string, Place>();
  const rows: Place[] = [];
  steps.forEach((step, index) => {
    const before = rows[index - 1];
    const isNext = before !== undefined && step.needs.length === 1 && step.needs[0] === before.step.id;
    const place = { step, index, rowStart: isNext ? before.rowStart : index };
    rows.push(place);
    places.set(step.id, place);
  });
  return { isBefore: (id, step) => isBefore(id, step, places, rows) };
}

function isBefore(
  id: string,
  step: StepSpec,
  places: ReadonlyMap<string, Place>,
  rows: readonly Place[],
): boolean {
  const target = places.get(id);
  if (!target || id === step.id) return false;
  const queue = [...step.needs];
  const seen = new Set(queue);
  for (const name of queue) {
    const place = places.get(name);
    if (!place) continue;
    if (target.index >= place.rowStart && target.index <= place.index) return true;
    for (const need of (rows[place.rowStart] as Place).step.needs) {
      if (!seen.has(need)) queue.push(need);
      seen.add(need);
    }
  }
  return false;
}
