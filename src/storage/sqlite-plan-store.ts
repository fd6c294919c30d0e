import type { FilterQuery } from '@mikro-orm/core';
import type { PlanId } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { PlanRecord, PlanSummary } from '../domain/plan.ts';
import {
  pickPlan,
  planNotFound,
  readCursor,
  SHORTEST_ENDING,
  toIdPart,
  writeCursor,
} from '../domain/references.ts';
import type {
  Commit,
  JournalHead,
  NewPlan,
  Page,
  PlanFilter,
  PlanFootprint,
  PlanStore,
} from '../ports/plan-store.ts';
import type { Database } from './database.ts';
import { PlanRow } from './entities/plan-row.ts';
import { readEvents, readHead } from './journal-reader.ts';
import { insertPlan, writeCommit } from './journal-writer.ts';
import { readTree } from './parts-reader.ts';
import { countTree, deleteTree } from './plan-remover.ts';
import { LONG_COLUMNS, toPlanRecord, toPlanSummary } from './plan-mapper.ts';

const PAGE = 50;
/** As many candidates as an error lists. */
const CANDIDATES = 8;

/** Plans in SQLite: bound statements where a plan runs, entities where people look. */
export class SqlitePlanStore implements PlanStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async create(plan: NewPlan, commit: Commit): Promise<void> {
    await this.#database.write((database) => {
      insertPlan(database, plan);
      const others = commit.newPlans.filter((other) => other.plan_id !== plan.plan_id);
      writeCommit(database, { ...commit, newPlans: others });
    });
  }

  async append(commit: Commit): Promise<void> {
    await this.#database.write((database) => writeCommit(database, commit));
  }

  async get(planId: PlanId): Promise<PlanRecord> {
    const row = await this.#database.entities((em) =>
      em.findOne(PlanRow, planId, { populate: [...LONG_COLUMNS] }),
    );
    if (!row) throw planNotFound(planId);
    return toPlanRecord(row);
  }

  async resolve(reference: string, workspace: string): Promise<PlanSummary> {
    if (reference === 'last') return pickPlan(reference, (await this.list({ workspace, limit: 1 })).items);
    const part = toIdPart(reference);
    if (part === null) throw planNotFound(reference);
    const fits: FilterQuery<PlanRow>[] = [{ id: { $like: `${part}%` } }];
    if (part.length >= SHORTEST_ENDING) fits.push({ id: { $like: `%${part}` } });
    const rows = await this.#database.entities((em) =>
      em.find(PlanRow, { $or: fits }, { orderBy: { created_at: 'desc', id: 'desc' }, limit: CANDIDATES }),
    );
    return pickPlan(reference, rows.map(toPlanSummary));
  }

  async list(filter: PlanFilter): Promise<Page<PlanSummary>> {
    const limit = filter.limit ?? PAGE;
    const rows = await this.#database.entities((em) =>
      em.find(PlanRow, toWhere(filter), { orderBy: { created_at: 'desc', id: 'desc' }, limit: limit + 1 }),
    );
    const items = rows.slice(0, limit).map(toPlanSummary);
    const last = items.at(-1);
    const nextCursor = rows.length > limit && last ? writeCursor(last.created_at, last.plan_id) : null;
    return { items, nextCursor };
  }

  async tree(rootId: PlanId): Promise<readonly PlanRecord[]> {
    const rows = await this.#database.entities((em) =>
      em.find(
        PlanRow,
        { root_id: rootId },
        { orderBy: { created_at: 'asc', id: 'asc' }, populate: [...LONG_COLUMNS] },
      ),
    );
    const root = rows.filter((row) => row.id === rootId);
    return [...root, ...rows.filter((row) => row.id !== rootId)].map(toPlanRecord);
  }

  async head(rootId: PlanId): Promise<JournalHead> {
    return this.#database.read((database) => readHead(database, rootId));
  }

  async events(rootId: PlanId, afterSeq: number, limit: number): Promise<readonly PlanEvent[]> {
    return this.#database.read((database) => readEvents(database, rootId, afterSeq, limit));
  }

  async stateAt(rootId: PlanId, seq?: number): Promise<TreeState> {
    return this.#database.read((database) => {
      const head = readHead(database, rootId).seq;
      return readTree(database, rootId, Math.min(seq ?? head, head));
    });
  }

  async footprint(rootId: PlanId): Promise<PlanFootprint> {
    return this.#database.read((database) => countTree(database, rootId));
  }

  async delete(rootId: PlanId, fence: number): Promise<PlanFootprint> {
    return this.#database.write((database) => deleteTree(database, rootId, fence));
  }

  dataVersion(): number {
    return this.#database.dataVersion();
  }
}

function toWhere(filter: PlanFilter): FilterQuery<PlanRow> {
  const conditions: FilterQuery<PlanRow>[] = [];
  if (!filter.includeSubplans) conditions.push({ parent_id: null });
  if (filter.workspace !== undefined) conditions.push({ workspace: filter.workspace });
  if (filter.phase) conditions.push({ phase: filter.phase });
  if (filter.state) conditions.push({ state: filter.state });
  if (filter.cursor !== undefined) {
    const [created_at, id] = readCursor(filter.cursor);
    conditions.push({ $or: [{ created_at: { $lt: created_at } }, { created_at, id: { $lt: id } }] });
  }
  return { $and: conditions };
}
