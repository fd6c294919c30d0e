import type { DecisionState } from '../domain/plan-state.ts';

/** Asks the person at the terminal. */
export interface Prompter {
  /**
   * Shows a decision that waits; resolves with the option's id (or the answer of an `ask` step), null if nobody answers.
   * Ends quietly when the signal is aborted: the answer came from elsewhere.
   */
  ask(decision: DecisionState, signal: AbortSignal): Promise<string | null>;
}
