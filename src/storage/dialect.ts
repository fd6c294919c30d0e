import Database from 'better-sqlite3';
import {
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
} from 'kysely';
import { Gate } from './gate.ts';
import { retryWhileBusy } from './retry-while-busy.ts';

/** The connection of a process to one file, and the order in which its users get it. */
export interface Connection {
  readonly db: Database.Database;
  readonly gate: Gate;
  /** How long a transaction waits for another process, milliseconds. */
  readonly waitMs: number;
}

/** SQLite's own wait sleeps on our thread, so it is short. */
export const BUSY_TIMEOUT_MS = 25;

export interface ConnectionOptions {
  readonly file: string;
  /** `full` survives a power cut; `normal` may lose the last commits then, never consistency. */
  readonly durability: 'full' | 'normal';
  readonly readonly: boolean;
  readonly waitMs: number;
}

/** Opens a file and sets it up. Switching to WAL needs the file alone for a moment, so it waits its turn. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { file, durability, readonly, waitMs } = options;
  const db = new Database(file, { timeout: BUSY_TIMEOUT_MS, readonly, fileMustExist: readonly });
  try {
    await retryWhileBusy(() => {
      if (!readonly) db.pragma('journal_mode = wal');
      db.pragma(`synchronous = ${durability}`);
      db.pragma('foreign_keys = on');
      db.pragma('temp_store = memory');
      db.pragma('journal_size_limit = 16777216');
    }, waitMs);
  } catch (error) {
    db.close();
    throw error;
  }
  return { db, gate: new Gate(), waitMs };
}

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
