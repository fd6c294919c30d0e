import type { RunState } from './plan.ts';

/** Why a plan that ended long ago is kept whole. */
export const PLAN_KEPT_BECAUSE = [
  'running',
  'interrupted',
  'survivor',
  'settings',
  'folder',
  'sandbox',
  'forked',
  'pinned',
  'labelled',
  'manual',
] as const;
export type PlanKeptBecause = (typeof PLAN_KEPT_BECAUSE)[number];

/** One that failed has not ended like that: it waits for somebody who tries it again. */
const OVER: readonly RunState[] = ['complete', 'cancelled', 'applied'];

/** Whether nobody is expected to go on with a plan. */
export function isOver(state: RunState): boolean {
  return OVER.includes(state);
}
