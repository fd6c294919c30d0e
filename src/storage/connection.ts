import Database from 'better-sqlite3';
import { Gate } from './gate.ts';
import { OpenFiles } from './open-files.ts';
import { retryWhileBusy } from './retry-while-busy.ts';

/** The connection of a process to one file, and the order in which its users get it. */
export interface Connection {
  readonly db: Database.Database;
  readonly gate: Gate;
  /** How long a transaction waits for another process, milliseconds. */
  readonly waitMs: number;
  /** The database's files, as they were when they were opened. */
  readonly files: OpenFiles;
}

/** SQLite's own wait sleeps on our thread, so it is short. */
export const BUSY_TIMEOUT_MS = 25;

/** Of objects.db, in pages of 4 KiB: whoever captures moves its log in a quiet moment, long before. */
export const LONGEST_OBJECTS_LOG = 8192;

/**
 * Of agents.db, likewise: QuietLog moves it when nobody waits. Only where each commit is flushed: where none is, what a power cut may take is
 * what stands in the log.
 */
export const LONGEST_AGENTS_LOG = 4096;

export interface ConnectionOptions {
  readonly file: string;
  /** `full` survives a power cut; `normal` may lose the last commits then, never consistency. */
  readonly durability: 'full' | 'normal';
  readonly readonly: boolean;
  readonly waitMs: number;
  /** Pages in the write-ahead log from which on a commit here moves them to their place; default SQLite's. */
  readonly longestLog?: number | undefined;
}

/** Opens a file and sets it up. Switching to WAL needs the file alone for a moment, so it waits its turn. */
export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { file, durability, readonly, waitMs, longestLog } = options;
  const db = new Database(file, { timeout: BUSY_TIMEOUT_MS, readonly, fileMustExist: readonly });
  try {
    await retryWhileBusy(() => {
      if (!readonly) db.pragma('journal_mode = wal');
      db.pragma(`synchronous = ${durability}`);
      db.pragma('foreign_keys = on');
      db.pragma('temp_store = memory');
      db.pragma('journal_size_limit = 16777216');
      if (longestLog !== undefined) db.pragma(`wal_autocheckpoint = ${longestLog}`);
    }, waitMs);
  } catch (error) {
    db.close();
    throw error;
  }
  return { db, gate: new Gate(), waitMs, files: OpenFiles.ofDatabase(file) };
}
