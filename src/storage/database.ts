import type { EntityManager, MikroORM } from '@mikro-orm/sqlite';
import type { Database as Sqlite, Statement } from 'better-sqlite3';
import type { Connection } from './connection.ts';
import { retryWhileBusy } from './retry-while-busy.ts';
import { toStorageError } from './storage-error.ts';

/** One open database file. Everything that reads or writes it goes through here, in turn. */
export class Database {
  readonly file: string;
  readonly #connection: Connection;
  readonly #openOrm: () => Promise<MikroORM>;
  #orm: Promise<MikroORM> | null = null;
  readonly #statements = new Map<string, Statement>();

  constructor(file: string, connection: Connection, openOrm: () => Promise<MikroORM>) {
    this.file = file;
    this.#connection = connection;
    this.#openOrm = openOrm;
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
    return this.#inTurn('begin immediate', work);
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
    await (await this.#orm)?.close(true);
    this.#connection.db.close();
  }

  async #inTurn<T>(begin: string, work: (database: Database) => T): Promise<T> {
    const { db, gate, waitMs } = this.#connection;
    await gate.enter();
    try {
      return await retryWhileBusy(() => this.#transact(db, begin, work), waitMs);
    } catch (error) {
      throw toStorageError(error, this.file);
    } finally {
      gate.leave();
    }
  }

  #transact<T>(db: Sqlite, begin: string, work: (database: Database) => T): T {
    this.statement(begin).run();
    try {
      const result = work(this);
      this.statement('commit').run();
      return result;
    } catch (error) {
      if (db.inTransaction) db.exec('rollback');
      throw error;
    }
  }
}
