import type { CallId } from '../../domain/ids.ts';
import type { PlanState, ToolCallState } from '../../domain/plan-state.ts';
import type { NodeRef } from '../rows/tree-row.ts';
import type { PlanView } from '../store/plan-view.ts';
import { planOfNode, plansWithin } from './node-plans.ts';

/** More would tail more files at a time than anyone reads. */
const CALLS_SHOWN = 16;

type Calls = PlanState['parts']['tool_calls'];
/** The running calls of a plan. A plan may have had thousands, and is asked for each frame. */
const running = new WeakMap<Calls, readonly CallId[]>();

/**
 * The calls whose output the log of a node shows, for `ViewStore.showOutput`: of a step all, of anything larger those
 * that run. The newest only, if they are many.
 */
export function callsShown(view: PlanView, node: NodeRef | null): readonly CallId[] {
  const calls = [...plansWithin(view, node)].flatMap((planId) =>
    runningCalls(view.tree.plans.get(planId) as PlanState),
  );
  const plan = planOfNode(view, node);
  if (plan && node?.kind === 'step') {
    calls.push(...callIds(plan.parts.tool_calls, ({ step_id }) => step_id === node.stepId));
  }
  // Ids are in the order of time.
  return calls.sort().slice(-CALLS_SHOWN);
}

function runningCalls({ parts: { tool_calls } }: PlanState): readonly CallId[] {
  const known = running.get(tool_calls) ?? callIds(tool_calls, ({ status }) => status === 'running');
  running.set(tool_calls, known);
  return known;
}

function callIds(calls: Calls, isWanted: (call: ToolCallState) => boolean): readonly CallId[] {
  const found: CallId[] = [];
  calls.forEach(({ value }) => {
    const call = value as unknown as ToolCallState;
    if (isWanted(call)) found.push(call.id);
  });
  return found;
}
