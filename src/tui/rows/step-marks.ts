import type { List } from 'immutable';
import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { PlanId } from '../../domain/ids.ts';

/** More would leave no room for the name. */
const MARKS_SHOWN = 4;

type Index = ReadonlyMap<string, readonly Checkpoint[]>;
const known = new WeakMap<List<Checkpoint>, Index>();

const keyOf = (planId: PlanId, stepId: string): string => `${planId}/${stepId}`;

/** The last checkpoints of a step, oldest first. */
export function checkpointsOfStep(
  checkpoints: List<Checkpoint>,
  planId: PlanId,
  stepId: string,
): readonly Checkpoint[] {
  const index = known.get(checkpoints) ?? makeIndex(checkpoints);
  known.set(checkpoints, index);
  return index.get(keyOf(planId, stepId)) ?? [];
}

function makeIndex(checkpoints: List<Checkpoint>): Index {
  const index = new Map<string, Checkpoint[]>();
  for (const checkpoint of checkpoints) {
    if (checkpoint.step_id === null) continue;
    const key = keyOf(checkpoint.plan_id, checkpoint.step_id);
    const marks = index.get(key) ?? [];
    index.set(key, marks);
    marks.push(checkpoint);
    if (marks.length > MARKS_SHOWN) marks.shift();
  }
  return index;
}
