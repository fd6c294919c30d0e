import type { ErrorValue } from './errors.ts';
import type { CallId, PlanId } from './ids.ts';
import type { Json } from './json.ts';
import type { Effect } from './plan.ts';

/** A call that takes back what another one did outside of the folder. */
export interface CompensationCall {
  readonly tool: string;
  /** Filled arguments; long ones as a blob. */
  readonly input: Json;
  /** Filled variables; secrets as references. */
  readonly env: Readonly<Record<string, string>>;
  /** null: as the tool says. */
  readonly effect: Effect | null;
}

export type CompensationOutcome = 'done' | 'failed' | 'skipped';

/**
 * `standing`: the result of its step is part of the plan's state, so there is nothing to take back. `open`: it can be run. `running`: it
 * is being run. `unknown`: it was begun, and nobody saw its end. `failed`: it was run, and can be run again. `unfilled`: it can't be
 * run, `error` says why.
 */
export type CompensationStatus =
  | 'standing'
  | 'open'
  | 'running'
  | 'unknown'
  | 'unfilled'
  | CompensationOutcome;

/** A recorded compensation, as the history has it by now. */
export interface Compensation {
  /** From 1, in the order in which they were recorded in the whole tree of plans. */
  readonly number: number;
  readonly planId: PlanId;
  readonly stepId: string;
  /** The call it takes back. */
  readonly callId: CallId;
  readonly call: CompensationCall | null;
  readonly status: CompensationStatus;
  /** Why it can't be run, or failed. */
  readonly error: ErrorValue | null;
  /** Steps have begun since its step was taken back: what it takes back may have been made anew. */
  readonly isLate: boolean;
}

/** It waits for a person's word. */
export const isUnsettled = ({ status }: Pick<Compensation, 'status'>): boolean =>
  status === 'open' || status === 'failed' || status === 'unknown';

/** The attempt of calls that compensate: no step has it, so none of them is ever taken for a step's. */
export const COMPENSATION_ATTEMPT = 0;

export const isCompensating = ({ attempt }: { readonly attempt: number }): boolean =>
  attempt === COMPENSATION_ATTEMPT;

/** What stands for a step where a compensation calls; blanks keep it apart from every step's id. */
export function compensatingStepId({ number, stepId }: Pick<Compensation, 'number' | 'stepId'>): string {
  return `${stepId} (compensation ${number})`;
}
