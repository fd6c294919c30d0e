import type { Checkpoint } from '../domain/checkpoint.ts';
import type { ConflictError } from '../domain/errors.ts';
import { parseCheckpointNumber, type CheckpointId, type PlanId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import {
  checkpointNotFound,
  fitsId,
  pickCheckpoint,
  readCursor,
  toIdPart,
  writeCursor,
} from '../domain/references.ts';
import { emptyPlanState } from '../domain/plan-state.ts';
import { snapshotOf } from '../domain/state-snapshot.ts';
import type { CheckpointFilter, CheckpointStore } from '../ports/checkpoint-store.ts';
import type { Page } from '../ports/plan-store.ts';
import type { RetainedCheckpoint } from '../domain/retention.ts';
import { refusalToDelete } from './memory-checkpoint-remover.ts';
import { retainedOf } from './memory-retention.ts';
import type { MemoryCheckpoint, MemoryTables } from './memory-tables.ts';

const PAGE = 1000;

/** Checkpoints in memory. Nothing can damage them, so nothing is proved. */
export class MemoryCheckpointStore implements CheckpointStore {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async list(filter: CheckpointFilter): Promise<Page<Checkpoint>> {
    const { triggers, limit = PAGE, newestFirst = false } = filter;
    const isAfter = afterCursor(filter.cursor, newestFirst);
    const fitting = this.#tables.checkpointsWhere(
      (checkpoint) =>
        this.#belongs(checkpoint.plan_id, filter) &&
        (triggers?.includes(checkpoint.trigger) ?? true) &&
        isAfter(checkpoint),
    );
    if (newestFirst) fitting.reverse();
    const items = fitting.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: fitting.length > limit && last ? writeCursor(last.seq, last.number) : null };
  }

  async resolve(planId: PlanId, reference: string): Promise<Checkpoint> {
    const rootId = this.#tables.plan(planId).made.root_plan_id;
    const inTree = this.#tables
      .checkpointsWhere((checkpoint) => checkpoint.root_plan_id === rootId)
      .reverse();
    if (reference === 'last') {
      const own = inTree.find((checkpoint) => checkpoint.plan_id === planId);
      return pickCheckpoint(planId, reference, own ? [own] : []);
    }
    const number = parseCheckpointNumber(reference);
    if (number !== null)
      return pickCheckpoint(
        planId,
        reference,
        inTree.filter((one) => one.number === number),
      );
    const labelled = inTree.filter((checkpoint) => checkpoint.label === reference);
    const part = toIdPart(reference);
    if (labelled.length > 0 || part === null) return pickCheckpoint(planId, reference, labelled);
    return pickCheckpoint(
      planId,
      reference,
      inTree.filter((checkpoint) => fitsId(checkpoint.id, part)),
    );
  }

  async snapshot(id: CheckpointId): Promise<JsonObject> {
    const { snapshot } = this.#get(id);
    if ('state' in snapshot) return snapshot.state;
    const { root_plan_id, plan_id, seq } = snapshot.as_of;
    return snapshotOf(
      this.#tables.treeAt(root_plan_id, seq).plans.get(plan_id) ?? emptyPlanState(plan_id, null),
    );
  }

  async refusalToDelete(id: CheckpointId): Promise<ConflictError | null> {
    return refusalToDelete(this.#tables, id);
  }

  async count(rootId: PlanId): Promise<number> {
    return retainedOf(this.#tables, rootId).length;
  }

  async oldest(rootId: PlanId, after: number, limit: number): Promise<readonly RetainedCheckpoint[]> {
    return retainedOf(this.#tables, rootId)
      .filter(({ seq }) => seq > after)
      .slice(0, limit);
  }

  #get(id: CheckpointId): MemoryCheckpoint {
    const found = this.#tables.checkpoints.get(id);
    if (!found) throw checkpointNotFound(id);
    return found;
  }

  /** True if a plan is the filter's, or with `tree` below it. */
  #belongs(planId: PlanId | null, filter: CheckpointFilter): boolean {
    if (planId === filter.planId) return true;
    if (!filter.tree || planId === null) return false;
    return this.#belongs(this.#tables.plan(planId).made.parent_id, filter);
  }
}

function afterCursor(cursor: string | undefined, newestFirst: boolean): (checkpoint: Checkpoint) => boolean {
  if (cursor === undefined) return () => true;
  const [seq, number] = readCursor(cursor).map(Number) as [number, number];
  const way = newestFirst ? -1 : 1;
  return (checkpoint) => (checkpoint.seq - seq || checkpoint.number - number) * way > 0;
}
