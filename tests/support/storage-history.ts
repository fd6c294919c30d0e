import type { Checkpoint, CheckpointContext, CheckpointMark, Trigger } from '../../src/domain/checkpoint.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import type { Json } from '../../src/domain/json.ts';
import type { EventPayloads, NewEvent } from '../../src/domain/plan-event.ts';
import { EMPTY_TREE } from '../../src/domain/plan-state.ts';
import { CHAIN_START } from '../../src/domain/stored-event.ts';
import { EventBus } from '../../src/execution/event-bus.ts';
import { JournalDraft } from '../../src/execution/journal-draft.ts';
import { LiveJournal } from '../../src/execution/live-journal.ts';
import { UlidSource } from '../../src/host/ulid-source.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Commit, NewPlan } from '../../src/ports/plan-store.ts';
import type { Storage } from '../../src/storage/open-storage.ts';

/** A clock that moves one second each time it is asked. */
export class TickingClock implements Clock {
  #ms = Date.UTC(2026, 0, 1);

  now(): number {
    this.#ms += 1000;
    return this.#ms;
  }

  elapsed(): number {
    return this.now();
  }

  async sleep(): Promise<void> {
    throw new Error('nobody sleeps here');
  }
}

export const clock = new TickingClock();
export const ids = new UlidSource(clock);

export interface PlanGiven {
  readonly id?: PlanId;
  readonly name?: string;
  readonly workspace?: string;
  readonly createdAt?: string;
  readonly document?: Json;
}

export function newPlan(given: PlanGiven = {}): NewPlan {
  const plan_id = given.id ?? ids.next();
  return {
    plan_id,
    root_plan_id: plan_id,
    parent_id: null,
    name: given.name ?? 'a plan',
    goal: null,
    workspace: given.workspace ?? '/project',
    document: given.document ?? { name: 'a plan', steps: [] },
    included_documents: {},
    inputs: { level: 3 },
    effective_config: { core: {} },
    created_at: given.createdAt ?? new Date(clock.now()).toISOString(),
  };
}

export const step = (id: string) => ({ id, kind: 'run', name: id, effect: 'write' }) as const;

export function created(plan: NewPlan, subplanId: string | null = null): NewEvent {
  const { plan_id, parent_id, name, goal, workspace } = plan;
  const parent = parent_id === null ? null : { plan_id: parent_id, subplan_id: subplanId ?? '' };
  return {
    type: 'plan.created',
    plan_id,
    payload: { name, goal, workspace, parent, steps: [step('one'), step('two')] },
  };
}

export function firstCommit(plan: NewPlan): Commit {
  const draft = new JournalDraft({
    tree: EMPTY_TREE,
    hash: CHAIN_START,
    lastNumber: 0,
    stateHashes: new Map(),
    lastCheckpoints: new Map(),
    lastTrees: new Map(),
  });
  draft.add(plan.plan_id, created(plan), plan.created_at);
  const { entries } = draft;
  return {
    rootId: plan.plan_id,
    fence: 0,
    expectedSeq: 0,
    entries,
    newPlans: [],
    heads: draft.heads(),
    checkpoints: [],
  };
}

/** Going back to a checkpoint of a tree, as an event: the parts that differ. */
export function rolledBack(
  rootId: PlanId,
  checkpointId: string,
  parts: EventPayloads['plan.rolled_back']['parts'],
  preRollbackId: string | null = null,
): NewEvent {
  const about = { number: null, to_seq: 1, scope: 'plan_only', changes: null } as const;
  const payload = { ...about, checkpoint_id: checkpointId, pre_rollback_id: preRollbackId, parts };
  return { type: 'plan.rolled_back', plan_id: rootId, payload };
}

/** One root plan in a store, written as the program writes it. */
export class History {
  readonly rootId: PlanId;
  readonly journal: LiveJournal;
  readonly storage: Pick<Storage, 'plans' | 'checkpoints'>;

  private constructor(storage: Pick<Storage, 'plans' | 'checkpoints'>, journal: LiveJournal) {
    this.storage = storage;
    this.journal = journal;
    this.rootId = journal.rootId;
  }

  static async create(
    storage: Pick<Storage, 'plans' | 'checkpoints'>,
    given: PlanGiven = {},
  ): Promise<History> {
    const plan = newPlan(given);
    await storage.plans.create(plan, firstCommit(plan));
    return History.open(storage, plan.plan_id);
  }

  static async open(
    storage: Pick<Storage, 'plans' | 'checkpoints'>,
    rootId: PlanId,
    fence = 0,
  ): Promise<History> {
    const dependencies = { plans: storage.plans, bus: new EventBus(), clock, ids };
    return new History(storage, await LiveJournal.open(dependencies, rootId, fence));
  }

  async mark({ id, number }: Pick<Checkpoint, 'id' | 'number'>, mark: CheckpointMark): Promise<void> {
    const payload = { checkpoint_id: id, number, ...mark };
    await this.journal.commit([{ type: 'checkpoint.marked', plan_id: this.rootId, payload }]);
  }

  /** A subplan below the root, or below another plan of the tree. */
  async spawn(name: string, parentId = this.rootId): Promise<PlanId> {
    const subplan_id = ids.next();
    const child = { ...newPlan({ name }), root_plan_id: this.rootId, parent_id: parentId };
    const payload = { subplan_id, plan_id: child.plan_id, step_id: 'one', name, max_retries: 0 };
    const spawned: NewEvent = { type: 'subplan.spawned', plan_id: parentId, payload };
    await this.journal.commit([spawned, created(child, subplan_id)], [child]);
    return child.plan_id;
  }

  async set(key: string, value: Json, planId = this.rootId): Promise<void> {
    await this.journal.commit([{ type: 'context.set', plan_id: planId, payload: { key, value } }]);
  }

  /** A tool call of step `one` that gives `result`, and the step's output, which is that call's. */
  async call(result: Json, planId = this.rootId): Promise<void> {
    const call_id = ids.next();
    const input = { command: 'true' };
    const call = {
      call_id,
      step_id: 'one',
      attempt: 1,
      tool: 'shell.run',
      effect: 'write',
      input,
      tree_before: null,
    } as const;
    await this.journal.commit([
      { type: 'step.started', plan_id: planId, payload: { step_id: 'one', attempt: 1 } },
      { type: 'tool.started', plan_id: planId, payload: call },
      { type: 'tool.completed', plan_id: planId, payload: { call_id, result, tree_after: null } },
      { type: 'step.completed', plan_id: planId, payload: { step_id: 'one', call_id, output: null } },
    ]);
  }

  checkpoint(
    trigger: Trigger = 'on_tool_write',
    context: Partial<CheckpointContext> = {},
  ): Promise<Checkpoint> {
    return this.journal.commitCheckpoint(trigger, { planId: this.rootId, ...context });
  }
}
