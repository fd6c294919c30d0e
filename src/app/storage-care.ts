import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

const DAY_MS = 86_400_000;
/** Nobody waits longer for it. */
const AT_MOST_MS = 10_000;

/**
 * Frees what only pruned checkpoints held: at most once a day, for a few seconds; what isn't done then is done the next time. What is
 * in its way is no fault of the run that has just ended: `agents storage gc` says it.
 */
export async function collectNowAndThen(parts: Parts): Promise<void> {
  const stamp = join(parts.home, 'collected');
  const last = await stat(stamp).catch(() => null);
  if (last && parts.clock.now() - last.mtimeMs < DAY_MS) return;
  await writeFile(stamp, '', { mode: 0o600 });
  const garbage = await openGarbage(parts);
  await garbage.collect({ signal: AbortSignal.timeout(AT_MOST_MS) }).catch(() => undefined);
  await garbage.close();
}

/** Plans as files. The caller closes it. */
export async function openArchive({ home, processes, ids, clock, storage }: Parts): Promise<PlanArchive> {
  await storage();
  const now = (): number => clock.now();
  return await openPlanArchive({ home, durability: 'full', childrenOf, self: processes.self, ids, now });
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
