import { join } from 'node:path';
import Database from 'better-sqlite3';

/** A new database for a floor: as durable as ours, with nothing of ours. */
export function openRaw(folder: string): Database.Database {
  const database = new Database(join(folder, 'raw.db'));
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = full');
  return database;
}
