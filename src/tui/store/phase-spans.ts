import type { EventType, PlanEvent } from '../../domain/plan-event.ts';
import type { Phase } from '../../domain/plan.ts';
import type { PhaseSpan } from './plan-view.ts';

const STOPS: ReadonlySet<EventType> = new Set([
  'plan.paused',
  'plan.completed',
  'plan.failed',
  'plan.cancelled',
]);

/** The phases of the root plan after one of its events. */
export function followPhases(spans: readonly PhaseSpan[], event: PlanEvent): readonly PhaseSpan[] {
  const { at } = event;
  if (event.type === 'plan.created') return [{ phase: 'strategize', startedAt: at, endedAt: null }];
  if (event.type === 'plan.forked') return [{ phase: event.payload.phase, startedAt: at, endedAt: at }];
  if (event.type === 'plan.rolled_back') return goBack(spans, event);
  if (event.type === 'plan.phase_changed') return enter(spans, event.payload.phase, at);
  if (event.type === 'plan.applied') return end(enter(spans, 'apply', at), at);
  if (event.type === 'plan.resumed' || event.type === 'plan.retried')
    return withLast(spans, (span) => ({ ...span, endedAt: null }));
  return STOPS.has(event.type) ? end(spans, at) : spans;
}

/** The plan rests afterwards, in the phase that it is in again. */
function goBack(
  spans: readonly PhaseSpan[],
  { at, plan_id, payload }: Extract<PlanEvent, { type: 'plan.rolled_back' }>,
): readonly PhaseSpan[] {
  // Files that a run puts back by itself: the plan goes on.
  if (payload.checkpoint_id === null && payload.scope === 'files_only') return spans;
  const phase = payload.parts.find(
    (part) => part.plan_id === plan_id && part.section === 'plan' && part.key === 'phase',
  );
  return end(phase ? enter(spans, phase.value as Phase, at) : spans, at);
}

function enter(spans: readonly PhaseSpan[], phase: Phase, at: string): readonly PhaseSpan[] {
  // A resumed or retried phase goes on: its time counts from its first start.
  if (spans.at(-1)?.phase === phase) return withLast(spans, (span) => ({ ...span, endedAt: null }));
  return [...end(spans, at), { phase, startedAt: at, endedAt: null }];
}

function end(spans: readonly PhaseSpan[], at: string): readonly PhaseSpan[] {
  return withLast(spans, (span) => ({ ...span, endedAt: span.endedAt ?? at }));
}

function withLast(spans: readonly PhaseSpan[], change: (span: PhaseSpan) => PhaseSpan): readonly PhaseSpan[] {
  return spans.map((span, index) => (index === spans.length - 1 ? change(span) : span));
}
