import type { AgentsError } from '../domain/errors.ts';
import type { EntityManager, MikroORM } from '@mikro-orm/sqlite';
import type { Database as Sqlite, Statement } from 'better-sqlite3';
import type { Connection } from './connection.ts';
import { lostFile, type LostFile } from './open-files.ts';
import { rescueDatabase } from './rescue-database.ts';
import { QuietLog } from './quiet-log.ts';
import { retryWhileBusy } from './retry-while-busy.ts';
import { toStorageError } from './storage-error.ts';

const BEGIN_WRITE = 'begin immediate';

/** Thrown out of a transaction, so that it is taken back. */
class FilesLost extends Error {
  readonly lost: LostFile;

  constructor(lost: LostFile) {
    super(lost.loss);
    this.lost = lost;
  }
}

/** One open database file. Everything that reads or writes it goes through here, in turn. */
export class Database {
  readonly file: string;
  readonly #connection: Connection;
  readonly #openOrm: () => Promise<MikroORM>;
  #orm: Promise<MikroORM> | null = null;
  readonly #log: QuietLog;
  readonly #statements = new Map<string, Statement>();
  /** Its files are no longer there: why nothing is written any more. */
  #lost: AgentsError | null = null;

  constructor(file: string, connection: Connection, openOrm: () => Promise<MikroORM>) {
    this.file = file;
    this.#connection = connection;
    this.#openOrm = openOrm;
    this.#log = new QuietLog(connection.db);
  }

  /** A prepared statement, kept for the next time. */
  statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#connection.db.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** One write transaction. The work is synchronous: no other user of the connection can come in between. */
  async write<T>(work: (database: Database) => T): Promise<T> {
    const result = await this.#inTurn(BEGIN_WRITE, work);
    this.#log.committed();
    return result;
  }

  /** Reads from one moment of the database, whatever others commit meanwhile. */
  async read<T>(work: (database: Database) => T): Promise<T> {
    return this.#inTurn('begin', work);
  }

  /** The ORM on this connection, loaded when it is first asked for. */
  orm(): Promise<MikroORM> {
    this.#orm ??= this.#openOrm();
    return this.#orm;
  }

  /** Work on entities, each time with an identity map of its own. */
  async entities<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    try {
      const { em } = await this.orm();
      return await retryWhileBusy(() => work(em.fork()), this.#connection.waitMs);
    } catch (error) {
      throw toStorageError(error, this.file);
    }
  }

  /** Changes whenever another connection has committed. */
  dataVersion(): number {
    return this.#connection.db.pragma('data_version', { simple: true }) as number;
  }

  async close(): Promise<void> {
    await this.#connection.gate.enter();
    this.#connection.gate.leave();
    this.#log.close();
    await (await this.#orm)?.close(true);
    this.#connection.db.close();
  }

  async #inTurn<T>(begin: string, work: (database: Database) => T): Promise<T> {
    const { db, gate, waitMs } = this.#connection;
    await gate.enter();
    try {
      return await retryWhileBusy(() => this.#transact(db, begin, work), waitMs);
    } catch (error) {
      throw error instanceof FilesLost ? this.#giveUp(db, error.lost) : toStorageError(error, this.file);
    } finally {
      gate.leave();
    }
  }

  #transact<T>(db: Sqlite, begin: string, work: (database: Database) => T): T {
    this.statement(begin).run();
    try {
      if (begin === BEGIN_WRITE) this.#requireFiles();
      const result = work(this);
      this.statement('commit').run();
      return result;
    } catch (error) {
      if (db.inTransaction) db.exec('rollback');
      throw error;
    }
  }

  /** Nothing is said to be stored that nobody could find again. */
  #requireFiles(): void {
    if (this.#lost) throw this.#lost;
    const lost = this.#connection.files.findLost();
    if (lost) throw new FilesLost(lost);
  }

  #giveUp(db: Sqlite, lost: LostFile): AgentsError {
    this.#lost = lostFile(lost, rescueDatabase(db, this.file));
    return this.#lost;
  }
}
