import {
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
} from 'kysely';
import type { Connection } from './connection.ts';
import { retryWhileBusy } from './retry-while-busy.ts';

class ImmediateDriver extends SqliteDriver {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super({ database: connection.db as never });
    this.#connection = connection;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await this.#connection.gate.enter();
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    this.#connection.gate.leave();
  }

  override async beginTransaction(): Promise<void> {
    const { db, gate, waitMs } = this.#connection;
    try {
      // A plain `begin` that reads first and then writes fails at once when another process wrote in between.
      await retryWhileBusy(() => db.exec('begin immediate'), waitMs);
    } catch (error) {
      gate.leave(); // kysely keeps the connection for ever when a begin throws
      throw error;
    }
  }
}

class GatedAdapter extends SqliteAdapter {
  /** Switches kysely's own lock off: the gate does its work. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** What MikroORM talks through: the same connection and the same gate as the bound statements of the hot path. */
export class GatedSqliteDialect extends SqliteDialect {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    super({ database: connection.db as never });
    this.#connection = connection;
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#connection);
  }

  override createAdapter(): DialectAdapter {
    return new GatedAdapter();
  }
}
