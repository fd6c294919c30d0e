import type { Compensation } from '../domain/compensation.ts';
import type { PlanId } from '../domain/ids.ts';
import type { RollbackOptions, RunningPlan } from './rollback-control.ts';

export interface CompensationOptions extends RollbackOptions {
  /** A plan that runs is stopped first, or it refuses. */
  readonly running: RunningPlan;
  /** Also one that was begun before and cut off. */
  readonly rerun: boolean;
}

/** Takes back what undone steps did outside of the folder: one compensation at a time, each because a person said so. */
export interface CompensationControl {
  /** All of a plan's tree, in the order of their numbers. Looks, and changes nothing. */
  list(planId: PlanId): Promise<readonly Compensation[]>;
  /**
   * Runs one, as a tool call of the root plan. Resolves with how it stands then: `done` or `failed`.
   * @throws NotFoundError; ConflictError if it has nothing to take back, was run before, or can't be run; WaitingError
   * `compensation_unknown` if it was cut off and `rerun` doesn't say what to do, or if a secret is missing: then nothing was run
   */
  run(planId: PlanId, number: number, options: CompensationOptions): Promise<Compensation>;
  /** Records that what its step did stays. @throws NotFoundError, ConflictError */
  skip(planId: PlanId, number: number, options: CompensationOptions): Promise<Compensation>;
}
