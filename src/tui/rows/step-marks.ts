import type { List } from 'immutable';
import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { PlanId } from '../../domain/ids.ts';

/** More would leave no room for the name. */
const MARKS_SHOWN = 4;

const NO_MARKS: readonly Checkpoint[] = [];

/** The last checkpoints of each step of one list. */
interface Index {
  readonly checkpoints: List<Checkpoint>;
  readonly marks: Map<string, readonly Checkpoint[]>;
}

// A list mostly has one more than the one before: only that is new.
let last: Index | null = null;

const keyOf = (planId: PlanId, stepId: string): string => `${planId}/${stepId}`;

/** The last checkpoints of a step, oldest first; the same array as long as they are the same. */
export function checkpointsOfStep(
  checkpoints: List<Checkpoint>,
  planId: PlanId,
  stepId: string,
): readonly Checkpoint[] {
  if (last?.checkpoints !== checkpoints) last = indexOf(checkpoints, last);
  return last.marks.get(keyOf(planId, stepId)) ?? NO_MARKS;
}

function indexOf(checkpoints: List<Checkpoint>, before: Index | null): Index {
  const known = before && isBeginning(before.checkpoints, checkpoints) ? before : null;
  const marks = known?.marks ?? new Map<string, readonly Checkpoint[]>();
  for (const checkpoint of checkpoints.slice(known?.checkpoints.size ?? 0)) {
    if (checkpoint.step_id === null) continue;
    const key = keyOf(checkpoint.plan_id, checkpoint.step_id);
    marks.set(key, [...(marks.get(key) ?? NO_MARKS), checkpoint].slice(-MARKS_SHOWN));
  }
  return { checkpoints, marks };
}

/** Checkpoints only go by being deleted: with the same number of them before the same one, none is gone. */
function isBeginning(before: List<Checkpoint>, after: List<Checkpoint>): boolean {
  return before.size > 0 && after.get(before.size - 1) === before.last() && before.first() === after.first();
}
