import { captureGoals } from './capture-goals.ts';
import { engineGoals } from './engine-goals.ts';
import { fileCheckpointGoals } from './file-checkpoint-goals.ts';
import type { Goal } from './goal.ts';
import { startGoals } from './start-goals.ts';
import { stateGoals } from './state-goals.ts';

/** Every row of the table in docs/performance.md, in its order. */
export const GOALS: readonly Goal[] = [
  ...stateGoals,
  ...fileCheckpointGoals,
  ...captureGoals,
  ...engineGoals,
  ...startGoals,
].toSorted((a, b) => a.number - b.number);
