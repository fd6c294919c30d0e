import { canonicalJson } from './json.ts';
import type { EventPayloads } from './plan-event.ts';
import { SECTIONS, type Part, type PlanState, type Section, type TreeState } from './plan-state.ts';

/** One part as `plan.rolled_back` carries it. */
export type RolledBackPart = EventPayloads['plan.rolled_back']['parts'][number];

/** A root plan's `state` after a rollback, and as a fork begins. */
export const QUEUED: Part = { ord: 0, value: 'queued' };

/**
 * The parts that make a state what it was: applied to `live` they give `target`, only that the root plan is queued. A plan that
 * was not there yet loses all its parts; it stays in the tree without any.
 * @param isExact the root plan too is what it was
 */
export function rollBackParts(
  live: TreeState,
  target: TreeState,
  isExact = false,
): readonly RolledBackPart[] {
  return [...live.plans.values()].flatMap((plan) => {
    const isRoot = plan.planId === live.rootId;
    return SECTIONS.flatMap((section) => {
      const wanted = new Map(target.plans.get(plan.planId)?.parts[section]);
      if (isRoot && section === 'plan' && !isExact) wanted.set('state', QUEUED);
      return [...goneParts(plan, section, wanted), ...changedParts(plan, section, wanted)];
    });
  });
}

function goneParts(
  { planId, parts }: PlanState,
  section: Section,
  wanted: ReadonlyMap<string, Part>,
): readonly RolledBackPart[] {
  const gone = [...parts[section]].filter(([key]) => !wanted.has(key));
  return gone.map(([key, { ord }]) => ({ plan_id: planId, section, key, ord, value: null, gone: true }));
}

function changedParts(
  { planId, parts }: PlanState,
  section: Section,
  wanted: ReadonlyMap<string, Part>,
): readonly RolledBackPart[] {
  const changed = [...wanted].filter(([key, part]) => !isSamePart(parts[section].get(key), part));
  return changed.map(([key, { ord, value }]) => ({ plan_id: planId, section, key, ord, value, gone: false }));
}

/** Histories share what did not change, so most comparisons end at the first. */
function isSamePart(a: Part | undefined, b: Part): boolean {
  if (a === b) return true;
  return a !== undefined && a.ord === b.ord && canonicalJson(a.value) === canonicalJson(b.value);
}
