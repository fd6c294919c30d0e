import type { PlanId, Ulid } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { ProcessIdentity } from './process-table.ts';

export const REQUEST_KINDS = [
  'checkpoint',
  'mark',
  'pause',
  'resume',
  'cancel',
  'stop',
  'retry',
  'answer',
  'approve',
  'deny',
] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** What another process asks of the one that runs a plan. */
export interface PlanRequest {
  readonly id: Ulid;
  readonly root_plan_id: PlanId;
  /** The plan that was named: the root or a subplan. */
  readonly plan_id: PlanId;
  readonly kind: RequestKind;
  readonly args: Json;
  readonly asker: ProcessIdentity;
  readonly asked_at: string;
  /** What the runner says while it can't answer yet. */
  readonly progress: string | null;
  readonly answered_at: string | null;
  /** `{ok: true, ...}` or `{ok: false, error}`. */
  readonly result: Json;
}

export interface RequestStore {
  ask(request: PlanRequest): Promise<void>;
  /** Not yet answered, in the order in which they were asked, whatever the clocks of the askers said. */
  pending(rootId: PlanId): Promise<readonly PlanRequest[]>;
  /** null if it was withdrawn. */
  read(id: Ulid): Promise<PlanRequest | null>;
  setProgress(id: Ulid, progress: string): Promise<void>;
  /** The runner says "now": from here it can't be withdrawn. False if it was, or is claimed: then nothing may be done. */
  claim(id: Ulid): Promise<boolean>;
  /** Ends a request with its result. False if it was withdrawn meanwhile. */
  answer(id: Ulid, result: Json): Promise<boolean>;
  /** Takes a request back. False if it was claimed or answered already. */
  withdraw(id: Ulid): Promise<boolean>;
}
