import { Map as IMap } from 'immutable';
import type { DecisionId } from '../../domain/ids.ts';
import type { PlanEvent } from '../../domain/plan-event.ts';
import { stepKey } from './tolerated-steps.ts';

/** One attempt at a step; times in ISO 8601. */
export interface Attempt {
  /** From 1. */
  readonly number: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Why it failed, not yet printable; null: it didn't, or goes on. */
  readonly error: string | null;
}

/** What has been of steps and decisions, which their state doesn't say any more. */
export interface NodeHistory {
  /** By `stepKey`, in order, the current one last; at most `KEPT_ATTEMPTS`. */
  readonly attempts: IMap<string, readonly Attempt[]>;
  readonly answeredAt: IMap<DecisionId, string>;
}

export const NO_HISTORY: NodeHistory = { attempts: IMap(), answeredAt: IMap() };

const KEPT_ATTEMPTS = 20;

/** With what an event adds; the same one if nothing. */
export function withEvent(before: NodeHistory, event: PlanEvent): NodeHistory {
  if (event.type === 'step.started') return begin(before, event);
  if (event.type === 'step.retried' || event.type === 'step.failed')
    return end(before, event, event.payload.error.message);
  if (event.type === 'step.completed') return end(before, event, null);
  if (event.type !== 'decision.made' || event.payload.decision.chosen === null) return before;
  return { ...before, answeredAt: before.answeredAt.set(event.payload.decision.id, event.at) };
}

type StepEvent = Extract<PlanEvent, { readonly payload: { readonly step_id: string } }>;

function begin(before: NodeHistory, event: Extract<PlanEvent, { type: 'step.started' }>): NodeHistory {
  const { attempt: number, step_id } = event.payload;
  const key = stepKey(event.plan_id, step_id);
  // After a rollback the count begins anew.
  const earlier = (before.attempts.get(key) ?? []).filter((one) => one.number < number);
  const attempt: Attempt = { number, startedAt: event.at, endedAt: null, error: null };
  return { ...before, attempts: before.attempts.set(key, [...earlier, attempt].slice(-KEPT_ATTEMPTS)) };
}

function end(before: NodeHistory, event: StepEvent, error: string | null): NodeHistory {
  const key = stepKey(event.plan_id, event.payload.step_id);
  const all = before.attempts.get(key) ?? [];
  const last = all.at(-1);
  if (!last) return before;
  return {
    ...before,
    attempts: before.attempts.set(key, [...all.slice(0, -1), { ...last, endedAt: event.at, error }]),
  };
}
