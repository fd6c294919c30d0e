import { rm } from 'node:fs/promises';
import { ConflictError } from '../domain/errors.ts';
import { shortId, type PlanId } from '../domain/ids.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { EventBus } from '../execution/event-bus.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { describeHolder, tryAcquireLease, type HeldLease } from '../execution/plan-lease.ts';
import { endSurvivors } from '../execution/plan-runner.ts';
import { liveFolder } from '../host/live-output-format.ts';
import type { Lease } from '../ports/lease-store.ts';
import type { PlanFootprint } from '../ports/plan-store.ts';
import { refuseInterrupted } from './acquire-plan.ts';
import type { Parts } from './parts.ts';
import { isSandbox } from './sandbox-folder.ts';

/** The rows that go, and what refuses before anything does. */
export interface DeleteOptions {
  /** Only says what would go. */
  readonly dryRun: boolean;
}

/**
 * Deletes a root plan with all that is stored of it; files of its workspace stay as they are.
 * @throws ConflictError `plan_held` while a process runs it, `operation_interrupted` while a rollback of it is half done, `is_subplan`, `survivor`; NotFoundError
 */
export async function deletePlan(
  parts: Parts,
  planId: PlanId,
  { dryRun }: DeleteOptions,
): Promise<PlanFootprint> {
  const { plans, leases } = await parts.storage();
  const plan = await plans.get(planId);
  const { root_plan_id: rootId } = plan;
  if (rootId !== planId) throw isSubplan(rootId);
  if (dryRun) {
    const holder = await leases.read(rootId);
    if (holder && parts.processes.liveness(holder.holder) !== 'gone') throw isHeld(rootId, holder);
    return await plans.footprint(rootId);
  }
  await refuseInterrupted(parts, rootId);
  const held = await tryAcquireLease(leases, parts.processes, rootId, 'command');
  if (!held) throw isHeld(rootId, await leases.read(rootId));
  await using lease = held;
  const journal = await LiveJournal.open({ plans, bus: new EventBus(), ...parts }, rootId, lease.lease.fence);
  // A tool that outlived its killed runner would go on changing files, and nobody would know whose it is.
  await endSurvivors(journal, parts.processes);
  return await deleteHeld(parts, plan, lease);
}

/** The same for who has the plan's lease, where nothing of it runs any more. @throws ConflictError `lease_lost`, NotFoundError */
export async function deleteHeld(
  parts: Parts,
  { plan_id: rootId, workspace }: PlanSummary,
  { lease: { fence } }: HeldLease,
): Promise<PlanFootprint> {
  const { plans } = await parts.storage();
  const gone = await plans.delete(rootId, fence);
  await rm(liveFolder(parts.home, rootId), { recursive: true, force: true });
  await removeSandbox(parts, workspace);
  return gone;
}

/** A fork of a sandboxed plan works in the same copy: it goes with the last of them. */
async function removeSandbox(parts: Parts, workspace: string): Promise<void> {
  if (!isSandbox(parts.home, workspace)) return;
  const { plans } = await parts.storage();
  const { items } = await plans.list({ workspace, limit: 1 });
  if (items.length === 0) await rm(workspace, { recursive: true, force: true });
}

function isHeld(rootId: PlanId, holder: Lease | null): ConflictError {
  return new ConflictError('plan_held', 'the plan is run by another process', {
    hint: describeHolder(holder),
    nextSteps: [`agents plan cancel ${shortId(rootId)}`],
  });
}

function isSubplan(rootId: PlanId): ConflictError {
  return new ConflictError('is_subplan', 'a subplan is deleted together with the plan that it belongs to', {
    nextSteps: [`agents plan delete ${shortId(rootId)} --dry-run`],
  });
}
