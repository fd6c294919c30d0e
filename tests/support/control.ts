import { EventBus } from '../../src/execution/event-bus.ts';
import { LiveJournal } from '../../src/execution/live-journal.ts';
import { PlanControlService } from '../../src/execution/plan-control-service.ts';
import { SystemProcessTable } from '../../src/host/process-table.ts';
import { systemClock } from '../../src/host/system-clock.ts';
import { UlidSource } from '../../src/host/ulid-source.ts';
import type { AskOptions } from '../../src/ports/plan-control.ts';
import type { Storage } from '../../src/storage/open-storage.ts';

/** Somebody who asks things of plans, as another process would. */
export function controlOf({ plans, leases, requests, checkpoints }: Storage): PlanControlService {
  const [ids, clock] = [new UlidSource(systemClock), systemClock];
  const openJournal = (rootId: string, fence: number): Promise<LiveJournal> =>
    LiveJournal.open({ plans, bus: new EventBus(), clock, ids }, rootId, fence);
  const processes = new SystemProcessTable();
  return new PlanControlService({ plans, leases, requests, checkpoints, processes, clock, ids, openJournal });
}

/** Waits for ever and doesn't listen. */
export const asking: AskOptions = {
  timeoutMs: null,
  signal: new AbortController().signal,
  onProgress: () => undefined,
};
