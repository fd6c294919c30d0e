import { ConflictError } from '../domain/errors.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { Lease, LeaseStore } from '../ports/lease-store.ts';
import type { ProcessTable } from '../ports/process-table.ts';

/** How long after a heartbeat its holder is taken to have lived: as long as until the next one, also if that was held up. */
export const SIGN_LASTS_MS = 1000;
const HEARTBEAT_MS = SIGN_LASTS_MS / 2;

/** A lease that this process holds, kept alive until it is given up. */
export class HeldLease implements AsyncDisposable {
  readonly lease: Lease;
  readonly #leases: LeaseStore;
  readonly #timer: NodeJS.Timeout;
  #lost = false;

  constructor(leases: LeaseStore, lease: Lease) {
    this.#leases = leases;
    this.lease = lease;
    this.#timer = setInterval(() => void this.beat(), HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** True once another process took it; every commit fails from then on. */
  get lost(): boolean {
    return this.#lost;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#leases.release(this.lease);
  }

  /** Says that this process is alive; the timer does it twice a second. */
  async beat(): Promise<void> {
    // A beat that the database refuses is no loss: the next commit finds out, with its own error.
    const alive = await this.#leases.heartbeat(this.lease).catch(() => true);
    if (!alive) this.#lost = true;
  }
}

/** How a living holder is called in messages; null: it had none when it was read. */
export function describeHolder(lease: Lease | null): string {
  if (lease === null) return 'it took the plan in this moment';
  return `pid ${lease.holder.pid} on ${lease.holder.host}, since ${lease.since}`;
}

/**
 * Takes the lease if it is free or its holder is gone; null if another holds it (`read` tells who).
 */
export async function tryAcquireLease(
  leases: LeaseStore,
  processes: ProcessTable,
  rootId: PlanId,
  role: Lease['role'],
): Promise<HeldLease | null> {
  const present = await leases.read(rootId);
  if (present && processes.liveness(present.holder) !== 'gone') return null;
  const lease = await leases.acquire(rootId, processes.self, role, present?.fence ?? null);
  return lease && new HeldLease(leases, lease);
}

/** Grace for a holder to end its tools and give up the lease by itself. */
const TAKE_OVER_GRACE_MS = 5000;

/**
 * Takes the lease from whoever holds it: a living holder of this host is ended first.
 * @throws ConflictError if it can't be ended, or lives where this process can't see
 */
export async function takeOverLease(
  leases: LeaseStore,
  processes: ProcessTable,
  rootId: PlanId,
): Promise<HeldLease> {
  const present = await leases.read(rootId);
  if (present && processes.liveness(present.holder) === 'unknown') throw heldElsewhere(present);
  if (present && processes.liveness(present.holder) === 'alive') {
    const left = await processes.end([present.holder.pid], TAKE_OVER_GRACE_MS);
    if (left.length > 0) throw leaseHeld(present);
  }
  const held = await tryAcquireLease(leases, processes, rootId, 'runner');
  if (!held) throw leaseHeld(await leases.read(rootId));
  return held;
}

function heldElsewhere(lease: Lease): ConflictError {
  return new ConflictError('lease_held_elsewhere', `the plan is held by ${describeHolder(lease)}`, {
    hint: 'that is another host or container: from here nobody can tell whether it is still running',
    nextSteps: [`run the command on ${lease.holder.host}`],
  });
}

/** The refusal when another process runs the plan. */
export function leaseHeld(lease: Lease | null): ConflictError {
  const id = lease ? shortId(lease.rootId) : 'PLAN';
  return new ConflictError('plan_held', 'the plan is run by another process', {
    hint: describeHolder(lease),
    nextSteps: [`agents plan watch ${id}`, `agents plan execute ${id} --take-over`],
  });
}
