import type { Checkpoint } from '../domain/checkpoint.ts';
import { ConflictError } from '../domain/errors.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import type { EventType, PlanEvent } from '../domain/plan-event.ts';
import { EMPTY_TREE, SECTIONS, type TreeState } from '../domain/plan-state.ts';
import type { PlanRecord, PlanSummary } from '../domain/plan.ts';
import {
  checkpointNotFound,
  fitsId,
  pickPlan,
  planNotFound,
  readCursor,
  toIdPart,
  writeCursor,
} from '../domain/references.ts';
import { formatStateHash } from '../domain/state-hash.ts';
import type {
  Commit,
  ForkBase,
  JournalHead,
  NewPlan,
  Page,
  PlanFilter,
  PlanFootprint,
  PlanStore,
} from '../ports/plan-store.ts';
import type { PlanRequest } from '../ports/request-store.ts';
import { markCheckpoint, marksIn } from './memory-checkpoint-marker.ts';
import { prunedCheckpoints, prunedTo, requireKept } from './memory-retention.ts';
import { deleteCheckpoint, refusalToDelete } from './memory-checkpoint-remover.ts';
import {
  emptyJournal,
  withChanges,
  type MemoryJournal,
  type MemoryPlan,
  type MemoryTables,
} from './memory-tables.ts';

const PAGE = 50;

/** What there is of one tree. */
interface TreeRows {
  readonly plans: readonly NewPlan[];
  readonly checkpoints: readonly Checkpoint[];
  readonly requests: readonly PlanRequest[];
  readonly footprint: PlanFootprint;
}

const newestFirst = (a: PlanSummary, b: PlanSummary): number =>
  compare(b.created_at, a.created_at) || compare(b.plan_id, a.plan_id);

/** Plans in memory: gone with the process. */
export class MemoryPlanStore implements PlanStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async create(plan: NewPlan, commit: Commit): Promise<void> {
    this.#tables.journals.set(plan.plan_id, emptyJournal());
    this.#addPlan(plan);
    await this.append({
      ...commit,
      newPlans: commit.newPlans.filter((other) => other.plan_id !== plan.plan_id),
    });
  }

  async fork(plan: NewPlan, base: ForkBase, commit: Commit): Promise<void> {
    const { rootId, checkpointId, seq, ids } = base;
    if (!this.#tables.checkpoints.has(checkpointId)) throw checkpointNotFound(checkpointId);
    const source = this.#tables.treeAt(rootId, seq);
    const journal = emptyJournal();
    this.#tables.journals.set(plan.plan_id, journal);
    for (const [from, planId] of ids) {
      const { made } = this.#tables.plan(from);
      const parent_id = renamed(made.parent_id, ids);
      const { workspace, created_at } = plan;
      const copy = { ...made, plan_id: planId, root_plan_id: plan.plan_id, parent_id, workspace, created_at };
      this.#addPlan(from === rootId ? plan : copy);
    }
    // What the parts are before the first event of the fork, which changes some of them.
    journal.trees[0] = { ...EMPTY_TREE, plans: renamedPlans(source, ids) };
    await this.append(commit);
    journal.trees[0] = EMPTY_TREE;
    journal.parts = countParts(journal.trees[1] as TreeState);
    this.#change(plan.plan_id, { forkedFrom: { plan_id: rootId, checkpoint_id: checkpointId } });
  }

  async append(commit: Commit): Promise<void> {
    const journal = this.#tables.journal(commit.rootId);
    if (journal.fence !== commit.fence || journal.events.length !== commit.expectedSeq) {
      throw leaseLost(commit.rootId);
    }
    const deleted = deletedCheckpoints(commit);
    const marks = marksIn(this.#tables, commit);
    for (const id of deleted) {
      const refusal = refusalToDelete(this.#tables, id);
      if (refusal) throw refusal;
    }
    const pruned = prunedCheckpoints(this.#tables, commit);
    for (const plan of commit.newPlans) this.#addPlan(plan);
    this.#addEntries(journal, commit);
    for (const { plan_id, ...head } of commit.heads)
      this.#change(plan_id, { head, updatedAt: lastAt(journal) });
    for (const { checkpoint, snapshot } of commit.checkpoints) {
      this.#tables.checkpoints.set(checkpoint.id, { checkpoint, snapshot });
      this.#change(checkpoint.plan_id, { lastCheckpointId: checkpoint.id });
      journal.lastNumber = Math.max(journal.lastNumber, checkpoint.number);
    }
    for (const mark of marks) markCheckpoint(this.#tables, mark);
    for (const id of [...deleted, ...pruned]) deleteCheckpoint(this.#tables, id);
    if (commit.endOperation !== undefined) this.#tables.operations.delete(commit.endOperation);
    this.#change(commit.rootId, { updatedAt: lastAt(journal) });
  }

  async get(planId: PlanId): Promise<PlanRecord> {
    return this.#toRecord(this.#tables.plan(planId));
  }

  async resolve(reference: string, workspace: string): Promise<PlanSummary> {
    const plans = this.#summaries();
    if (reference === 'last')
      return pickPlan(reference, plans.filter((plan) => fits(plan, { workspace })).slice(-1));
    const part = toIdPart(reference);
    if (part === null) throw planNotFound(reference);
    const named = plans.filter((plan) => fitsId(plan.plan_id, part));
    return pickPlan(reference, named.sort(newestFirst));
  }

  async list(filter: PlanFilter): Promise<Page<PlanSummary>> {
    const limit = filter.limit ?? PAGE;
    const isAfter = afterCursor(filter.cursor);
    const fitting = this.#summaries()
      .sort(newestFirst)
      .filter((plan) => fits(plan, filter) && isAfter(plan));
    const items = fitting.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      nextCursor: fitting.length > limit && last ? writeCursor(last.created_at, last.plan_id) : null,
    };
  }

  async tree(rootId: PlanId): Promise<readonly PlanRecord[]> {
    const plans = [...this.#tables.plans.values()].filter((plan) => plan.made.root_plan_id === rootId);
    // The root was made first.
    return plans.map((plan) => this.#toRecord(plan));
  }

  async head(rootId: PlanId): Promise<JournalHead> {
    const { events, hash, lastNumber } = this.#tables.journal(rootId);
    const plans = [...this.#tables.plans].filter(([, plan]) => plan.made.root_plan_id === rootId);
    return {
      seq: events.length,
      hash,
      lastNumber,
      plans: new Map(
        plans.map(([id, plan]) => [
          id,
          {
            lastCheckpointId: plan.lastCheckpointId,
            lastTree: this.#tables.checkpoints.get(plan.lastCheckpointId ?? '')?.checkpoint.tree_hash ?? null,
            stateHash: plan.head.state_hash,
          },
        ]),
      ),
    };
  }

  async events(rootId: PlanId, afterSeq: number, limit: number): Promise<readonly PlanEvent[]> {
    return this.#tables.journals.get(rootId)?.events.slice(afterSeq, afterSeq + limit) ?? [];
  }

  async eventsOfType(rootId: PlanId, type: EventType): Promise<readonly PlanEvent[]> {
    const events = this.#tables.journals.get(rootId)?.events ?? [];
    return events.filter((event) => event.type === type);
  }

  async stateAt(rootId: PlanId, seq = Infinity): Promise<TreeState> {
    if (seq < this.#tables.journal(rootId).events.length) requireKept(this.#tables, rootId, seq);
    return this.#tables.treeAt(rootId, seq);
  }

  async lastTree(rootId: PlanId, seq = Infinity): Promise<string | null> {
    const events = this.#tables.journals.get(rootId)?.events ?? [];
    return events.reduce<string | null>(
      (last, event) => (event.seq > seq ? last : (treeNamedBy(event) ?? last)),
      null,
    );
  }

  async prunedTo(rootId: PlanId): Promise<number> {
    return prunedTo(this.#tables, rootId);
  }

  /** Versions share what is the same: there is nothing to be gained. */
  async sweepStates(): ReturnType<PlanStore['sweepStates']> {
    return { deleted: 0, next: null };
  }

  async footprint(rootId: PlanId): Promise<PlanFootprint> {
    return this.#rowsOf(rootId).footprint;
  }

  async delete(rootId: PlanId, fence: number): Promise<PlanFootprint> {
    const { journals, plans, checkpoints, requests, operations } = this.#tables;
    const rows = this.#rowsOf(rootId);
    if (this.#tables.journal(rootId).fence !== fence) throw leaseLost(rootId);
    for (const { plan_id } of rows.plans) plans.delete(plan_id);
    for (const { id } of rows.checkpoints) checkpoints.delete(id);
    for (const { id } of rows.requests) requests.delete(id);
    for (const [id, { root_plan_id }] of operations) if (root_plan_id === rootId) operations.delete(id);
    journals.delete(rootId);
    return rows.footprint;
  }

  #rowsOf(rootId: PlanId): TreeRows {
    const { events, parts } = this.#tables.journal(rootId);
    const isOfTree = ({ root_plan_id }: { readonly root_plan_id: PlanId }): boolean =>
      root_plan_id === rootId;
    const plans = [...this.#tables.plans.values()].map(({ made }) => made).filter(isOfTree);
    const checkpoints = this.#tables.checkpointsWhere(isOfTree);
    const requests = [...this.#tables.requests.values()].filter(isOfTree);
    const footprint = {
      plans: plans.length,
      events: events.length,
      parts,
      checkpoints: checkpoints.length,
      requests: requests.length,
    };
    return { plans, checkpoints, requests, footprint };
  }

  /** No other process can commit here. */
  dataVersion(): number {
    return 0;
  }

  #addPlan(made: NewPlan): void {
    this.#tables.plans.set(made.plan_id, {
      made,
      head: { phase: 'strategize', state: 'queued', error: null, state_hash: formatStateHash(0n) },
      lastCheckpointId: null,
      forkedFrom: null,
      updatedAt: made.created_at,
    });
  }

  #addEntries(journal: MemoryJournal, { rootId, entries }: Commit): void {
    for (const { event, hash, changes } of entries) {
      const before = journal.trees.at(-1) as TreeState;
      const parentOf = (planId: PlanId): PlanId | null => this.#tables.plan(planId).made.parent_id;
      journal.trees.push(withChanges(before, rootId, event.seq, changes, parentOf));
      journal.events.push(event);
      journal.parts += changes.filter(({ part }) => part !== null).length;
      journal.hash = hash;
    }
  }

  #change(planId: PlanId, change: Partial<MemoryPlan>): void {
    this.#tables.plans.set(planId, { ...this.#tables.plan(planId), ...change });
  }

  /** As they were made. */
  #summaries(): PlanSummary[] {
    return [...this.#tables.plans.values()].map((plan) => this.#tables.toSummary(plan));
  }

  #toRecord(plan: MemoryPlan): PlanRecord {
    const { document, included_documents, inputs, effective_config } = plan.made;
    return { ...this.#tables.toSummary(plan), document, included_documents, inputs, effective_config };
  }
}

function deletedCheckpoints({ entries }: Commit): readonly CheckpointId[] {
  return entries.flatMap(({ event }) =>
    event.type === 'checkpoint.deleted' ? [event.payload.checkpoint_id] : [],
  );
}

/** What a plan is called in a fork; null of none, as of the root's parent. */
const renamed = (id: PlanId | null, ids: ReadonlyMap<PlanId, PlanId>): PlanId | null =>
  ids.get(id ?? '') ?? null;

function renamedPlans(tree: TreeState, ids: ReadonlyMap<PlanId, PlanId>): TreeState['plans'] {
  return tree.plans
    .filter(({ planId }) => ids.has(planId))
    .mapEntries(([id, { parts, parentId }]) => {
      const planId = renamed(id, ids) as PlanId;
      return [planId, { planId, parentId: renamed(parentId, ids), parts }];
    });
}

function countParts(tree: TreeState): number {
  return tree.plans.reduce(
    (sum, { parts }) => sum + SECTIONS.reduce((inPlan, section) => inPlan + parts[section].size, 0),
    0,
  );
}

function leaseLost(rootId: PlanId): ConflictError {
  return new ConflictError('lease_lost', 'another process runs this plan now', {
    nextSteps: [`agents plan status ${rootId}`],
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function lastAt(journal: MemoryJournal): string {
  return (journal.events.at(-1) as PlanEvent).at;
}

function fits(plan: PlanSummary, filter: PlanFilter): boolean {
  const { workspace = plan.workspace, phase = plan.phase, state = plan.state } = filter;
  const isShown = filter.includeSubplans === true || plan.parent_id === null;
  return isShown && plan.workspace === workspace && plan.phase === phase && plan.state === state;
}

function afterCursor(cursor: string | undefined): (plan: PlanSummary) => boolean {
  if (cursor === undefined) return () => true;
  const [createdAt, id] = readCursor(cursor);
  return (plan) => plan.created_at < createdAt || (plan.created_at === createdAt && plan.plan_id < id);
}

function treeNamedBy(event: PlanEvent): string | null {
  switch (event.type) {
    case 'tool.started':
      return event.payload.tree_before;
    case 'tool.completed':
    case 'tool.failed':
      return event.payload.tree_after;
    case 'checkpoint.created':
      return event.payload.checkpoint.tree_hash;
    case 'plan.forked':
      return event.payload.tree_hash;
    default:
      return null;
  }
}
