import type { FilterQuery } from '@mikro-orm/core';
import type { Checkpoint } from '../domain/checkpoint.ts';
import { parseCheckpointNumber, type CheckpointId, type PlanId } from '../domain/ids.ts';
import type { JsonObject } from '../domain/json.ts';
import {
  checkpointNotFound,
  pickCheckpoint,
  planNotFound,
  readCursor,
  SHORTEST_ENDING,
  toIdPart,
  writeCursor,
} from '../domain/references.ts';
import type { CheckpointFilter, CheckpointStore } from '../ports/checkpoint-store.ts';
import type { Page } from '../ports/plan-store.ts';
import { toCheckpoint } from './checkpoint-mapper.ts';
import type { Database } from './database.ts';
import { CheckpointRow } from './entities/checkpoint-row.ts';
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

  constructor(database: Database) {
    this.#database = database;
  }

  async list(filter: CheckpointFilter): Promise<Page<Checkpoint>> {
    const limit = filter.limit ?? PAGE;
    const conditions: FilterQuery<CheckpointRow>[] = [{ plan_id: { $in: await this.#plansOf(filter) } }];
    if (filter.triggers) conditions.push({ trigger: { $in: [...filter.triggers] } });
    if (filter.cursor !== undefined) conditions.push(after(filter.cursor));
    const rows = await this.#database.entities((em) =>
      em.find(
        CheckpointRow,
        { $and: conditions },
        { orderBy: { seq: 'asc', number: 'asc' }, limit: limit + 1 },
      ),
    );
    const items = rows.slice(0, limit).map(toCheckpoint);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? writeCursor(last.seq, last.number) : null };
  }

  async resolve(planId: PlanId, reference: string): Promise<Checkpoint> {
    if (reference === 'last')
      return pickCheckpoint(planId, reference, await this.#find({ plan_id: planId }, 1));
    const root_plan_id = await this.#rootOf(planId);
    const number = parseCheckpointNumber(reference);
    if (number !== null) return pickCheckpoint(planId, reference, await this.#find({ root_plan_id, number }));
    const labelled = await this.#find({ root_plan_id, label: reference });
    const part = toIdPart(reference);
    // A label that somebody gave is meant, even if an id happens to end like it.
    if (labelled.length > 0 || part === null) return pickCheckpoint(planId, reference, labelled);
    const fits: FilterQuery<CheckpointRow>[] = [{ id: { $like: `${part}%` } }];
    if (part.length >= SHORTEST_ENDING) fits.push({ id: { $like: `%${part}` } });
    return pickCheckpoint(planId, reference, await this.#find({ root_plan_id, $or: fits }));
  }

  async snapshot(id: CheckpointId): Promise<JsonObject> {
    return this.#database.read((database) => readSnapshot(database, id));
  }

  async setLabel(id: CheckpointId, label: string | null): Promise<Checkpoint> {
    return this.#change(id, (row) => {
      row.label = label;
    });
  }

  async setPinned(id: CheckpointId, pinned: boolean): Promise<Checkpoint> {
    return this.#change(id, (row) => {
      row.pinned = pinned;
    });
  }

  async #change(id: CheckpointId, change: (row: CheckpointRow) => void): Promise<Checkpoint> {
    return this.#database.entities((em) =>
      em.transactional(async (inside) => {
        const row = await inside.findOne(CheckpointRow, id);
        if (!row) throw checkpointNotFound(id);
        change(row);
        return toCheckpoint(row);
      }),
    );
  }

  async #find(where: FilterQuery<CheckpointRow>, limit = CANDIDATES): Promise<readonly Checkpoint[]> {
    const rows = await this.#database.entities((em) =>
      em.find(CheckpointRow, where, { orderBy: { seq: 'desc', number: 'desc' }, limit }),
    );
    return rows.map(toCheckpoint);
  }

  async #rootOf(planId: PlanId): Promise<PlanId> {
    const row = await this.#database.read((database) => database.statement(ROOT_OF).get(planId));
    if (!row) throw planNotFound(planId);
    return (row as { root_id: PlanId }).root_id;
  }

  async #plansOf({ planId, tree }: CheckpointFilter): Promise<PlanId[]> {
    if (!tree) return [planId];
    const rows = await this.#database.read((database) => database.statement(PLAN_AND_BELOW).all(planId));
    return (rows as { id: PlanId }[]).map((row) => row.id);
  }
}

function after(cursor: string): FilterQuery<CheckpointRow> {
  const [seq, number] = readCursor(cursor).map(Number) as [number, number];
  return { $or: [{ seq: { $gt: seq } }, { seq, number: { $gt: number } }] };
}
