import { chmod, mkdir, open } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { StorageError } from '../domain/errors.ts';
import { Database } from './database.ts';
import { connect, type Connection } from './connection.ts';
import type { DatabaseSchema } from './database-schema.ts';
import { toStorageError } from './storage-error.ts';
import { refuseNewer, schemaVersion, upgrade } from './upgrade.ts';

export interface DatabaseOptions {
  readonly file: string;
  readonly schema: DatabaseSchema;
  readonly durability: 'full' | 'normal';
  /** Never creates nor upgrades. */
  readonly readonly?: boolean;
  /** How long a transaction waits for another process, milliseconds; default 10 s. */
  readonly waitMs?: number;
  /** See ConnectionOptions. */
  readonly longestLog?: number;
}

const WAIT_MS = 10_000;

/**
 * Opens a database file at this program's schema, made or upgraded if need be.
 * @throws StorageError `database_missing`, `database_newer`, `database_older` (read-only) and those of toStorageError
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  try {
    await prepareFile(options);
    const { file, durability, readonly = false, waitMs = WAIT_MS, longestLog } = options;
    const connection = await connect({ file, durability, readonly, waitMs, longestLog });
    return await openOn(connection, options);
  } catch (error) {
    throw toStorageError(error, options.file);
  }
}

/** Nobody but the owner may read what plans and tools said. SQLite gives its side files the same rights. */
async function prepareFile({ file, readonly }: DatabaseOptions): Promise<void> {
  if (existsSync(file)) return;
  if (readonly) {
    throw new StorageError('database_missing', 'there are no plans yet', {
      hint: `${file} does not exist`,
      nextSteps: ['agents plan run FILE'],
    });
  }
  await makePrivateFolder(dirname(file));
  const handle = await open(file, 'a', 0o600);
  await handle.close();
}

/** Makes a folder that only its owner may enter, with those above it; what is there already is left as it is. */
export async function makePrivateFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  // One level at a time: asked for all of them, mkdir never comes back from a place that refuses (such as /proc).
  if (!existsSync(dirname(folder))) await makePrivateFolder(dirname(folder));
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (thrown) {
    // Another process that starts now may have made it.
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw thrown;
  }
  await chmod(folder, 0o700); // a generous umask can't widen it, a strict one can't lock us out
}

/** A database on a connection, made or upgraded if need be. @throws as `openDatabase`; then the connection is closed */
export async function openOn(connection: Connection, options: DatabaseOptions): Promise<Database> {
  const { file, schema } = options;
  const database = new Database(file, connection, async () => {
    const { openOrm } = await import('./open-orm.ts');
    return await openOrm(connection, file, schema);
  });
  try {
    if (options.readonly) refuseOther(schemaVersion(connection.db), schema.version, file);
    else await upgrade(() => database.orm(), connection, file, schema.version);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function refuseOther(at: number, target: number, file: string): void {
  refuseNewer(at, target, file);
  if (at === target) return;
  throw new StorageError('database_older', 'the database was written by an older version of agents', {
    hint: `${file} has schema ${at}, this program wants ${target}; a command that may write upgrades it`,
    nextSteps: ['agents plan list'],
  });
}
