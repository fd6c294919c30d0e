import { ConflictError } from '../domain/errors.ts';
import { shortId, type CheckpointId, type PlanId } from '../domain/ids.ts';
import { EventBus } from '../execution/event-bus.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { describeHolder, tryAcquireLease } from '../execution/plan-lease.ts';
import type { ObjectGarbage } from '../ports/object-garbage.ts';
import type { PlanArchive } from '../ports/plan-archive.ts';
import { openObjectGarbage } from '../storage/object-garbage.ts';
import { openPlanArchive } from '../storage/plan-archive.ts';
import { childrenOf } from '../workspace/tree-codec.ts';
import type { Parts } from './parts.ts';

/** Everything that is stored, to be looked after. The caller closes it. */
export async function openGarbage({ home, processes, clock, storage }: Parts): Promise<ObjectGarbage> {
  // Makes and upgrades the databases where need be: the garbage's own door does neither.
  await storage();
  return await openObjectGarbage({ home, processes, childrenOf, now: () => clock.now() });
}

/** Plans as files. The caller closes it. */
export async function openArchive({ home, processes, ids, clock, storage }: Parts): Promise<PlanArchive> {
  await storage();
  const now = (): number => clock.now();
  return await openPlanArchive({ home, durability: 'full', childrenOf, processes, ids, now });
}

/**
 * Takes one checkpoint out of a plan's history.
 * @throws ConflictError why it is kept, or `plan_held` while a process runs the plan; NotFoundError
 */
export async function deleteCheckpoint(parts: Parts, rootId: PlanId, id: CheckpointId): Promise<void> {
  const { clock, ids, processes } = parts;
  const { plans, leases, checkpoints } = await parts.storage();
  const refusal = await checkpoints.refusalToDelete(id);
  if (refusal) throw refusal;
  await using held = await tryAcquireLease(leases, processes, rootId, 'command');
  if (!held) {
    throw new ConflictError('plan_held', 'the plan is run by another process', {
      hint: describeHolder(await leases.read(rootId)),
      nextSteps: [`agents plan pause ${shortId(rootId)}`, `agents plan stop ${shortId(rootId)}`],
    });
  }
  const journal = await LiveJournal.open(
    { plans, bus: new EventBus(), clock, ids },
    rootId,
    held.lease.fence,
  );
  const { number, plan_id } = await checkpoints.resolve(rootId, id);
  const payload = { checkpoint_id: id, number };
  await journal.commit([{ type: 'checkpoint.deleted', plan_id, payload }]);
}
