import { FileTriggerSettings } from '../config/trigger-settings.ts';
import type { PlanId } from '../domain/ids.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { JournalFeed } from '../execution/journal-feed.ts';
import { liveFolder } from '../host/live-output-format.ts';
import { FileOutputSource } from '../host/live-output-source.ts';
import type { OutputSource } from '../ports/output-source.ts';
import type { PlanControl } from '../ports/plan-control.ts';
import type { TriggerSettings } from '../ports/trigger-settings.ts';
import type { Parts } from './parts.ts';
import { createPlanControl } from './plan-control.ts';

/** What a screen needs of a plan, whatever process runs it. */
export interface PlanWatch {
  readonly rootId: PlanId;
  readonly feed: JournalFeed;
  readonly output: OutputSource;
  readonly control: PlanControl;
  readonly triggers: TriggerSettings;
}

/** The process that this one started for the plan, if any. */
export interface OwnEngine {
  readonly pid: () => number | null;
  readonly wake: () => void;
}

export async function watchPlan(parts: Parts, plan: PlanSummary, own: OwnEngine): Promise<PlanWatch> {
  const { clock, processes, home } = parts;
  const { plans, leases, blobs } = await parts.storage();
  const rootId = plan.root_plan_id;
  return {
    rootId,
    feed: new JournalFeed({ plans, leases, processes, clock, ownPid: own.pid }, rootId),
    output: new FileOutputSource(liveFolder(home, rootId), blobs, clock),
    control: await createPlanControl(parts, own.wake),
    triggers: new FileTriggerSettings(parts.configSources(plan.workspace), { clock }),
  };
}
