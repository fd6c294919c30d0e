import type { JsonObject } from '../domain/json.ts';
import type { PlanId } from '../domain/ids.ts';

/** A call that is about to be made: all that a person needs to judge it. */
export interface IntendedCall {
  readonly planId: PlanId;
  readonly stepId: string;
  readonly tool: string;
  /** The arguments, redacted. */
  readonly input: JsonObject;
  /** What it would change in files, as a unified diff, where that can be told; redacted. */
  readonly diff: string | null;
}

/** Says whether a call may be made. */
export interface CallPermission {
  /** True if a person would be asked: only then is it worth telling what it would change. */
  asks(tool: string, input: JsonObject): boolean;
  /**
   * Resolves once the call may be made.
   * @throws PlanError `not_permitted`; whatever lets the plan rest while a person is waited for
   */
  require(call: IntendedCall): Promise<void>;
}
