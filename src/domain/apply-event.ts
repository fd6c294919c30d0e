import { handlers } from './event-handlers.ts';
import type { EventType, NewEvent, PlanEvent } from './plan-event.ts';
import type { TreeState } from './plan-state.ts';
import { StateDraft, type Applied, type EventHandler } from './state-draft.ts';

/** THE reducer: storage, resume, time travel and the screen all fold with it. Pure; O(change). */
export function applyEvent(tree: TreeState, event: NewEvent & Pick<PlanEvent, 'seq' | 'at'>): Applied {
  const draft = new StateDraft(tree);
  (handlers[event.type] as EventHandler<EventType>)(draft, event as never);
  return draft.finish(event.seq);
}
