import type { PlanId } from '../domain/ids.ts';
import type { EventType, PlanEvent } from '../domain/plan-event.ts';
import type { TreeState } from '../domain/plan-state.ts';
import type { PlanRecord, PlanSummary } from '../domain/plan.ts';
import {
  pickPlan,
  planNotFound,
  readCursor,
  idPatterns,
  toIdPart,
  writeCursor,
} from '../domain/references.ts';
import type {
  Commit,
  ForkBase,
  JournalHead,
  NewPlan,
  Page,
  PlanFilter,
  PlanFootprint,
  PlanStore,
  SweepPlace,
} from '../ports/plan-store.ts';
import { allOf, condition, oneOf, type Condition } from './conditions.ts';
import type { Database } from './database.ts';
import { readEvents, readEventsOfType, readHead, readLastTree } from './journal-reader.ts';
import { insertPlan, writeCommit } from './journal-writer.ts';
import { readTree } from './parts-reader.ts';
import { writeFork } from './plan-forker.ts';
import { countTree, deleteTree } from './plan-remover.ts';
import { readPrunedTo, requireKept } from './pruned-moments.ts';
import { sweepStates } from './state-sweeper.ts';
import {
  PLAN_COLUMNS,
  toPlanRecord,
  toPlanSummary,
  WHOLE_PLAN_COLUMNS,
  type PlanColumns,
  type WholePlanColumns,
} from './plan-mapper.ts';

const PAGE = 50;
/** As many candidates as an error lists. */
const CANDIDATES = 8;
const BY_DATE = 'created_at desc, id desc';
/** Whatever the time of day was then: a clock may have been set back since. */
const LAST_MADE = 'rowid desc';

/** Plans in SQLite, by bound statements: the ORM is loaded only for what changes rarely. */
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

  async fork(plan: NewPlan, base: ForkBase, commit: Commit): Promise<void> {
    await this.#database.write((database) => writeFork(database, plan, base, commit));
  }

  async append(commit: Commit): Promise<void> {
    await this.#database.write((database) => writeCommit(database, commit));
  }

  async get(planId: PlanId): Promise<PlanRecord> {
    const [plan] = await this.#whole(condition('id = ?', planId), 'id');
    if (!plan) throw planNotFound(planId);
    return plan;
  }

  async resolve(reference: string, workspace: string): Promise<PlanSummary> {
    if (reference === 'last')
      return pickPlan(reference, await this.#newest(toWhere({ workspace }), 1, LAST_MADE));
    const part = toIdPart(reference);
    if (part === null) throw planNotFound(reference);
    const fits = idPatterns(part).map((pattern) => condition('id like ?', pattern));
    return pickPlan(reference, await this.#newest(oneOf(fits), CANDIDATES));
  }

  async list(filter: PlanFilter): Promise<Page<PlanSummary>> {
    const limit = filter.limit ?? PAGE;
    const found = await this.#newest(toWhere(filter), limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const nextCursor = found.length > limit && last ? writeCursor(last.created_at, last.plan_id) : null;
    return { items, nextCursor };
  }

  async tree(rootId: PlanId): Promise<readonly PlanRecord[]> {
    const plans = await this.#whole(condition('root_id = ?', rootId), 'rowid');
    const root = plans.filter((plan) => plan.plan_id === rootId);
    return [...root, ...plans.filter((plan) => plan.plan_id !== rootId)];
  }

  async head(rootId: PlanId): Promise<JournalHead> {
    return this.#database.read((database) => readHead(database, rootId));
  }

  async events(rootId: PlanId, afterSeq: number, limit: number): Promise<readonly PlanEvent[]> {
    return this.#database.read((database) => readEvents(database, rootId, afterSeq, limit));
  }

  async eventsOfType(rootId: PlanId, type: EventType): Promise<readonly PlanEvent[]> {
    return this.#database.read((database) => readEventsOfType(database, rootId, type));
  }

  async stateAt(rootId: PlanId, seq?: number): Promise<TreeState> {
    return this.#database.read((database) => {
      const head = readHead(database, rootId).seq;
      if (seq !== undefined && seq < head) requireKept(database, rootId, seq);
      return readTree(database, rootId, Math.min(seq ?? head, head));
    });
  }

  async lastTree(rootId: PlanId, seq?: number): Promise<string | null> {
    return this.#database.read((database) => readLastTree(database, rootId, seq));
  }

  async prunedTo(rootId: PlanId): Promise<number> {
    return this.#database.read((database) => readPrunedTo(database, rootId));
  }

  async sweepStates(
    rootId: PlanId,
    after: SweepPlace | null,
    rows: number,
  ): ReturnType<PlanStore['sweepStates']> {
    return this.#database.write((database) => sweepStates(database, rootId, after, rows));
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

  async #newest(where: Condition, limit: number, order = BY_DATE): Promise<readonly PlanSummary[]> {
    const sql = `select ${PLAN_COLUMNS} from plans where ${where.sql} order by ${order} limit ?`;
    const rows = await this.#database.read((database) => database.statement(sql).all(...where.values, limit));
    return (rows as PlanColumns[]).map(toPlanSummary);
  }

  async #whole(where: Condition, order: string): Promise<readonly PlanRecord[]> {
    const sql = `select ${WHOLE_PLAN_COLUMNS} from plans where ${where.sql} order by ${order}`;
    const rows = await this.#database.read((database) => database.statement(sql).all(...where.values));
    return (rows as WholePlanColumns[]).map(toPlanRecord);
  }
}

function toWhere(filter: PlanFilter): Condition {
  const conditions = [filter.includeSubplans ? condition('true') : condition('parent_id is null')];
  for (const column of ['workspace', 'phase', 'state'] as const) {
    const value = filter[column];
    if (value !== undefined) conditions.push(condition(`${column} = ?`, value));
  }
  if (filter.cursor !== undefined)
    conditions.push(condition('(created_at, id) < (?, ?)', ...readCursor(filter.cursor)));
  return allOf(conditions);
}
