import type { Checkpoint, CheckpointMark } from '../domain/checkpoint.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import type { Phase, RunState } from '../domain/plan.ts';

export interface PlanStanding {
  readonly plan_id: PlanId;
  readonly phase: Phase;
  readonly state: RunState;
}

export interface AskOptions {
  /** Milliseconds to wait for an answer; null: for ever. */
  readonly timeoutMs: number | null;
  /** Aborted: the ask is withdrawn. */
  readonly signal: AbortSignal;
  /** Hears why the answer has to wait, once for each reason. */
  readonly onProgress: (message: string) => void;
}

/** What anybody may ask of a plan from any process: through `requests` if one runs it, else done here. */
export interface PlanControl {
  /**
   * A manual checkpoint, at the next moment when no write tool of the plan runs.
   * @throws WaitingError `ask_timed_out`, `ask_withdrawn`: then no row was made
   */
  checkpoint(planId: PlanId, label: string | null, options: AskOptions): Promise<Checkpoint>;
  /**
   * Gives a checkpoint of the plan's tree a label, or pins it; also of a plan that has ended. Resolves with the checkpoint as it is then.
   * @throws NotFoundError
   */
  mark(
    planId: PlanId,
    checkpointId: CheckpointId,
    mark: CheckpointMark,
    options: AskOptions,
  ): Promise<Checkpoint>;
  /** Resolves when the plan rests, at once if it does. @throws ConflictError `not_running` if nobody runs it, `plan_ended` */
  pause(planId: PlanId, options: AskOptions): Promise<PlanStanding>;
  /** @throws ConflictError `not_running` if nobody runs it, `plan_ended` */
  resume(planId: PlanId, options: AskOptions): Promise<PlanStanding>;
  /** Ends the running tool, puts its step back and ends the runner. @throws ConflictError `not_running`, `plan_ended` */
  stop(planId: PlanId, options: AskOptions): Promise<PlanStanding>;
  /** @throws ConflictError if it has ended already */
  cancel(planId: PlanId, options: AskOptions): Promise<PlanStanding>;
  /**
   * Answers a decision that waits: `decision` is its step's id, its id, or a unique part of its beginning or end.
   * @throws NotFoundError, ConflictError `already_answered`, UsageError with the options
   */
  answer(planId: PlanId, decision: string, choice: string, options: AskOptions): Promise<PlanStanding>;
  /**
   * Takes the change of the settings that a step made while it wrote, as the files stand now; of a plan that nobody runs, for
   * whatever runs in its folder next.
   * @throws ConflictError `nothing_to_approve`
   */
  approve(planId: PlanId, options: AskOptions): Promise<PlanStanding>;
  /** Leaves the settings as they were before that change. @throws ConflictError as `approve` */
  deny(planId: PlanId, options: AskOptions): Promise<PlanStanding>;
}
