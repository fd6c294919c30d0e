import type { EventPayloads } from './plan-event.ts';

const WORDS = 'traced as ';

/** How a run's trace is named in the plan's history, by its `traceparent`: people find it by that, and the run that goes on from there. */
export function traceNote(traceparent: string): EventPayloads['note.added'] {
  return { text: `${WORDS}${traceparent}`, step_id: null };
}

/** The `traceparent` that a note names; null: it is about something else. */
export function traceOf({ text, step_id }: EventPayloads['note.added']): string | null {
  // Those of steps are what people write.
  return step_id === null && text.startsWith(WORDS) ? text.slice(WORDS.length) : null;
}
