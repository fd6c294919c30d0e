import { chooseBatches, pruneCheckpoints } from '../checkpoints/prune-checkpoints.ts';
import { openIn } from '../checkpoints/rollback-service.ts';
import { ConfigError } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import { hasRestores } from '../domain/needed-since.ts';
import type { PlanRecord, PlanSummary } from '../domain/plan.ts';
import type { ByteBudget, KeptBecause } from '../domain/retention.ts';
import { EventBus } from '../execution/event-bus.ts';
import { LiveJournal } from '../execution/live-journal.ts';
import { tryAcquireLease } from '../execution/plan-lease.ts';
import { captureSettings } from './capture-settings.ts';
import type { Parts } from './parts.ts';
import { openGarbage } from './storage-care.ts';

/** What retention did, or would do, to a root plan with its subplans. */
export interface PrunedPlan {
  readonly planId: PlanId;
  readonly name: string;
  readonly pruned: number;
  /** How many stay. */
  readonly left: number;
  /** How many of those stay whatever retention says, and why. */
  readonly kept: Readonly<Partial<Record<KeptBecause, number>>>;
  /** Why it was left alone: a process runs it (and prunes it itself), a rollback of it is half done, its folder's settings are invalid. */
  readonly skipped: 'running' | 'interrupted' | 'settings' | null;
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
 * @param planId a root plan; null: every one there is, the oldest first
 * @throws ConfigError for the plan that was named, StorageError, NotFoundError
 */
export async function prunePlans(
  parts: Parts,
  planId: PlanId | null,
  options: PruneOptions,
): Promise<readonly PrunedPlan[]> {
  const { plans } = await parts.storage();
  const done: PrunedPlan[] = [];
  const store = new StoredBytes(parts, options);
  const all = planId === null ? (await allRoots(parts)).map(({ plan_id }) => plan_id) : [planId];
  for (const id of all) {
    options.signal.throwIfAborted();
    options.onProgress(`plans: ${done.length}`);
    const plan = await plans.get(id);
    const pruning = prunePlan(parts, plan, options, store);
    done.push(
      await (planId === null ? pruning.catch((thrown: unknown) => unreadable(plan, thrown)) : pruning),
    );
  }
  return done;
}

/** One folder's mistake must not keep all others from their bounds. */
function unreadable({ plan_id: planId, name, checkpoints: left }: PlanRecord, thrown: unknown): PrunedPlan {
  if (!(thrown instanceof ConfigError)) throw thrown;
  return { planId, name, pruned: 0, left, kept: {}, skipped: 'settings' };
}

/** Every root plan there is, the oldest first. */
export async function allRoots(parts: Parts): Promise<readonly PlanSummary[]> {
  const { plans } = await parts.storage();
  const roots: PlanSummary[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof plans.list>> = await plans.list(
      cursor === null ? { limit: PAGE } : { limit: PAGE, cursor },
    );
    roots.unshift(...page.items.toReversed());
    cursor = page.nextCursor;
  } while (cursor !== null);
  return roots;
}

async function prunePlan(
  parts: Parts,
  plan: PlanRecord,
  { dryRun, signal }: PruneOptions,
  store: StoredBytes,
): Promise<PrunedPlan> {
  const stores = await parts.storage();
  const { plan_id: planId, name } = plan;
  const { retention: rules } = await captureSettings(parts, plan);
  const budget = await store.budgetFor(rules.maxBytes);
  const order = { rules, now: parts.clock.now(), budget };
  if (dryRun) {
    const gone = new Set<string>();
    for await (const batch of chooseBatches(stores, planId, order)) for (const { id } of batch) gone.add(id);
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
  const pruned = await pruneCheckpoints(stores, journal, { ...order, restores }, signal);
  return { planId, name, pruned, ...(await countLeft(parts, planId, new Set())), skipped: null };
}

/** How much the object store of the home holds, and how much of it went with checkpoints since it was measured. */
class StoredBytes {
  readonly #parts: Parts;
  readonly #options: PruneOptions;
  #measured: number | null = null;
  #budget: ByteBudget = { over: 0 };
  #most = 0;

  constructor(parts: Parts, options: PruneOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** For the checkpoints of one plan, whose settings allow so much; what others made up for counts. */
  async budgetFor(maxBytes: number | null): Promise<ByteBudget> {
    if (maxBytes === null) return { over: 0 };
    this.#measured ??= await this.#measure(maxBytes);
    const madeUp = this.#most === 0 ? 0 : this.#measured - this.#most - this.#budget.over;
    this.#most = maxBytes;
    this.#budget = { over: this.#measured - maxBytes - madeUp };
    return this.#budget;
  }

  /** What nobody needs any more doesn't count, so it goes first. */
  async #measure(maxBytes: number): Promise<number> {
    const garbage = await openGarbage(this.#parts);
    const measure = async (): Promise<number> => {
      const { trees, contents } = await garbage.usage();
      return trees.bytes + contents.bytes;
    };
    try {
      const before = await measure();
      if (before <= maxBytes || this.#options.dryRun) return before;
      await garbage.collect({ signal: this.#options.signal, unasked: true });
      return await measure();
    } finally {
      await garbage.close();
    }
  }
}

/** How many checkpoints of a tree stay, and how many of them whatever retention says. @param gone ids that don't count */
export async function countLeft(
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
