import { stat } from 'node:fs/promises';
import { openIn } from '../checkpoints/rollback-service.ts';
import { toAgeMs } from '../config/age.ts';
import { ConfigError } from '../domain/errors.ts';
import type { PlanId } from '../domain/ids.ts';
import { isOver, type PlanKeptBecause } from '../domain/plan-retention.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { tryAcquireLease } from '../execution/plan-lease.ts';
import { findSurvivors } from '../execution/plan-runner.ts';
import { settingsOf } from './capture-settings.ts';
import { deleteHeld } from './delete-plan.ts';
import type { Parts } from './parts.ts';
import { allRoots, countLeft, type PruneOptions } from './prune-plans.ts';
import { isSandbox } from './sandbox-folder.ts';

const PAGE = 500;
/** Somebody wanted to come back to one of its checkpoints. */
const HELD_BY = ['pinned', 'labelled', 'manual'] as const;

/** A root plan that ended longer ago than `core.plans.retention` of its folder says. */
export interface ExpiredPlan {
  readonly plan: PlanSummary;
  /** When the last thing happened to it, ISO 8601; that its checkpoints were pruned doesn't count. */
  readonly lastAt: string;
  /** Why it stays all the same; null: it is gone, or would go. */
  readonly kept: PlanKeptBecause | null;
}

/**
 * Deletes the plans that ended too long ago, the oldest first. Whatever speaks for one keeps it: to delete it after all is for a person.
 * @throws StorageError
 */
export async function expirePlans(parts: Parts, options: PruneOptions): Promise<readonly ExpiredPlan[]> {
  const { dryRun, signal, onProgress } = options;
  const roots = await allRoots(parts);
  const forked = new Set(roots.map(({ forked_from }) => forked_from?.plan_id));
  const expired: ExpiredPlan[] = [];
  for (const [index, plan] of roots.entries()) {
    signal.throwIfAborted();
    onProgress(`plans: ${index}`);
    if (!isOver(plan.state)) continue;
    const before = await bound(parts, plan);
    if (before === null) continue;
    if (before === undefined) {
      expired.push({ plan, lastAt: plan.updated_at, kept: 'settings' });
      continue;
    }
    const lastAt = plan.created_at < before ? await lastTouched(parts, plan) : plan.updated_at;
    if (lastAt >= before) continue;
    const kept = forked.has(plan.plan_id) ? 'forked' : await expire(parts, plan, dryRun);
    expired.push({ plan, lastAt, kept });
  }
  return expired;
}

/** Before when its last event has to be; null: plans of its folder stay for ever; undefined: its settings can't be read. */
async function bound(parts: Parts, plan: PlanSummary): Promise<string | null | undefined> {
  try {
    const { retention } = (await settingsOf(parts, plan)).config.core.plans;
    return retention === null ? null : new Date(parts.clock.now() - toAgeMs(retention)).toISOString();
  } catch (thrown) {
    if (thrown instanceof ConfigError) return undefined;
    throw thrown;
  }
}

/** Retention itself writes to a journal for weeks after the plan has ended: nobody did anything with the plan then. */
async function lastTouched(parts: Parts, { plan_id }: PlanSummary): Promise<string> {
  const { plans } = await parts.storage();
  for (let end = (await plans.head(plan_id)).seq; ; end -= PAGE) {
    const events = await plans.events(plan_id, Math.max(0, end - PAGE), PAGE);
    // There is one: a journal begins with how its plan was made.
    const last = events.findLast(({ type }) => type !== 'checkpoint.pruned');
    if (last) return last.at;
  }
}

async function expire(parts: Parts, plan: PlanSummary, dryRun: boolean): Promise<PlanKeptBecause | null> {
  const { plan_id, workspace } = plan;
  // What it made may be nowhere else, applied or not: where the folder has other versions, those stay there.
  if (isSandbox(parts.home, workspace)) return 'sandbox';
  // It may come back: a disk that isn't mounted, a folder that was moved.
  if (!(await isFolder(workspace))) return 'folder';
  const { leases } = await parts.storage();
  if (dryRun) {
    const lease = await leases.read(plan_id);
    if (lease && parts.processes.liveness(lease.holder) !== 'gone') return 'running';
    return await whyKept(parts, plan_id);
  }
  await using held = await tryAcquireLease(leases, parts.processes, plan_id, 'command');
  if (!held || (await isTouched(parts, plan))) return 'running';
  const kept = await whyKept(parts, plan_id);
  if (kept === null) await deleteHeld(parts, plan, held);
  return kept;
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** Since it was looked at. */
async function isTouched(parts: Parts, { plan_id, updated_at }: PlanSummary): Promise<boolean> {
  const { plans } = await parts.storage();
  return (await plans.get(plan_id)).updated_at !== updated_at;
}

/** What of it somebody may still want. */
async function whyKept(parts: Parts, rootId: PlanId): Promise<PlanKeptBecause | null> {
  const stores = await parts.storage();
  if ((await openIn(stores, rootId)).length > 0) return 'interrupted';
  if (findSurvivors({ tree: await stores.plans.stateAt(rootId) }, parts.processes).length > 0)
    return 'survivor';
  const { kept } = await countLeft(parts, rootId, new Set());
  return HELD_BY.find((why) => kept[why]) ?? null;
}
