import type { StepSpec } from '../domain/plan-document.ts';
import type { PlanState } from '../domain/plan-state.ts';

/** What a plan's status functions (`success()`, ...) answer at a step. */
export type UpstreamStatus = 'success' | 'failure' | 'cancelled';

/** Says which steps come next. One for each run of a plan; asked again after each step that ended. */
export interface Planner {
  /**
   * Pending steps whose needs have all ended, in document order. `cleanup` (after the plan has failed): likewise; the
   * caller skips those that don't ask for failures.
   */
  ready(
    state: PlanState,
    mode: 'normal' | 'cleanup',
  ): {
    readonly ready: readonly StepSpec[];
    /** Pending steps that are not ready yet. */
    readonly waiting: number;
    /** Every step has ended. */
    readonly done: boolean;
  };
  /** `failure` if a step that it needs, directly or not, failed without `continue_on_error`. */
  upstreamStatus(state: PlanState, step: StepSpec): UpstreamStatus;
}
