import { isUnsettled, type Compensation, type CompensationStatus } from './compensation.ts';
import type { ErrorValue } from './errors.ts';
import type { CallId, PlanId } from './ids.ts';
import type { EventType, PlanEvent } from './plan-event.ts';
import { callOf, type TreeState } from './plan-state.ts';

type Of<T extends EventType> = Extract<PlanEvent, { readonly type: T }>;

/** The events that compensations are told from, each list in order. */
export interface CompensationEvents {
  readonly recorded: readonly Of<'compensation.recorded'>[];
  readonly started: readonly Of<'compensation.started'>[];
  readonly ended: readonly Of<'compensation.ended'>[];
  readonly rolledBack: readonly Of<'plan.rolled_back'>[];
  /** The last step that began; 0 before the first. */
  readonly lastStep: number;
}

/** True if the result of a call is part of a state. */
export function isInState(
  tree: TreeState,
  { planId, callId }: { readonly planId: PlanId; readonly callId: CallId },
): boolean {
  const plan = tree.plans.get(planId);
  return plan !== undefined && callOf(plan, callId)?.status === 'complete';
}

/** All compensations of a tree of plans, in the order of their numbers. `live`: the state by now. */
export function compensationsOf(events: CompensationEvents, live: TreeState): readonly Compensation[] {
  const known = new Map<CallId, Compensation>();
  for (const { plan_id: planId, payload, seq } of events.recorded) {
    const { call_id: callId, step_id: stepId, call, error } = payload;
    // A step that goes on behind its recorded call, after a rollback to that moment, records it once more.
    if (known.has(callId)) continue;
    const standing = standingOf({ planId, callId, isFilled: call !== null, error }, events, live);
    const left = lastMove(callId, true, events.rolledBack) ?? seq;
    const isLate = isUnsettled(standing) && events.lastStep > left;
    known.set(callId, { number: known.size + 1, planId, stepId, callId, call, ...standing, isLate });
  }
  return [...known.values()];
}

interface Recorded {
  readonly planId: PlanId;
  readonly callId: CallId;
  readonly isFilled: boolean;
  readonly error: ErrorValue | null;
}

type Standing = { readonly status: CompensationStatus; readonly error: ErrorValue | null };

function standingOf(recorded: Recorded, events: CompensationEvents, live: TreeState): Standing {
  const { callId, isFilled, error } = recorded;
  const begun = events.started.findLast(({ payload }) => payload.of === callId);
  const last = events.ended.findLast(({ payload }) => payload.of === callId);
  const end = last && last.seq > (begun?.seq ?? 0) ? last : null;
  if (end?.payload.outcome === 'done') return { status: 'done', error: null };
  if (begun && !end) return { status: 'unknown', error: null };
  if (isInState(live, recorded)) return { status: 'standing', error };
  // What was said before its step was part of the state again was about another rollback.
  if (end?.payload.outcome === 'skipped' && end.seq > (lastMove(callId, false, events.rolledBack) ?? 0))
    return { status: 'skipped', error: null };
  if (!isFilled) return { status: 'unfilled', error };
  if (end?.payload.outcome === 'failed') return { status: 'failed', error: end.payload.error };
  return { status: 'open', error: null };
}

/** When a rollback last took a call out of the state, or brought it back. */
function lastMove(
  callId: CallId,
  gone: boolean,
  rolledBack: CompensationEvents['rolledBack'],
): number | undefined {
  return rolledBack.findLast(({ payload }) =>
    payload.parts.some((part) => part.section === 'tool_calls' && part.key === callId && part.gone === gone),
  )?.seq;
}
