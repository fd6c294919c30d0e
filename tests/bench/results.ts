import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GoalResult } from './goal.ts';
import type { Noise } from './measure.ts';

/** Where the bench writes; not kept in the repository. */
export const RESULTS = fileURLToPath(new URL('results', import.meta.url));

/** What one run of the bench found of the goals it was asked for. */
export interface GoalRun {
  readonly at: string;
  readonly node: string;
  readonly noise: Noise;
  readonly goals: readonly GoalResult[];
}

/** Every run that was kept, oldest first. */
export function readRuns(): readonly GoalRun[] {
  if (!existsSync(RESULTS)) return [];
  return readdirSync(RESULTS)
    .filter((name) => name.startsWith('goals-'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as GoalRun);
}
