import type { Phase, RunState } from '../../domain/plan.ts';

/** How a plan stands, where its phase is said beside it. */
const STATE_WORDS: Readonly<Record<RunState, string>> = {
  queued: 'queued',
  processing: '',
  paused: 'paused',
  complete: 'complete',
  errored: 'failed',
  cancelled: 'cancelled',
  applied: 'applied',
};

/** `EXECUTE failed`; a phase that runs is called by its name alone. */
export function phaseStateWords(phase: Phase, state: RunState): string {
  return `${phase.toUpperCase()} ${STATE_WORDS[state]}`.trimEnd();
}

/** `failed`; a phase that runs is called by its name: for where there is room for one word. */
export const shortStateWords = (phase: Phase, state: RunState): string =>
  STATE_WORDS[state] || phase.toUpperCase();
