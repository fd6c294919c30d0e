import { interruptedError, openIn } from '../checkpoints/rollback-service.ts';
import { whatOf } from '../checkpoints/rollback-progress.ts';
import { leaseHeld, takeOverLease, tryAcquireLease, type HeldLease } from '../execution/plan-lease.ts';
import type { Storage } from '../storage/open-storage.ts';
import type { Parts } from './parts.ts';

const COMMAND_WAIT_MS = 5000;
const COMMAND_POLL_MS = 20;

/** The lease of a plan that is going to run. @throws ConflictError if another process runs it */
export async function acquirePlan(
  parts: Parts,
  storage: Storage,
  rootId: string,
  takeOver: boolean,
): Promise<HeldLease> {
  const { leases } = storage;
  if (takeOver) return await takeOverLease(leases, parts.processes, rootId);
  for (const endsAt = parts.clock.elapsed() + COMMAND_WAIT_MS; ; await parts.clock.sleep(COMMAND_POLL_MS)) {
    const held = await tryAcquireLease(leases, parts.processes, rootId, 'runner');
    if (held) return held;
    const holder = await leases.read(rootId);
    // A command has it for a moment only: a checkpoint by key, just as the plan starts.
    const isForAMoment = holder === null || holder.role === 'command';
    if (!isForAMoment || parts.clock.elapsed() > endsAt) throw leaseHeld(holder);
  }
}

/** @throws ConflictError `operation_interrupted` if a rollback of the plan was cut off: its files may be half way */
export async function refuseInterrupted(parts: Parts, rootId: string): Promise<void> {
  const [left] = await openIn(await parts.storage(), rootId);
  if (left) throw interruptedError({ what: whatOf(left.progress), startedAt: left.started_at });
}
