import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { PlanId } from '../../domain/ids.ts';
import type { Timeline } from '../store/timeline.ts';

/** More would leave no room for the name. */
const MARKS_SHOWN = 4;

/** The last checkpoints of a step, oldest first. */
export function checkpointsOfStep(
  checkpoints: Timeline,
  planId: PlanId,
  stepId: string,
): readonly Checkpoint[] {
  return checkpoints.lastOfStep(planId, stepId, MARKS_SHOWN);
}

/** True if two steps' marks look the same. */
export const isSameMarks = (a: readonly Checkpoint[], b: readonly Checkpoint[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);
