import { compensatingStepId, type Compensation } from '../domain/compensation.ts';
import { compensationsOf, type CompensationEvents } from '../domain/compensation-standing.ts';
import type { CallId, PlanId } from '../domain/ids.ts';
import type { EventType, PlanEvent } from '../domain/plan-event.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import type { ProcessIdentity, ProcessTable } from '../ports/process-table.ts';
import { eventsAfter } from './path-history.ts';

export interface CompensationSources {
  readonly plans: PlanStore;
  readonly processes: Pick<ProcessTable, 'liveness'>;
  /** Who has a plan's journal just now. Absent: nobody. */
  readonly holderOf?: (rootId: PlanId) => Promise<ProcessIdentity | null>;
}

/** Names a process in the journal. */
export const byProcess = ({ pid }: ProcessIdentity): string => `pid ${pid}`;

/** All that was recorded in a tree of plans, in the order of their numbers, as it stands with `live`. @throws StorageError */
export async function readCompensations(
  sources: CompensationSources,
  rootId: PlanId,
  live: TreeState,
): Promise<readonly Compensation[]> {
  const { plans } = sources;
  const recorded = await eventsOf(plans, rootId, 'compensation.recorded');
  if (recorded.length === 0) return [];
  const started = await eventsOf(plans, rootId, 'compensation.started');
  const events: CompensationEvents = {
    recorded,
    started,
    ended: await eventsOf(plans, rootId, 'compensation.ended'),
    rolledBack: await eventsOf(plans, rootId, 'plan.rolled_back'),
    lastStep: (await plans.eventsOfType(rootId, 'step.started')).at(-1)?.seq ?? 0,
  };
  const found: Compensation[] = [];
  for (const one of compensationsOf(events, live)) {
    const begun = started.findLast(({ payload }) => payload.of === one.callId);
    found.push(
      one.status === 'unknown' && begun
        ? { ...one, status: await statusOfBegun(sources, rootId, one, begun) }
        : one,
    );
  }
  return found;
}

async function eventsOf<T extends EventType>(
  plans: PlanStore,
  rootId: PlanId,
  type: T,
): Promise<readonly Extract<PlanEvent, { readonly type: T }>[]> {
  const events = await plans.eventsOfType(rootId, type);
  return events as readonly Extract<PlanEvent, { readonly type: T }>[];
}

/** One that was begun and has no end in the journal: its call may have ended all the same, or it may run. */
async function statusOfBegun(
  { plans, processes, holderOf }: CompensationSources,
  rootId: PlanId,
  one: Compensation,
  { seq, payload }: Extract<PlanEvent, { readonly type: 'compensation.started' }>,
): Promise<Compensation['status']> {
  if (await hasCompleted(plans, rootId, compensatingStepId(one), seq)) return 'done';
  const holder = (await holderOf?.(rootId)) ?? null;
  const isHeld = holder !== null && byProcess(holder) === payload.by && processes.liveness(holder) !== 'gone';
  return isHeld ? 'running' : 'unknown';
}

async function hasCompleted(
  plans: PlanStore,
  rootId: PlanId,
  stepId: string,
  since: number,
): Promise<boolean> {
  const calls = new Set<CallId>();
  for await (const { type, payload } of eventsAfter(plans, rootId, since)) {
    if (type === 'tool.started' && payload.step_id === stepId) calls.add(payload.call_id);
    if (type === 'tool.completed' && calls.has(payload.call_id)) return true;
  }
  return false;
}
