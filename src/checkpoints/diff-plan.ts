import type { Checkpoint } from '../domain/checkpoint.ts';
import { diffStates } from '../domain/state-diff.ts';
import type { PlanState } from '../domain/plan-state.ts';
import { snapshotOf } from '../domain/state-snapshot.ts';
import type { PlanRecord } from '../domain/plan.ts';
import type { PlanDifference } from '../ports/rollback-control.ts';
import { captureNow, type RollbackDependencies, type Working } from './rollback-dependencies.ts';

/** What differs between two checkpoints of a plan, or one and now. */
export async function diffPlan(
  deps: RollbackDependencies,
  plan: PlanRecord,
  from: Checkpoint,
  to: Checkpoint | null,
  working: Working,
): Promise<PlanDifference> {
  const before = await deps.checkpoints.snapshot(from.id);
  const after = to ? await deps.checkpoints.snapshot(to.id) : await stateNow(deps, from);
  const treeAfter = to ? to.tree_hash : await treeNow(deps, plan, from, working);
  const files =
    from.tree_hash === null || treeAfter === null
      ? null
      : await deps.files.changes(from.tree_hash, treeAfter);
  return { from, to, state: diffStates(before, after), files };
}

async function stateNow({ plans }: RollbackDependencies, { root_plan_id, plan_id }: Checkpoint) {
  const tree = await plans.stateAt(root_plan_id);
  return snapshotOf(tree.plans.get(plan_id) as PlanState);
}

async function treeNow(
  deps: RollbackDependencies,
  plan: PlanRecord,
  { tree_hash }: Checkpoint,
  working: Working,
): Promise<string | null> {
  if (tree_hash === null) return null;
  return (await captureNow(deps, plan, working, { keep: [tree_hash] }))?.tree ?? null;
}
