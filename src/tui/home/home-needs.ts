import { isFinal } from '../../domain/event-handlers.ts';
import type { HomePlan } from '../../ports/home-source.ts';

/** What a plan needs of a person, the most urgent first. */
export const NEEDS = ['answer', 'failed', 'lost', null] as const;
export type Need = (typeof NEEDS)[number];

export function needOf({ plan, waiting, isRun }: HomePlan): Need {
  if (plan.state === 'errored') return 'failed';
  if (isFinal(plan.state)) return null;
  if (waiting > 0) return 'answer';
  return plan.state === 'processing' && !isRun ? 'lost' : null;
}

/** Nobody runs it, and it isn't over for good: a failed one goes on at its failed step. */
export const canGoOn = ({ plan, isRun }: HomePlan): boolean =>
  !isRun && (plan.state === 'errored' || !isFinal(plan.state));
