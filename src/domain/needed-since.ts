import { isFinal } from './event-handlers.ts';
import type { Json } from './json.ts';
import { runStateOf, stepOf, type PlanState, type ToolCallState, type TreeState } from './plan-state.ts';

/** Steps that need nothing of their attempts any more. */
const SETTLED: readonly string[] = ['complete', 'skipped', 'cancelled'];

/**
 * The place in the journal from which on whatever it says of files is needed, whatever is pruned: a write that was cut off goes back
 * to the tree before it, and with `restores` so does a failed attempt, to before its first write. Infinity: nothing is.
 * @param restores some step of the plan wants its failed attempts taken back
 */
export function neededSince(tree: TreeState, restores: boolean): number {
  let since = Infinity;
  for (const plan of tree.plans.values()) {
    const isAttempt = restores && plan.parentId !== null && !isFinal(runStateOf(plan));
    for (const { ord, value } of plan.parts.tool_calls.values()) {
      const call = value as unknown as ToolCallState;
      if (ord >= since || call.effect !== 'write') continue;
      if (call.status === 'running' || isAttempt || (restores && isUnsettled(plan, call))) since = ord;
    }
  }
  return since;
}

function isUnsettled(plan: PlanState, { step_id }: ToolCallState): boolean {
  const status = stepOf(plan, step_id)?.status;
  return !isFinal(runStateOf(plan)) && status !== undefined && !SETTLED.includes(status);
}

/** Whether a document, or one of those that it includes, has a step with `retries: {restore: workspace}`. */
export function hasRestores(...documents: readonly Json[]): boolean {
  return documents.some((document) => JSON.stringify(document).includes('"restore":"workspace"'));
}
