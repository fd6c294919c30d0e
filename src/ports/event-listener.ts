import type { PlanEvent } from '../domain/plan-event.ts';

/** One line that a tool wrote while it ran, redacted. */
export interface OutputLine {
  readonly plan_id: string;
  readonly step_id: string;
  readonly call_id: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Hears of committed events and live output. What it throws is recorded and hurts nobody. */
export interface EventListener {
  onEvent?(event: PlanEvent): void;
  onOutput?(line: OutputLine): void;
  /** null: more output can be told. Else it comes faster than it can be passed on; resolves when there is room again, never rejects. */
  room?(): Promise<void> | null;
  /** A write tool waits for the workspace. */
  onWaiting?(message: string): void;
}
