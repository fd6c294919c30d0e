import type { List } from 'immutable';
import type { ErrorValue } from '../../domain/errors.ts';
import type { CallId, PlanId } from '../../domain/ids.ts';
import type { EventType } from '../../domain/plan-event.ts';
import type { DecisionState, TreeState } from '../../domain/plan-state.ts';
import type { Phase } from '../../domain/plan.ts';
import type { LiveLine } from '../../ports/output-source.ts';
import type { RunnerStanding } from '../../ports/plan-feed.ts';
import type { EventLine } from '../words/event-lines.ts';
import type { NodeHistory } from './node-history.ts';
import type { PlanSettings } from './plan-settings.ts';
import type { Timeline } from './timeline.ts';
import type { ToleratedSteps } from './tolerated-steps.ts';

/** One event as the log shows it. */
export interface LogEntry {
  readonly seq: number;
  readonly at: string;
  readonly type: EventType;
  readonly planId: PlanId;
  /** The step that it concerns, also by way of a call or a checkpoint. */
  readonly stepId: string | null;
  readonly callId: CallId | null;
  /** Not yet printable. */
  readonly line: EventLine;
}

/** What a call has said, as far as it is kept. */
export interface CallOutput {
  /** At most `KEPT_LINES`, newest last; not yet printable. */
  readonly lines: readonly LiveLine[];
  /** Lines before the first of them. */
  readonly dropped: number;
}

/** One phase of the root plan that has begun; times in ISO 8601. */
export interface PhaseSpan {
  readonly phase: Phase;
  readonly startedAt: string;
  /** When it ended or was paused; null while it goes on. */
  readonly endedAt: string | null;
}

/** What a person has to answer. */
export type WaitingItem =
  | { readonly kind: 'decision'; readonly planId: PlanId; readonly decision: DecisionState }
  /** A step changed the settings while it wrote; `seq`: the event that says so. */
  | { readonly kind: 'settings'; readonly error: ErrorValue; readonly seq: number };

/** All that a screen shows of a plan at one moment. Immutable; a new one shares what hasn't changed. */
export interface PlanView {
  readonly rootId: PlanId;
  /** Empty until the first event has come. */
  readonly name: string;
  readonly workspace: string;
  readonly goal: string | null;
  readonly tree: TreeState;
  /** Of the whole tree. */
  readonly tolerated: ToleratedSteps;
  readonly settings: PlanSettings;
  /** Of the whole tree. */
  readonly history: NodeHistory;
  /** Of the whole tree, by number; without the deleted ones. */
  readonly checkpoints: Timeline;
  /** At most `KEPT_ENTRIES`, newest last. */
  readonly log: List<LogEntry>;
  /** Of the root plan, in order. */
  readonly phases: readonly PhaseSpan[];
  /** Of the calls that are or were shown lately. */
  readonly outputs: ReadonlyMap<CallId, CallOutput>;
  /** Oldest first. */
  readonly waiting: readonly WaitingItem[];
  readonly runner: RunnerStanding;
  /** The history that was there at the start is in. */
  readonly caughtUp: boolean;
  readonly fault: ErrorValue | null;
}

/** Entries of the log that are kept. */
export const KEPT_ENTRIES = 20_000;
/** Lines of one call's output that are kept. */
export const KEPT_LINES = 5_000;
