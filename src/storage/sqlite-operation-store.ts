import { canonicalJson, type Json } from '../domain/json.ts';
import type { PlanId } from '../domain/ids.ts';
import { operationNotFound } from '../domain/references.ts';
import type { Operation, OperationKind, OperationStore } from '../ports/operation-store.ts';
import type { ProcessIdentity } from '../ports/process-table.ts';
import type { Database } from './database.ts';
import { readStored } from './read-stored.ts';

const COLUMNS = 'id, kind, root_plan_id, workspace, process, started_at, progress';
const BEGIN = `insert into operations (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)`;
const UPDATE = 'update operations set progress = ? where id = ?';
/** Identities are stored as canonical JSON, so equal ones have equal texts. */
const ADOPT = 'update operations set process = ? where id = ? and process = ?';
const END = 'delete from operations where id = ?';
const OPEN = `select ${COLUMNS} from operations where ended_at is null order by started_at, id`;

interface OperationColumns {
  readonly id: string;
  readonly kind: OperationKind;
  readonly root_plan_id: PlanId | null;
  readonly workspace: string | null;
  readonly process: string;
  readonly started_at: string;
  readonly progress: string;
}

/** Operations in SQLite: the rows of those that have not ended. */
export class SqliteOperationStore implements OperationStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async begin(operation: Operation): Promise<void> {
    const { id, kind, root_plan_id, workspace, started_at, progress } = operation;
    const row = [id, kind, root_plan_id, workspace, textOf(operation.process), started_at];
    await this.#database.write((database) => database.statement(BEGIN).run(...row, JSON.stringify(progress)));
  }

  async update(id: string, progress: Json): Promise<void> {
    await this.#database.write((database) => {
      const { changes } = database.statement(UPDATE).run(JSON.stringify(progress), id);
      if (changes === 0) throw operationNotFound(id);
    });
  }

  async adopt(id: string, from: ProcessIdentity, to: ProcessIdentity): Promise<boolean> {
    return this.#database.write(
      (database) => database.statement(ADOPT).run(textOf(to), id, textOf(from)).changes === 1,
    );
  }

  async end(id: string): Promise<void> {
    await this.#database.write((database) => endOperation(database, id));
  }

  async open(): Promise<readonly Operation[]> {
    const rows = await this.#database.read((database) => database.statement(OPEN).all());
    return (rows as OperationColumns[]).map((row) => ({
      ...row,
      process: readStored(row.process) as ProcessIdentity,
      progress: readStored(row.progress) as Json,
    }));
  }
}

/** In the transaction that is open; one that has ended stays so. */
export function endOperation(database: Database, id: string): void {
  database.statement(END).run(id);
}

function textOf(process: ProcessIdentity): string {
  return canonicalJson({ ...process });
}
