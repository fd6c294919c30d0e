import type { Trigger } from './checkpoint.ts';
import { ConflictError } from './errors.ts';
import { shortId, type CheckpointId, type PlanId } from './ids.ts';

/** How long automatic checkpoints stay; null: for ever. */
export interface RetentionRules {
  /** Of a root plan with its subplans; what has to stay counts too. */
  readonly maxPerPlan: number | null;
  readonly maxAgeMs: number | null;
}

/** Bytes that the object store holds too much, as far as checkpoints that went have not made up for them yet. */
export interface ByteBudget {
  over: number;
}

/** So many failures stay, the newest ones. */
export const KEPT_ERRORS = 10;

/** Why a checkpoint stays whatever the rules say. */
export const KEPT_BECAUSE = [
  'pinned',
  'labelled',
  'manual',
  'in_use',
  'last',
  'way_back',
  'forked',
  'error',
] as const;
export type KeptBecause = (typeof KEPT_BECAUSE)[number];

/** What holds a checkpoint in its place whatever the rules say. */
export interface Holds {
  readonly label: string | null;
  readonly trigger: Trigger;
  readonly pinned: boolean;
  /** A running or interrupted operation names it. */
  readonly isInUse: boolean;
  /** The newest of its plan, or the one that its plan's next will come after. */
  readonly isLast: boolean;
  /** The `pre_rollback` of the tree's last rollback. */
  readonly isWayBack: boolean;
  readonly isForked: boolean;
  /** One of the newest KEPT_ERRORS of its tree. */
  readonly isRecentError: boolean;
}

/** Why it stays; null: an automatic one that may go when its time has come. */
export function keptBecause(holds: Holds): KeptBecause | null {
  if (holds.pinned) return 'pinned';
  if (holds.label !== null) return 'labelled';
  if (holds.trigger === 'manual') return 'manual';
  if (holds.isInUse) return 'in_use';
  if (holds.isLast) return 'last';
  if (holds.isWayBack) return 'way_back';
  if (holds.isForked) return 'forked';
  return holds.isRecentError ? 'error' : null;
}

/** A checkpoint as retention looks at it. */
export interface RetainedCheckpoint {
  readonly id: CheckpointId;
  readonly plan_id: PlanId;
  readonly number: number;
  readonly seq: number;
  readonly trigger: Trigger;
  /** ISO 8601, UTC, milliseconds. */
  readonly created_at: string;
  /** New bytes that it added to the object store. */
  readonly bytes: number;
  /** null: it may go. */
  readonly kept: KeptBecause | null;
}

/**
 * Those that go now, of a part of a tree's checkpoints, oldest first: what is too old, and then as many as there are too many, or
 * until what they added makes up for what is stored too much. Much of that may be needed by others still, so rather too few go.
 * @param excess how many more there are than there may be
 * @param budget is charged with those that go
 */
export function chooseToPrune(
  oldestFirst: readonly RetainedCheckpoint[],
  excess: number,
  tooOldBefore: string | null,
  budget: ByteBudget = { over: 0 },
): readonly RetainedCheckpoint[] {
  let left = excess;
  return oldestFirst.filter(({ kept, created_at, bytes }) => {
    if (kept !== null) return false;
    const isTooOld = tooOldBefore !== null && created_at < tooOldBefore;
    if (!isTooOld && left <= 0 && budget.over <= 0) return false;
    left -= 1;
    budget.over -= bytes;
    return true;
  });
}

/** Numbers from the first to the last of each, both included. */
export type NumberRange = readonly [first: number, last: number];

/** Ascending numbers as few ranges. */
export function toRanges(numbers: readonly number[]): readonly NumberRange[] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

export function isInRanges(ranges: readonly NumberRange[], number: number): boolean {
  return ranges.some(([first, last]) => number >= first && number <= last);
}

/** The refusal for a place of the journal of which retention has left nothing but checkpoints. */
export function momentNotKept(rootId: PlanId, seq: number): ConflictError {
  const id = shortId(rootId);
  return new ConflictError('moment_not_kept', `what plan ${id} was like at event ${seq} is no longer kept`, {
    hint: 'of the time when checkpoints were pruned (core.checkpoints.retention) only those that stayed can be gone back to',
    nextSteps: [`agents plan checkpoint list ${id} --tree`],
  });
}

/** The refusal to prune what has changed since it was chosen. */
export function overtaken(rootId: PlanId): ConflictError {
  return new ConflictError('retention_overtaken', 'a checkpoint that was to be pruned has to stay by now', {
    hint: 'somebody pinned, labelled, forked or deleted it meanwhile; nothing was pruned',
    nextSteps: [`agents plan checkpoint prune ${shortId(rootId)}`],
  });
}
