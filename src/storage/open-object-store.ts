import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LONGEST_OBJECTS_LOG } from './connection.ts';
import { OBJECTS_SCHEMA } from './database-schema.ts';
import { ObjectFiles } from './object-files.ts';
import { openDatabase } from './open-database.ts';
import { ObjectWriter } from './object-writer.ts';
import { SqliteObjectStore, type ObjectStoreHooks } from './sqlite-object-store.ts';
import { WriterThread } from './writer-thread.ts';

/** How long SQLite may sleep until another writer is done, milliseconds: this thread has nothing else to do. */
const BUSY_TIMEOUT_MS = 10_000;

export interface ObjectStoreOptions extends Partial<Omit<ObjectStoreHooks, 'startThread'>> {
  /** The folder of everything we keep. */
  readonly home: string;
  /** The entry of a thread that may write much at a time, see serveWriter. Default: it is written by the one who puts it. */
  readonly writerEntry?: URL;
}

/**
 * Opens the objects of a home, made or upgraded if need be. For a thread that may wait: see ObjectStore.
 * @throws StorageError
 */
export async function openObjectStore(options: ObjectStoreOptions): Promise<SqliteObjectStore> {
  const { home, now = Date.now, onStep = () => undefined, writerEntry } = options;
  const files = new ObjectFiles(join(home, 'objects'));
  const startThread = writerEntry ? () => new WriterThread(writerEntry, home) : null;
  return new SqliteObjectStore(await connectObjects(home), files, { now, onStep, startThread });
}

/** For the thread that a store has started: it writes rows only. */
export async function openObjectWriter(
  home: string,
): Promise<{ readonly writer: ObjectWriter; close(): void }> {
  const db = connectMade(home);
  return { writer: new ObjectWriter(db, Date.now, () => undefined), close: () => db.close() };
}

/**
 * A connection of its own to objects.db. It commits without waiting for the disk.
 * @throws StorageError
 */
export async function connectObjects(home: string): Promise<Database.Database> {
  const file = join(home, 'objects.db');
  await (await openDatabase({ file, schema: OBJECTS_SCHEMA, durability: 'full' })).close();
  const db = connectMade(home);
  requireFolder(join(home, 'objects'), db);
  return db;
}

/** Without its folder the large contents are gone: then nothing that was seen before counts, and the next look stores all of it again. */
function requireFolder(folder: string, db: Database.Database): void {
  if (existsSync(folder)) return;
  db.exec('delete from scanned_folders');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function connectMade(home: string): Database.Database {
  const db = new Database(join(home, 'objects.db'), { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
  db.pragma('synchronous = normal');
  db.pragma('journal_size_limit = 16777216');
  db.pragma(`wal_autocheckpoint = ${LONGEST_OBJECTS_LOG}`);
  return db;
}
