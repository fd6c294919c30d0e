import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { MikroORM } from '@mikro-orm/sqlite';
import { StorageError } from '../domain/errors.ts';
import { BUSY_TIMEOUT_MS, type Connection } from './connection.ts';
import { retryWhileBusy } from './retry-while-busy.ts';

/** While starting, sleeping on our thread is fine: nothing else runs yet. */
const UPGRADE_TIMEOUT_MS = 5000;

/** The migrator makes this table without a transaction: two first starts would collide. */
const MIGRATIONS_TABLE = `create table if not exists mikro_orm_migrations (
  id integer not null primary key autoincrement,
  name text not null,
  executed_at datetime not null default (strftime('%s', 'now') * 1000))`;

/** The schema's version: how many migrations the file has seen. */
export function schemaVersion(db: Database.Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/**
 * Brings a file to the schema of this program. Forward only; any number of processes may do it at once.
 * @throws StorageError `database_newer`, then nothing was touched
 */
export async function upgrade(
  openOrm: () => Promise<MikroORM>,
  connection: Connection,
  file: string,
  target: number,
): Promise<void> {
  const at = schemaVersion(connection.db);
  if (at === target) return;
  refuseNewer(at, target, file);
  if (at > 0) await keepCopy(connection, file, at);
  connection.db.pragma(`busy_timeout = ${UPGRADE_TIMEOUT_MS}`);
  try {
    await retryWhileBusy(() => connection.db.exec(MIGRATIONS_TABLE), connection.waitMs);
    const orm = await openOrm();
    await orm.connect(); // switches foreign keys on, so it has to come before they are switched off
    await migrate(orm, connection.db);
  } finally {
    connection.db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}

export function refuseNewer(at: number, target: number, file: string): void {
  if (at <= target) return;
  throw new StorageError('database_newer', 'the database was written by a newer version of agents', {
    hint: `${file} has schema ${at}, this program knows ${target}`,
    nextSteps: ['update agents', 'or set AGENTS_HOME to another folder'],
  });
}

/** Keeps the file as it was, beside it. A copy that another process's upgrade slipped into is thrown away. */
export async function keepCopy(connection: Connection, file: string, at: number): Promise<void> {
  await removeLeftDrafts(file);
  const draft = `${file}.copy-${process.pid}`;
  try {
    await writeFile(draft, '', { mode: 0o600 }); // SQLite fills an empty file, and keeps its rights
    connection.db.prepare('vacuum into ?').run(draft);
    const copy = new Database(draft, { readonly: true });
    const copied = schemaVersion(copy);
    copy.close();
    if (copied === at) await rename(draft, `${file}.before-upgrade-${at}`);
  } finally {
    // A full disk must not be left with half a copy on it.
    await rm(draft, { force: true });
  }
}

/** What processes have left that were killed while they made a copy: this one has begun none yet, so its number was another's. */
async function removeLeftDrafts(file: string): Promise<void> {
  for (const name of await readdir(dirname(file))) {
    const path = join(dirname(file), name);
    const [, digits] = /^\.copy-(\d+)(?:-journal)?$/.exec(path.slice(file.length)) ?? [];
    if (digits === undefined || !path.startsWith(file)) continue;
    const pid = Number(digits);
    if (pid === process.pid || isGone(pid)) await rm(path, { force: true });
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    // One that may not be signalled is there.
    return (thrown as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function migrate(orm: MikroORM, db: Database.Database): Promise<void> {
  // Changing a column rebuilds its table: with foreign keys on, dropping the old one would delete every row that
  // refers to it. Neither pragma works inside the migrator's transaction, so those in a migration do nothing.
  db.pragma('foreign_keys = off');
  db.pragma('legacy_alter_table = on'); // a view may name a table that is being rebuilt
  orm.migrator.on('migrated', ({ name }) => {
    // Still inside the transaction: what throws here takes all back.
    const dangling = db.pragma('foreign_key_check') as unknown[];
    if (dangling.length > 0) {
      throw new StorageError(
        'upgrade_failed',
        `the migration ${name} left ${dangling.length} rows without their plan`,
      );
    }
    db.pragma(`user_version = ${schemaVersion(db) + 1}`);
  });
  try {
    await orm.migrator.up();
  } finally {
    db.pragma('legacy_alter_table = off');
    db.pragma('foreign_keys = on');
  }
}
