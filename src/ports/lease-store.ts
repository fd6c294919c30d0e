import type { EarlierHolder } from '../domain/earlier-holders.ts';
import type { PlanId } from '../domain/ids.ts';
import type { ProcessIdentity } from './process-table.ts';

export interface Lease {
  readonly rootId: PlanId;
  readonly holder: ProcessIdentity;
  /** Grows with every acquisition; every append carries it. */
  readonly fence: number;
  /** `runner` executes the plan and answers requests; `command` only holds it for a moment. */
  readonly role: 'runner' | 'command';
  readonly since: string;
  readonly heartbeat_at: string;
  /** The holders that were gone when another took the lease from them, since it was last given up: oldest first, the last few. */
  readonly earlier?: readonly EarlierHolder[];
}

/** One writer per root plan. A lease never expires by time: it is free when its holder is gone or gave it up. */
export interface LeaseStore {
  read(rootId: PlanId): Promise<Lease | null>;
  /**
   * Takes the lease if it is free, or if `replaceFence` names the present one (its holder is gone).
   * Resolves null if another holds it.
   */
  acquire(
    rootId: PlanId,
    holder: ProcessIdentity,
    role: Lease['role'],
    replaceFence: number | null,
  ): Promise<Lease | null>;
  /** Says that the holder is alive. False: the lease is lost. */
  heartbeat(lease: Lease): Promise<boolean>;
  /** Gives it up; nothing if it is another's by now. */
  release(lease: Lease): Promise<void>;
}
