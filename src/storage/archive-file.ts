import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StorageError } from '../domain/errors.ts';
import type { ArchiveReport } from '../ports/plan-archive.ts';

export type Sqlite = Database.Database;

/** "AgAr" */
const APPLICATION_ID = 0x41_67_41_72;
/** Of the archive's own tables; it has nothing to do with the schema of agents.db. */
const ARCHIVE_FORMAT = 1;

interface CopiedTable {
  readonly columns: readonly string[];
  /** The column that names the root plan. */
  readonly of: string;
  readonly order: string;
}

/** The rows of agents.db that are taken as they are; `plans` first, for the others refer to it. */
export const COPIED = {
  plans: {
    columns: [
      'id',
      'root_id',
      'parent_id',
      'forked_from',
      'name',
      'goal',
      'workspace',
      'phase',
      'state',
      'state_hash',
      'last_checkpoint_id',
      'error',
      'created_at',
      'updated_at',
      'head_seq',
      'head_hash',
      'last_number',
      'inputs',
      'effective_config',
    ],
    of: 'root_id',
    order: 'id',
  },
  plan_documents: {
    columns: ['plan_id', 'root_plan_id', 'included_documents', 'document'],
    of: 'root_plan_id',
    order: 'plan_id',
  },
  plan_events: {
    columns: ['root_plan_id', 'seq', 'plan_id', 'type', 'v', 'at', 'hash', 'payload'],
    of: 'root_plan_id',
    order: 'seq',
  },
  state_parts: {
    columns: ['root_plan_id', 'plan_id', 'section', 'key', 'from_seq', 'to_seq', 'ord', 'value'],
    of: 'root_plan_id',
    order: 'plan_id, section, key, from_seq',
  },
  checkpoints: {
    columns: [
      'id',
      'plan_id',
      'root_plan_id',
      'created_at',
      'seq',
      'number',
      'trigger',
      'label',
      'phase',
      'state',
      'step_id',
      'tool',
      'tool_call_id',
      'attempt',
      'outcome',
      'capture',
      'capture_reason',
      'capture_paths',
      'tree_hash',
      'state_hash',
      'files_changed',
      'bytes',
      'parent_id',
      'pinned',
      'metadata',
      'state_snapshot',
    ],
    of: 'root_plan_id',
    order: 'id',
  },
} as const satisfies Record<string, CopiedTable>;
export type CopiedName = keyof typeof COPIED;
export const COPIED_NAMES = Object.keys(COPIED) as readonly CopiedName[];

// No types: a value comes out as it went in.
const OWN_TABLES = `
  create table manifest (format, exported_at, plan_id, hash, report);
  create table trees (hash primary key, entries) without rowid;
  create table contents (hash primary key, bytes) without rowid;
  create table pieces (hash, piece, codec, data, primary key (hash, piece));`;

/** The statement that puts a row into a table. */
export function insertInto(table: CopiedName): string {
  const { columns } = COPIED[table];
  return `insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`;
}

/** Rows as lists of values, in a fixed order. */
export function rowsOf(db: Sqlite, table: CopiedName): IterableIterator<readonly unknown[]> {
  const { columns, order } = COPIED[table];
  return db
    .prepare(`select ${columns.join(', ')} from ${table} order by ${order}`)
    .raw()
    .iterate() as IterableIterator<readonly unknown[]>;
}

/** Makes an empty archive, readable by nobody else. It counts only once it has a manifest and its name. */
export function makeArchive(file: string): Sqlite {
  closeSync(openSync(file, 'wx', 0o600));
  const db = new Database(file);
  db.pragma('journal_mode = memory');
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${ARCHIVE_FORMAT}`);
  for (const name of COPIED_NAMES) db.exec(`create table ${name} (${COPIED[name].columns.join(', ')})`);
  db.exec(OWN_TABLES);
  return db;
}

/** @throws StorageError `archive_unreadable`, `archive_newer`, `archive_damaged` */
export function openArchive(file: string): Sqlite {
  if (!existsSync(file)) throw unreadable(file, 'there is no such file');
  let db: Sqlite | undefined;
  try {
    db = new Database(file, { readonly: true });
    const pragma = (name: string): unknown => db?.pragma(name, { simple: true });
    if (pragma('application_id') !== APPLICATION_ID) throw unreadable(file, 'it is no archive of a plan');
    const format = pragma('user_version') as number;
    if (format > ARCHIVE_FORMAT) throw newer(file, format);
    if (pragma('quick_check(1)') !== 'ok') throw archiveDamaged('it is not whole');
    return db;
  } catch (thrown) {
    db?.close();
    if (thrown instanceof StorageError) throw thrown;
    if ((thrown as { code?: unknown }).code === 'SQLITE_CORRUPT')
      throw archiveDamaged('it is not whole', thrown);
    throw unreadable(file, (thrown as Error).message, thrown);
  }
}

/** Sha256 over everything but the contents and folders themselves, which their own hashes prove. */
export function hashOfArchive(db: Sqlite): string {
  const hash = createHash('sha256');
  for (const name of COPIED_NAMES) {
    hash.update(`${name}\n`);
    for (const row of rowsOf(db, name)) hash.update(`${JSON.stringify(row)}\n`);
  }
  for (const [list, sql] of [
    ['trees', 'select hash from trees order by hash'],
    ['contents', 'select hash, bytes from contents order by hash'],
  ] as const) {
    hash.update(`${list}\n`);
    for (const row of db.prepare(sql).raw().iterate()) hash.update(`${JSON.stringify(row)}\n`);
  }
  return hash.digest('hex');
}

export function writeManifest(db: Sqlite, report: ArchiveReport): void {
  const row = [ARCHIVE_FORMAT, report.exported_at, report.plan_id, hashOfArchive(db), JSON.stringify(report)];
  db.prepare('insert into manifest values (?, ?, ?, ?, ?)').run(...row);
}

/** What an archive says of itself, if it is what it was when that was written. @throws StorageError `archive_damaged` */
export function readManifest(db: Sqlite): ArchiveReport {
  const rows = db.prepare('select hash, report from manifest').all() as { hash: string; report: string }[];
  const [manifest] = rows;
  if (manifest?.hash !== hashOfArchive(db)) throw archiveDamaged('it is not what its manifest says');
  return JSON.parse(manifest.report) as ArchiveReport;
}

export function archiveDamaged(hint: string, cause?: unknown): StorageError {
  return new StorageError('archive_damaged', 'the archive is damaged', {
    hint,
    nextSteps: ['copy it again from where it was made'],
    cause,
  });
}

function unreadable(file: string, hint: string, cause?: unknown): StorageError {
  return new StorageError('archive_unreadable', `${file} can't be read as an archive of a plan`, {
    hint,
    cause,
  });
}

function newer(file: string, format: number): StorageError {
  return new StorageError('archive_newer', `${file} was written by a newer version of agents`, {
    hint: `it has format ${format}, this program knows ${ARCHIVE_FORMAT}`,
    nextSteps: ['update agents'],
  });
}
