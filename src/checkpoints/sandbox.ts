import type { PlanId } from '../domain/ids.ts';
import type { PlanEvent, Sandbox } from '../domain/plan-event.ts';
import type { PlanStore } from '../ports/plan-store.ts';

/** Where a plan's sandbox comes from; null for one that works in a folder itself. */
export async function sandboxOf(plans: PlanStore, rootId: PlanId): Promise<Sandbox | null> {
  const [first] = (await plans.events(rootId, 0, 1)) as readonly BeginningEvent[];
  return first?.payload.sandbox ?? null;
}

/** Every journal begins with one of these. */
type BeginningEvent = Extract<PlanEvent, { readonly type: 'plan.created' | 'plan.forked' }>;

export type AppliedEvent = Extract<PlanEvent, { readonly type: 'plan.applied' }>;

/** The last time that a sandbox's files went to their folder; null if they never did. */
export async function lastApply(
  plans: Pick<PlanStore, 'eventsOfType'>,
  rootId: PlanId,
): Promise<AppliedEvent | null> {
  const events = await plans.eventsOfType(rootId, 'plan.applied');
  return events.findLast((event): event is AppliedEvent => event.type === 'plan.applied') ?? null;
}
