import { setImmediate as breathe } from 'node:timers/promises';
import { ConflictError } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import { neededSince } from '../domain/needed-since.ts';
import { phaseOf, type PlanState } from '../domain/plan-state.ts';
import {
  chooseToPrune,
  toRanges,
  type ByteBudget,
  type RetainedCheckpoint,
  type RetentionRules,
} from '../domain/retention.ts';
import type { CheckpointStore } from '../ports/checkpoint-store.ts';
import type { PlanJournal } from '../ports/plan-journal.ts';
import type { PlanStore, SweepPlace } from '../ports/plan-store.ts';
import { lastApply, type AppliedEvent } from './sandbox.ts';

/** Checkpoints in one transaction, and in one event: a few milliseconds. */
const BATCH = 100;
/** Parts of states that one transaction looks at. */
const SWEPT_AT_ONCE = 400;

export interface RetentionStores {
  readonly plans: Pick<PlanStore, 'prunedTo' | 'sweepStates' | 'eventsOfType'>;
  readonly checkpoints: Pick<CheckpointStore, 'count' | 'oldest'>;
}

export interface PruneOrder {
  readonly rules: RetentionRules;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Some step of the plan wants its failed attempts taken back. */
  readonly restores: boolean;
  /** What is stored too much, if anything is. */
  readonly budget?: ByteBudget;
}

/** Those of a tree that are to go, in batches, oldest first; who deletes one before asking for the next is not confused. */
export async function* chooseBatches(
  { checkpoints }: Pick<RetentionStores, 'checkpoints'>,
  rootId: PlanId,
  { rules: { maxPerPlan, maxAgeMs }, now, budget = { over: 0 } }: Omit<PruneOrder, 'restores'>,
): AsyncGenerator<readonly RetainedCheckpoint[]> {
  let excess = maxPerPlan === null ? 0 : (await checkpoints.count(rootId)) - maxPerPlan;
  const tooOldBefore = maxAgeMs === null ? null : new Date(now - maxAgeMs).toISOString();
  for (let after = 0; ;) {
    const page = await checkpoints.oldest(rootId, after, BATCH);
    const chosen = chooseToPrune(page, excess, tooOldBefore, budget);
    excess -= chosen.length;
    if (chosen.length > 0) yield chosen;
    const last = page.at(-1);
    const isYoung = tooOldBefore === null || (last?.created_at ?? '') >= tooOldBefore;
    if (!last || page.length < BATCH || (excess <= 0 && isYoung && budget.over <= 0)) return;
    after = last.seq;
  }
}

/**
 * Deletes what the rules don't keep of a plan with its subplans, in small transactions that others get in between, and then the past
 * states that nothing needs any more. For the holder of the plan's lease. Objects are left to a collection.
 * @returns how many went
 * @throws StorageError, ConflictError `lease_lost`
 */
export async function pruneCheckpoints(
  stores: RetentionStores,
  journal: PlanJournal,
  order: PruneOrder,
  signal?: AbortSignal,
): Promise<number> {
  const { rootId } = journal;
  let since: number | null = null;
  let pruned = 0;
  for await (const batch of chooseBatches(stores, rootId, order)) {
    if (signal?.aborted) break;
    // What starts later is needed from later on.
    since ??= await keptWholeSince(stores, journal, order.restores);
    if (!(await commitBatch(stores, journal, batch, since))) break;
    pruned += batch.length;
    await breathe();
  }
  if (pruned > 0) await sweepStates(stores, rootId, signal);
  return pruned;
}

/** One event for all of them. False: something about one of them has changed, so whoever wants it has to choose again. */
async function commitBatch(
  { plans }: RetentionStores,
  journal: PlanJournal,
  batch: readonly RetainedCheckpoint[],
  since: number,
): Promise<boolean> {
  const { rootId } = journal;
  const last = Math.max(...batch.map(({ seq }) => seq));
  const to_seq = Math.max(await plans.prunedTo(rootId), Math.min(last, since - 1));
  const numbers = toRanges(batch.map(({ number }) => number).toSorted((a, b) => a - b));
  const payload = { count: batch.length, numbers, to_seq };
  try {
    await journal.commit([{ type: 'checkpoint.pruned', plan_id: rootId, payload }]);
    return true;
  } catch (thrown) {
    if (thrown instanceof ConflictError && thrown.code === 'retention_overtaken') return false;
    throw thrown;
  }
}

/** The place from which on nothing is thinned out. */
async function keptWholeSince(
  { plans }: RetentionStores,
  { rootId, tree }: PlanJournal,
  restores: boolean,
): Promise<number> {
  const since = neededSince(tree, restores);
  if (phaseOf(tree.plans.get(rootId) as PlanState) !== 'apply') return since;
  // An apply that is taken back leads to the moment before it, where no checkpoint need be.
  const applied = (await lastApply(plans, rootId)) as AppliedEvent;
  return Math.min(since, applied.seq - 1);
}

/** Past states of a tree that nothing needs. Broken off, it is done again after the next pruning. */
export async function sweepStates(
  { plans }: Pick<RetentionStores, 'plans'>,
  rootId: PlanId,
  signal?: AbortSignal,
): Promise<number> {
  let deleted = 0;
  for (let place: SweepPlace | null = null; ;) {
    const swept: Awaited<ReturnType<PlanStore['sweepStates']>> = await plans.sweepStates(
      rootId,
      place,
      SWEPT_AT_ONCE,
    );
    deleted += swept.deleted;
    place = swept.next;
    if (place === null || signal?.aborted) return deleted;
    await breathe();
  }
}
