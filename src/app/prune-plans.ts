import { chooseBatches, pruneCheckpoints } from '../checkpoints/prune-checkpoints.ts';
import { openIn } from '../checkpoints/rollback-service.ts';
import type { PlanId } from '../domain/ids.ts';
import { hasRestores } from '../domain/needed-since.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { KeptBecause } from '../domain/retention.ts';
import { EventBus } from '../execution/event-bus.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { tryAcquireLease } from '../execution/plan-lease.ts';
import { captureSettings } from './capture-settings.ts';
import type { Parts } from './parts.ts';

/** What retention did, or would do, to a root plan with its subplans. */
export interface PrunedPlan {
  readonly planId: PlanId;
  readonly name: string;
  readonly pruned: number;
  /** How many stay. */
  readonly left: number;
  /** How many of those stay whatever retention says, and why. */
  readonly kept: Readonly<Partial<Record<KeptBecause, number>>>;
  /** Why it was left alone: a process runs it (and prunes it itself), or a rollback of it is half done. */
  readonly skipped: 'running' | 'interrupted' | null;
}

export interface PruneOptions {
  /** Only says what would go. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

const PAGE = 500;

/**
 * Deletes what the settings of each plan's folder don't keep.
 * @param planId a root plan; null: every one there is
 * @throws ConfigError, StorageError, NotFoundError
 */
export async function prunePlans(
  parts: Parts,
  planId: PlanId | null,
  options: PruneOptions,
): Promise<readonly PrunedPlan[]> {
  const { plans } = await parts.storage();
  const done: PrunedPlan[] = [];
  for (const id of planId === null ? await allRoots(parts) : [planId]) {
    options.signal.throwIfAborted();
    options.onProgress(`plans: ${done.length}`);
    done.push(await prunePlan(parts, await plans.get(id), options));
  }
  return done;
}

async function allRoots(parts: Parts): Promise<readonly PlanId[]> {
  const { plans } = await parts.storage();
  const ids: PlanId[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof plans.list>> = await plans.list(
      cursor === null ? { limit: PAGE } : { limit: PAGE, cursor },
    );
    ids.push(...page.items.map(({ plan_id }) => plan_id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

async function prunePlan(
  parts: Parts,
  plan: PlanRecord,
  { dryRun, signal }: PruneOptions,
): Promise<PrunedPlan> {
  const stores = await parts.storage();
  const { plan_id: planId, name } = plan;
  const { retention: rules } = await captureSettings(parts, plan);
  const now = parts.clock.now();
  if (dryRun) {
    const gone = new Set<string>();
    for await (const batch of chooseBatches(stores, planId, rules, now))
      for (const { id } of batch) gone.add(id);
    return { planId, name, pruned: gone.size, ...(await countLeft(parts, planId, gone)), skipped: null };
  }
  const [interrupted] = await openIn(stores, planId);
  await using held = interrupted
    ? null
    : await tryAcquireLease(stores.leases, parts.processes, planId, 'command');
  if (!held) {
    const skipped = interrupted ? 'interrupted' : 'running';
    return { planId, name, pruned: 0, ...(await countLeft(parts, planId, new Set())), skipped };
  }
  const deps = { plans: stores.plans, bus: new EventBus(), clock: parts.clock, ids: parts.ids };
  const journal = await LiveJournal.open(deps, planId, held.lease.fence);
  const restores = hasRestores(plan.document, plan.included_documents);
  const pruned = await pruneCheckpoints(stores, journal, { rules, now, restores }, signal);
  return { planId, name, pruned, ...(await countLeft(parts, planId, new Set())), skipped: null };
}

async function countLeft(
  parts: Parts,
  rootId: PlanId,
  gone: ReadonlySet<string>,
): Promise<Pick<PrunedPlan, 'left' | 'kept'>> {
  const { checkpoints } = await parts.storage();
  const kept: Partial<Record<KeptBecause, number>> = {};
  let left = 0;
  for (let after = 0; ;) {
    const page = await checkpoints.oldest(rootId, after, PAGE);
    for (const { id, kept: why } of page) {
      if (gone.has(id)) continue;
      left += 1;
      if (why !== null) kept[why] = (kept[why] ?? 0) + 1;
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return { left, kept };
    after = last.seq;
  }
}
