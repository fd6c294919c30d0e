import type { PlanId } from '../domain/ids.ts';
import type { StepHead } from '../domain/plan-document.ts';
import type { Sandbox } from '../domain/plan-event.ts';
import { EMPTY_TREE } from '../domain/plan-state.ts';
import { CHAIN_START } from '../domain/stored-event.ts';
import type { NewPlan, PlanStore } from '../ports/plan-store.ts';
import type { NewDecision } from './first-decisions.ts';
import { JournalDraft } from './journal-draft.ts';

/** A root plan before it has an id. */
export type RootPlan = Omit<NewPlan, 'plan_id' | 'root_plan_id' | 'parent_id'>;

/** Stores a new root plan, `strategize/queued`, with the first events of its journal. @param decisions made already @throws StorageError */
export async function createRootPlan(
  plans: PlanStore,
  planId: PlanId,
  plan: RootPlan,
  steps: readonly StepHead[],
  sandbox: Sandbox | null = null,
  decisions: readonly NewDecision[] = [],
): Promise<void> {
  const { name, goal, workspace, created_at } = plan;
  const draft = new JournalDraft({
    tree: EMPTY_TREE,
    hash: CHAIN_START,
    lastNumber: 0,
    stateHashes: new Map(),
    lastCheckpoints: new Map(),
    lastTrees: new Map(),
  });
  const payload = { name, goal, workspace, parent: null, steps, ...(sandbox && { sandbox }) };
  draft.add(planId, { type: 'plan.created', plan_id: planId, payload }, created_at);
  for (const decision of decisions)
    draft.add(planId, { type: 'decision.made', plan_id: planId, payload: { decision } }, created_at);
  await plans.create(
    { ...plan, plan_id: planId, root_plan_id: planId, parent_id: null },
    {
      rootId: planId,
      fence: 0,
      expectedSeq: 0,
      entries: draft.entries,
      newPlans: [],
      heads: draft.heads(),
      checkpoints: [],
    },
  );
}
