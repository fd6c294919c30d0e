import type { RunOptions } from './run-options.ts';

/** What a run is told that can't stand on a command line: secret inputs would be seen by every process there. */
export interface EngineStart extends Pick<RunOptions, 'inputs' | 'rerun' | 'skip' | 'takeOver' | 'retry'> {
  readonly kind: 'start';
  /** False: a question takes its default, or the plan rests. True: it waits for an answer from any process. */
  readonly input: boolean;
}

/** What the process with the screen says to the one that runs the plan. All else goes through `requests`. */
export type ToEngine =
  | EngineStart
  /** A request was stored. */
  | { readonly kind: 'news' }
  /** Go on without me when the channel closes. */
  | { readonly kind: 'detach' };

/** What the running process says. All else goes through the journal. */
export type FromEngine =
  /** The plan runs. */
  | { readonly kind: 'here' }
  /** Something was stored. */
  | { readonly kind: 'news' };
