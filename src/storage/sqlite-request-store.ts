import type { PlanId, Ulid } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { ProcessIdentity } from '../ports/process-table.ts';
import type { PlanRequest, RequestKind, RequestStore } from '../ports/request-store.ts';
import type { Database } from './database.ts';
import { readStored } from './read-stored.ts';

const COLUMNS = 'id, root_plan_id, plan_id, kind, args, asker, asked_at, progress, answered_at, result';
const ASK = `insert into requests (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const PENDING = `select ${COLUMNS} from requests where root_plan_id = ? and answered_at is null order by rowid`;
const READ = `select ${COLUMNS} from requests where id = ?`;
const SET_PROGRESS = 'update requests set progress = ? where id = ?';
const CLAIM =
  'update requests set claimed_at = ? where id = ? and claimed_at is null and answered_at is null';
const ANSWER = 'update requests set result = ?, answered_at = ? where id = ? and answered_at is null';
const WITHDRAW = 'delete from requests where id = ? and claimed_at is null and answered_at is null';

const NOBODY: ProcessIdentity = { host: '', boot_id: '', pid_namespace: null, pid: 0, start_time: null };

interface RequestColumns {
  readonly id: Ulid;
  readonly root_plan_id: PlanId;
  readonly plan_id: PlanId;
  readonly kind: RequestKind;
  readonly args: string;
  readonly asker: string;
  readonly asked_at: string;
  readonly progress: string | null;
  readonly answered_at: string | null;
  readonly result: string | null;
}

/** Asks to running plans. The runner looks ten times a second, so its statements are bound and kept. */
export class SqliteRequestStore implements RequestStore {
  readonly #database: Database;
  readonly #now: () => number;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  async ask(request: PlanRequest): Promise<void> {
    const { id, root_plan_id, plan_id, kind, asked_at, progress, answered_at } = request;
    const args = JSON.stringify(request.args);
    const asker = JSON.stringify(request.asker);
    const result = request.result === null ? null : JSON.stringify(request.result);
    await this.#database.write((database) =>
      database
        .statement(ASK)
        .run(id, root_plan_id, plan_id, kind, args, asker, asked_at, progress, answered_at, result),
    );
  }

  async pending(rootId: PlanId): Promise<readonly PlanRequest[]> {
    const rows = await this.#database.read((database) => database.statement(PENDING).all(rootId));
    return (rows as RequestColumns[]).map(toPending);
  }

  async read(id: Ulid): Promise<PlanRequest | null> {
    const row = await this.#database.read((database) => database.statement(READ).get(id));
    return row === undefined ? null : toRequest(row as RequestColumns);
  }

  async setProgress(id: Ulid, progress: string): Promise<void> {
    await this.#database.write((database) => database.statement(SET_PROGRESS).run(progress, id));
  }

  async claim(id: Ulid): Promise<boolean> {
    return this.#database.write((database) => database.statement(CLAIM).run(this.#time(), id).changes === 1);
  }

  async answer(id: Ulid, result: Json): Promise<boolean> {
    return this.#database.write(
      (database) => database.statement(ANSWER).run(JSON.stringify(result), this.#time(), id).changes === 1,
    );
  }

  async withdraw(id: Ulid): Promise<boolean> {
    return this.#database.write((database) => database.statement(WITHDRAW).run(id).changes === 1);
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** One that is damaged must not hide those beside it: it is there, about nothing and of nobody, and is refused as such. */
function toPending(row: RequestColumns): PlanRequest {
  try {
    return toRequest(row);
  } catch {
    return { ...row, args: null, asker: NOBODY, result: null };
  }
}

function toRequest(row: RequestColumns): PlanRequest {
  return {
    ...row,
    args: readStored(row.args) as Json,
    asker: readStored(row.asker) as ProcessIdentity,
    result: row.result === null ? null : (readStored(row.result) as Json),
  };
}
