import type { PlanId } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { PlanStore } from '../ports/plan-store.ts';

const PAGE = 1000;

/** The events of a root plan's journal up to one, in order. */
export async function* allEvents(
  plans: Pick<PlanStore, 'events'>,
  rootId: PlanId,
  lastSeq: number,
): AsyncGenerator<PlanEvent> {
  for (let seq = 0; seq < lastSeq;) {
    const page = await plans.events(rootId, seq, Math.min(PAGE, lastSeq - seq));
    yield* page;
    seq += page.length;
    // Deleted meanwhile.
    if (page.length === 0) return;
  }
}
