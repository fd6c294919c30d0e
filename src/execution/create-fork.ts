import { forkedParts, forkTree, isInState } from '../domain/fork-tree.ts';
import type { PlanId } from '../domain/ids.ts';
import { phaseOf, type PlanState, type TreeState } from '../domain/plan-state.ts';
import { EVENT_VERSION, type PlanEvent, type Sandbox } from '../domain/plan-event.ts';
import { hashState } from '../domain/state-hash.ts';
import { CHAIN_START, chainHash, toStoredPayload } from '../domain/stored-event.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { IdSource } from '../ports/id-source.ts';
import type { PlanStore } from '../ports/plan-store.ts';
import { headOf, sha256 } from './journal-draft.ts';

/** A fork before it exists. */
export interface Fork {
  readonly planId: PlanId;
  /** Of the source's tree; that of a subplan stands for the whole tree at that moment. */
  readonly checkpoint: Checkpoint;
  /** Real path of the folder that it works in. */
  readonly workspace: string;
  readonly created_at: string;
  /** Of the source, if the fork works in it too. */
  readonly sandbox?: Sandbox | null;
}

/**
 * Stores a new root plan that begins where a checkpoint is, queued, with the first event of its journal. Its subplans are those of
 * the source at that moment, under ids of their own; what ran then is `running` in it until a recovery looks at it.
 * @throws NotFoundError, StorageError
 */
export async function createFork(plans: PlanStore, ids: IdSource, fork: Fork): Promise<void> {
  const { planId, checkpoint, workspace, created_at, sandbox } = fork;
  const { root_plan_id: sourceId, seq } = checkpoint;
  const base = await plans.stateAt(sourceId, seq);
  const source = await plans.get(sourceId);
  const map = await namePlans(plans, ids, base, planId);
  const tree = forkTree(base, map);
  const { name, goal, document, included_documents, inputs, effective_config } = source;
  const root = tree.plans.get(planId) as PlanState;
  const hashes = new Map([...tree.plans].map(([id, plan]) => [id, hashState(sha256, plan)] as const));
  const payload = {
    name,
    goal,
    workspace,
    phase: phaseOf(root),
    source_plan_id: sourceId,
    checkpoint_id: checkpoint.id,
    seq,
    state_hash: hashes.get(planId) as string,
    tree_hash: checkpoint.tree_hash,
    ...(sandbox && { sandbox }),
  };
  const place = { plan_id: planId, root_plan_id: planId, seq: 1, at: created_at } as const;
  const event: PlanEvent = { type: 'plan.forked', payload, ...place };
  const hash = chainHash(sha256, CHAIN_START, { ...event, v: EVENT_VERSION }, toStoredPayload(event, sha256));
  const made = { name, goal, workspace, document, included_documents, inputs, effective_config, created_at };
  await plans.fork(
    { ...made, plan_id: planId, root_plan_id: planId, parent_id: null },
    { rootId: sourceId, checkpointId: checkpoint.id, seq, ids: map },
    {
      rootId: planId,
      fence: 0,
      expectedSeq: 0,
      entries: [{ event, hash, changes: forkedParts(base, map) }],
      newPlans: [],
      heads: [...tree.plans.values()].map((plan) => headOf(plan, hashes.get(plan.planId) as string)),
      checkpoints: [],
    },
  );
}

/** New ids for the plans of a state, in the order in which they were made. */
async function namePlans(
  plans: PlanStore,
  ids: IdSource,
  base: TreeState,
  rootId: PlanId,
): Promise<ReadonlyMap<PlanId, PlanId>> {
  const all = await plans.tree(base.rootId as PlanId);
  const there = all.filter(({ plan_id }) => {
    const state = base.plans.get(plan_id);
    return state !== undefined && isInState(state);
  });
  return new Map(
    there.map(({ plan_id }) => [plan_id, plan_id === base.rootId ? rootId : ids.next()] as const),
  );
}
