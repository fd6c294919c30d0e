import type { Checkpoint } from '../domain/checkpoint.ts';
import type { CheckpointId, PlanId, Ulid } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import { emptyPlanState, EMPTY_TREE, type TreeState } from '../domain/plan-state.ts';
import type { PlanSummary } from '../domain/plan.ts';
import { planNotFound } from '../domain/references.ts';
import type { StoredSnapshot } from '../domain/state-snapshot.ts';
import type { Lease } from '../ports/lease-store.ts';
import type { Operation } from '../ports/operation-store.ts';
import type { NewPlan, PartChange, PlanHead } from '../ports/plan-store.ts';
import type { PlanRequest } from '../ports/request-store.ts';

/** One plan as the memory keeps it. */
export interface MemoryPlan {
  readonly made: NewPlan;
  readonly head: Omit<PlanHead, 'plan_id'>;
  readonly lastCheckpointId: CheckpointId | null;
  readonly forkedFrom: PlanSummary['forked_from'];
  readonly updatedAt: string;
}

/** One root plan's history. */
export interface MemoryJournal {
  readonly events: PlanEvent[];
  /** `trees[seq]`: immutable values that share all that did not change, so keeping each costs little. */
  readonly trees: TreeState[];
  /** Versions of parts that were written. */
  parts: number;
  hash: string;
  lastNumber: number;
  /** Grows with every lease. */
  fence: number;
  lease: Lease | null;
}

export interface MemoryCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly snapshot: StoredSnapshot;
}

/** What the stores of one memory share. */
export class MemoryTables {
  readonly plans = new Map<PlanId, MemoryPlan>();
  readonly journals = new Map<PlanId, MemoryJournal>();
  readonly checkpoints = new Map<CheckpointId, MemoryCheckpoint>();
  readonly requests = new Map<Ulid, PlanRequest>();
  readonly operations = new Map<string, Operation>();

  /** @throws NotFoundError */
  plan(planId: PlanId): MemoryPlan {
    const plan = this.plans.get(planId);
    if (!plan) throw planNotFound(planId);
    return plan;
  }

  /** @throws NotFoundError */
  journal(rootId: PlanId): MemoryJournal {
    const journal = this.journals.get(rootId);
    if (!journal) throw planNotFound(rootId);
    return journal;
  }

  /** The tree after event `seq`; the newest if there is no such event yet. */
  treeAt(rootId: PlanId, seq: number): TreeState {
    const { trees } = this.journal(rootId);
    return trees[Math.min(seq, trees.length - 1)] as TreeState;
  }

  /** Checkpoints that pass a test, in order of seq. */
  checkpointsWhere(test: (checkpoint: Checkpoint) => boolean): Checkpoint[] {
    const all = [...this.checkpoints.values()].map(({ checkpoint }) => checkpoint);
    return all.filter(test).sort((a, b) => a.seq - b.seq || a.number - b.number);
  }

  toSummary(plan: MemoryPlan): PlanSummary {
    const { plan_id, root_plan_id, parent_id, name, goal, workspace, created_at } = plan.made;
    const { phase, state, error } = plan.head;
    return {
      plan_id,
      root_plan_id,
      parent_id,
      forked_from: plan.forkedFrom,
      name,
      goal,
      phase,
      state,
      workspace,
      checkpoints: this.checkpointsWhere((checkpoint) => checkpoint.plan_id === plan_id).length,
      last_checkpoint_id: plan.lastCheckpointId,
      error,
      created_at,
      updated_at: plan.updatedAt,
    };
  }
}

export function emptyJournal(): MemoryJournal {
  return { events: [], trees: [EMPTY_TREE], parts: 0, hash: '', lastNumber: 0, fence: 0, lease: null };
}

/** A tree with the changes of one event in it. A plan exists from its first part on. */
export function withChanges(
  tree: TreeState,
  rootId: PlanId,
  seq: number,
  changes: readonly PartChange[],
  parentOf: (planId: PlanId) => PlanId | null,
): TreeState {
  let { plans } = tree;
  for (const { planId, section, key, part } of changes) {
    const plan = plans.get(planId) ?? emptyPlanState(planId, parentOf(planId));
    const before = plan.parts[section];
    const after = part ? before.set(key, part) : before.delete(key);
    plans = plans.set(planId, { ...plan, parts: { ...plan.parts, [section]: after } });
  }
  return { rootId, seq, plans };
}
