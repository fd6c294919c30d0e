import { join } from 'node:path';
import Database from 'better-sqlite3';
import { OBJECTS_SCHEMA } from './database-schema.ts';
import { ObjectFiles } from './object-files.ts';
import { openDatabase } from './open-database.ts';
import { SqliteObjectStore, type ObjectStoreHooks } from './sqlite-object-store.ts';

/** How long SQLite may sleep until another writer is done, milliseconds: this thread has nothing else to do. */
const BUSY_TIMEOUT_MS = 10_000;

export interface ObjectStoreOptions extends Partial<ObjectStoreHooks> {
  /** The folder of everything we keep. */
  readonly home: string;
}

/**
 * Opens the objects of a home, made or upgraded if need be. For a thread that may wait: see ObjectStore.
 * @throws StorageError
 */
export async function openObjectStore(options: ObjectStoreOptions): Promise<SqliteObjectStore> {
  const { home, now = Date.now, onStep = () => undefined } = options;
  const files = new ObjectFiles(join(home, 'objects'));
  return new SqliteObjectStore(await connectObjects(home), files, { now, onStep });
}

/**
 * A connection of its own to objects.db. It commits without waiting for the disk.
 * @throws StorageError
 */
export async function connectObjects(home: string): Promise<Database.Database> {
  const file = join(home, 'objects.db');
  await (await openDatabase({ file, schema: OBJECTS_SCHEMA, durability: 'full' })).close();
  const db = new Database(file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
  db.pragma('synchronous = normal');
  db.pragma('journal_size_limit = 16777216');
  return db;
}
