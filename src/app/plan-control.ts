import { EventBus } from '../execution/event-bus.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { PlanControlService } from '../execution/plan-control-service.ts';
import type { PlanControl } from '../ports/plan-control.ts';
import type { Parts } from './parts.ts';

export async function createPlanControl(
  parts: Parts,
  onAsked: () => void = () => undefined,
): Promise<PlanControl> {
  const { clock, ids, processes } = parts;
  const { plans, leases, requests } = await parts.storage();
  return new PlanControlService({
    plans,
    leases,
    requests,
    processes,
    clock,
    ids,
    onAsked,
    openJournal: (rootId, fence) =>
      LiveJournal.open({ plans, bus: new EventBus(), clock, ids }, rootId, fence),
  });
}
