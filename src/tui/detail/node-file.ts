import type { ToolCallState } from '../../domain/plan-state.ts';
import type { NodeRef } from '../rows/tree-row.ts';
import type { PlanView } from '../store/plan-view.ts';
import { planOfNode } from './node-plans.ts';

/** The path that the newest call of a step gave as its own, below the plan's folder; null: it has none. */
export function fileOfNode(view: PlanView, node: NodeRef): string | null {
  if (node.kind !== 'step') return null;
  let newest: string | null = null;
  planOfNode(view, node)?.parts.tool_calls.forEach(({ value }) => {
    const { step_id, result } = value as unknown as ToolCallState;
    if (step_id === node.stepId) newest = pathIn(result) ?? newest;
  });
  return newest;
}

function pathIn(result: unknown): string | null {
  if (result === null || typeof result !== 'object' || !('path' in result)) return null;
  return typeof result.path === 'string' ? result.path : null;
}
