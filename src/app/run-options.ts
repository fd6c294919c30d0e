import type { ErrorValue } from '../domain/errors.ts';
import type { PlanState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import type { EventListener } from '../ports/event-listener.ts';
import type { Prompter } from '../ports/prompter.ts';

export interface RunOptions {
  readonly listeners: readonly EventListener[];
  /** null: nobody can be asked; a question takes its default, or the plan waits. */
  readonly prompter: Prompter | null;
  /** `-i` again: values of secret inputs, which are never stored. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Steps whose write was cut off: run again, or leave as they are. */
  readonly rerun: readonly string[];
  readonly skip: readonly string[];
  /** Ends a living holder of this host and its tools first. */
  readonly takeOver: boolean;
  /** A failed plan again, from its failed steps. */
  readonly retry?: boolean;
  /** After `plan pause` from elsewhere: true waits for `plan resume`, false ends the run. */
  readonly stayWhenPaused: boolean;
  /** Where a run can say something to whoever started it, beside what its listeners tell; absent: nobody reads it. */
  readonly aside?: {
    readonly note: (text: string) => void;
    /** As it is: already printable. */
    readonly complain: (text: string) => void;
  };
}

export interface RunHandle {
  /** Doesn't reject for a plan that fails; only for faults of storage, a lost lease and bugs. */
  readonly outcome: Promise<RunOutcome>;
  /** Finishes the running steps, takes a checkpoint, rests. `by`: `SIGINT`, `SIGTERM`, ... */
  pause(by: string): void;
  /** Another process has asked something: look at once. */
  wake(): void;
  /** Ends the running tools and the plan. */
  cancel(by: string): void;
}

export interface RunOutcome {
  readonly plan: PlanSummary;
  readonly state: PlanState;
  /** `person`, `signal`, `waiting`, `checkpoint_failed`, `stopped`; null if the plan has ended. */
  readonly pausedBecause: string | null;
  readonly error: ErrorValue | null;
}
