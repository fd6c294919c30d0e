import type { ErrorValue } from '../domain/errors.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { TreeState } from '../domain/plan-state.ts';

/** Who runs a plan, as a watcher knows it. */
export type RunnerStanding =
  /** Not asked yet. */
  | { readonly kind: 'unknown' }
  /** `ours`: this command started it. */
  | { readonly kind: 'running'; readonly pid: number; readonly since: string; readonly ours: boolean }
  /** Nobody: the plan rests, or has ended. */
  | { readonly kind: 'nobody' }
  /** The process that ran it is gone without having let the plan rest. */
  | { readonly kind: 'lost'; readonly how: string };

export interface FeedListener {
  /** Of a fork, before its first event: the state that the events begin from. */
  onBase(base: TreeState): void;
  /** Events of the whole tree in the journal's order, without gaps or repetitions; a page at a time. */
  onEvents(events: readonly PlanEvent[]): void;
  /** The history that was there at the start has been told; called once. */
  onCaughtUp(): void;
  onRunner(runner: RunnerStanding): void;
  /** The journal can't be read at the moment; null: it can again. The feed goes on trying. */
  onFault(fault: ErrorValue | null): void;
}

/** Tells a watcher the journal of a root plan: from its first event on, then what any process adds. */
export interface PlanFeed {
  /** Starts telling; may be called once. */
  start(listener: FeedListener): void;
  /** Resolves when nothing will be told any more. */
  stop(): Promise<void>;
}
