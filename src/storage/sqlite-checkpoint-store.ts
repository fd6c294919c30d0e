import type { Checkpoint } from '../domain/checkpoint.ts';
import type { ConflictError } from '../domain/errors.ts';
import { parseCheckpointNumber, type CheckpointId, type PlanId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import {
  pickCheckpoint,
  planNotFound,
  readCursor,
  idPatterns,
  toIdPart,
  writeCursor,
} from '../domain/references.ts';
import type { RetainedCheckpoint } from '../domain/retention.ts';
import type { CheckpointFilter, CheckpointStore } from '../ports/checkpoint-store.ts';
import type { Page } from '../ports/plan-store.ts';
import { CHECKPOINT_COLUMNS, toCheckpoint, type CheckpointColumns } from './checkpoint-mapper.ts';
import { refusalToDelete } from './checkpoint-remover.ts';
import { allOf, condition, oneOf, placesOf, type Condition } from './conditions.ts';
import type { Database } from './database.ts';
import { ProvedParts } from './proved-parts.ts';
import { countCheckpoints, readOldest } from './retained-checkpoints.ts';
import { readSnapshot } from './snapshot-reader.ts';

const PAGE = 1000;
const CANDIDATES = 8;

/** A plan and everything below it, as one condition. */
const PLAN_AND_BELOW = `with recursive below(id) as (
    select id from plans where id = ? union all select plans.id from plans join below on plans.parent_id = below.id)
  select id from below`;

const ROOT_OF = 'select root_id from plans where id = ?';

/** Checkpoints in SQLite. Lists never touch a snapshot, so they cost the same for any size of state. */
export class SqliteCheckpointStore implements CheckpointStore {
  readonly #database: Database;
  readonly #parts = new ProvedParts();

  constructor(database: Database) {
    this.#database = database;
  }

  async list(filter: CheckpointFilter): Promise<Page<Checkpoint>> {
    const limit = filter.limit ?? PAGE;
    const found = await this.#select(toWhere(filter), filter.newestFirst ? 'desc' : 'asc', limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: found.length > limit && last ? writeCursor(last.seq, last.number) : null };
  }

  async resolve(planId: PlanId, reference: string): Promise<Checkpoint> {
    if (reference === 'last')
      return pickCheckpoint(planId, reference, await this.#find(condition('plan_id = ?', planId), 1));
    const ofTree = condition('root_plan_id = ?', await this.#rootOf(planId));
    const find = (where: Condition): Promise<readonly Checkpoint[]> => this.#find(allOf([ofTree, where]));
    const number = parseCheckpointNumber(reference);
    if (number !== null)
      return pickCheckpoint(planId, reference, await find(condition('number = ?', number)));
    const labelled = await find(condition('label = ?', reference));
    const part = toIdPart(reference);
    // A label that somebody gave is meant, even if an id happens to end like it.
    if (labelled.length > 0 || part === null) return pickCheckpoint(planId, reference, labelled);
    const fits = idPatterns(part).map((pattern) => condition('id like ?', pattern));
    return pickCheckpoint(planId, reference, await find(oneOf(fits)));
  }

  async snapshot(id: CheckpointId): Promise<JsonObject> {
    return this.#database.read((database) => readSnapshot(database, id, this.#parts));
  }

  async refusalToDelete(id: CheckpointId): Promise<ConflictError | null> {
    return this.#database.read((database) => refusalToDelete(database, id));
  }

  async count(rootId: PlanId): Promise<number> {
    return this.#database.read((database) => countCheckpoints(database, rootId));
  }

  async oldest(rootId: PlanId, after: number, limit: number): Promise<readonly RetainedCheckpoint[]> {
    return this.#database.read((database) => readOldest(database, rootId, after, limit));
  }

  #find(where: Condition, limit = CANDIDATES): Promise<readonly Checkpoint[]> {
    return this.#select(where, 'desc', limit);
  }

  async #select(where: Condition, order: 'asc' | 'desc', limit: number): Promise<readonly Checkpoint[]> {
    const sql = `select ${CHECKPOINT_COLUMNS} from checkpoints where ${where.sql}
      order by seq ${order}, number ${order} limit ?`;
    const rows = await this.#database.read((database) => database.statement(sql).all(...where.values, limit));
    return (rows as CheckpointColumns[]).map(toCheckpoint);
  }

  async #rootOf(planId: PlanId): Promise<PlanId> {
    const row = await this.#database.read((database) => database.statement(ROOT_OF).get(planId));
    if (!row) throw planNotFound(planId);
    return (row as { root_id: PlanId }).root_id;
  }
}

function toWhere({ planId, tree, triggers, cursor, newestFirst }: CheckpointFilter): Condition {
  const conditions = [condition(tree ? `plan_id in (${PLAN_AND_BELOW})` : 'plan_id = ?', planId)];
  if (triggers) conditions.push(condition(`trigger in (${placesOf(triggers)})`, ...triggers));
  if (cursor !== undefined) {
    const after = newestFirst ? '(seq, number) < (?, ?)' : '(seq, number) > (?, ?)';
    conditions.push(condition(after, ...readCursor(cursor).map(Number)));
  }
  return allOf(conditions);
}
