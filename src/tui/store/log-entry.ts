import type { CallId } from '../../domain/ids.ts';
import type { PlanEvent } from '../../domain/plan-event.ts';
import { callOf, subplanOf, type PlanState, type TreeState } from '../../domain/plan-state.ts';
import { describeEvent } from '../words/event-lines.ts';
import type { Glyphs } from '../words/glyphs.ts';
import type { LogEntry } from './plan-view.ts';

/** The entry of an event; `tree` is the state with the event in it. */
export function toLogEntry(event: PlanEvent, tree: TreeState, glyphs: Glyphs): LogEntry {
  const callId = callIdOf(event);
  return {
    seq: event.seq,
    at: event.at,
    type: event.type,
    planId: event.plan_id,
    // Every event is of a plan that is there: the reducer has seen to it.
    stepId: stepIdOf(event, tree.plans.get(event.plan_id) as PlanState),
    callId,
    line: describeEvent(event, tree, glyphs),
  };
}

function callIdOf({ payload }: PlanEvent): CallId | null {
  if ('call_id' in payload) return payload.call_id;
  return 'checkpoint' in payload ? payload.checkpoint.tool_call_id : null;
}

function stepIdOf({ payload }: PlanEvent, plan: PlanState): string | null {
  if ('step_id' in payload) return payload.step_id;
  if ('call_id' in payload) return callOf(plan, payload.call_id)?.step_id ?? null;
  if ('checkpoint' in payload) return payload.checkpoint.step_id;
  if ('decision' in payload) return payload.decision.step_id;
  return 'subplan_id' in payload ? (subplanOf(plan, payload.subplan_id)?.step_id ?? null) : null;
}
