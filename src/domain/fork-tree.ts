import type { PlanId } from './ids.ts';
import type { Json } from './json.ts';
import { FIRST_SEQ } from './plan-event.ts';
import {
  orderedParts,
  SECTIONS,
  type Part,
  type PlanState,
  type Section,
  type TreeState,
} from './plan-state.ts';
import { QUEUED } from './roll-back-state.ts';

/** Sections whose values name plans of the tree. Elsewhere an id is a word that somebody said. */
const NAMING_SECTIONS: readonly Section[] = ['decisions', 'subplans', 'outputs'];

/** A part of a fork that differs from the one it was copied from. */
export interface ForkedPart {
  /** In the fork. */
  readonly planId: PlanId;
  readonly section: Section;
  readonly key: string;
  readonly part: Part;
}

/** True if a plan has anything: one that a rollback took away has not. */
export function isInState({ parts }: PlanState): boolean {
  return SECTIONS.some((section) => parts[section].size > 0);
}

/**
 * What a fork does not take over as it is: the parts that name plans of the tree, which have other ids now, and the root's `state`,
 * which is queued.
 * @param base the source's tree at the place of the fork
 * @param ids the fork's id of each plan in it
 */
export function forkedParts(base: TreeState, ids: ReadonlyMap<PlanId, PlanId>): readonly ForkedPart[] {
  return [...base.plans.values()].filter(isInState).flatMap((plan) => {
    const planId = ids.get(plan.planId) as PlanId;
    const naming = NAMING_SECTIONS.flatMap((section) => renamed(plan, planId, section, ids));
    if (plan.planId !== base.rootId) return naming;
    return [{ planId, section: 'plan', key: 'state', part: QUEUED }, ...naming];
  });
}

function renamed(
  plan: PlanState,
  planId: PlanId,
  section: Section,
  ids: ReadonlyMap<PlanId, PlanId>,
): readonly ForkedPart[] {
  return orderedParts(plan, section).flatMap(([key, { ord, value }]) => {
    const other = rename(value, ids);
    return other === value ? [] : [{ planId, section, key, part: { ord, value: other } }];
  });
}

/** The value with other ids in the place of those known; the same value if there are none in it. */
function rename(value: Json, ids: ReadonlyMap<PlanId, PlanId>): Json {
  if (typeof value === 'string') return ids.get(value) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, item, rename(item as Json, ids)] as const);
  if (entries.every(([, before, after]) => before === after)) return value;
  if (Array.isArray(value)) return entries.map(([, , after]) => after);
  return Object.fromEntries(entries.map(([key, , after]) => [key, after]));
}

/** The tree that a fork begins with. */
export function forkTree(base: TreeState, ids: ReadonlyMap<PlanId, PlanId>): TreeState {
  const changes = forkedParts(base, ids);
  const plans = base.plans.filter(isInState).mapEntries(([id, plan]) => {
    const planId = ids.get(id) as PlanId;
    const parentId = plan.parentId === null ? null : (ids.get(plan.parentId) as PlanId);
    const parts = { ...plan.parts };
    for (const change of changes) {
      if (change.planId === planId)
        parts[change.section] = parts[change.section].set(change.key, change.part);
    }
    return [planId, { planId, parentId, parts }];
  });
  return { rootId: ids.get(base.rootId as PlanId) as PlanId, seq: FIRST_SEQ, plans };
}
