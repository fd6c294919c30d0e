import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { ProcessIdentity } from '../ports/process-table.ts';
import { readStored } from './read-stored.ts';
import type { DatabaseSchema } from './database-schema.ts';
import { madeAtOf, oldestTreeOf } from './made-anew.ts';
import { schemaFaults } from './schema-faults.ts';
import { schemaVersion } from './upgrade.ts';
import { toStorageError } from './storage-error.ts';
import type { StoredLease } from './entities/stored-lease.ts';

/** A root plan that somebody has a lease of, or that is between its start and its end. */
export interface OpenPlan {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly lease: StoredLease | null;
}

/** Work on files that has begun and not ended. */
export interface OpenOperation {
  readonly id: string;
  readonly kind: string;
  readonly rootPlanId: string | null;
  readonly process: ProcessIdentity;
}

export interface DatabaseReport {
  readonly schema: number;
  /** What SQLite's own check says is wrong, and what is defined otherwise than this program does; empty if nothing. */
  readonly damage: readonly string[];
  /** When the file was made, milliseconds since 1970; 0 where that can't be read. */
  readonly madeAt: number;
  /** When the folder that was not touched for longest was, likewise; null where there is none. */
  readonly oldestTree: number | null;
  /** Checkpoints with files, which another database holds. */
  readonly refers: boolean;
  readonly openPlans: readonly OpenPlan[];
  readonly openOperations: readonly OpenOperation[];
}

interface PlanLine {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly lease: string | null;
}

interface OperationLine {
  readonly id: string;
  readonly kind: string;
  readonly root_plan_id: string | null;
  readonly process: string;
}

/**
 * Looks at a database file without the ORM, and without making, upgrading or mending anything. Null if there is none.
 * @param schema the one that the rows are known in; of a file with another one they are not read
 * @throws StorageError
 */
export async function inspectDatabase(file: string, schema: DatabaseSchema): Promise<DatabaseReport | null> {
  if (!existsSync(file)) return null;
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      return await inspect(db, schema);
    } finally {
      db.close();
    }
  } catch (error) {
    throw toStorageError(error, file);
  }
}

async function inspect(db: Database.Database, wanted: DatabaseSchema): Promise<DatabaseReport> {
  const schema = schemaVersion(db);
  const found = db.pragma('quick_check(5)') as readonly { readonly quick_check: string }[];
  const damage = found.map(({ quick_check }) => quick_check).filter((line) => line !== 'ok');
  if (damage.length === 0 && schema === wanted.version) damage.push(...(await schemaFaults(db, wanted)));
  const nothing = { madeAt: 0, oldestTree: null, refers: false, openPlans: [], openOperations: [] };
  if (schema !== wanted.version || damage.length > 0) return { schema, damage, ...nothing };
  const unread = { schema, damage, ...nothing, madeAt: madeAtOf(db) };
  if (!hasPlans(db)) return { ...unread, oldestTree: oldestTreeOf(db) };
  return {
    ...unread,
    refers:
      db.prepare('select exists (select 1 from checkpoints where tree_hash is not null)').pluck().get() === 1,
    openPlans: readOpenPlans(db),
    openOperations: readOpenOperations(db),
  };
}

/** The database of contents has none. */
function hasPlans(db: Database.Database): boolean {
  return (
    db.prepare("select 1 from sqlite_schema where type = 'table' and name = 'plans'").get() !== undefined
  );
}

function readOpenPlans(db: Database.Database): readonly OpenPlan[] {
  const sql = `select id, name, state, lease from plans
    where parent_id is null and (lease is not null or state = 'processing') order by created_at, id`;
  return (db.prepare(sql).all() as PlanLine[]).map(({ lease, ...plan }) => ({
    ...plan,
    lease: lease === null ? null : (readStored(lease) as StoredLease | null),
  }));
}

function readOpenOperations(db: Database.Database): readonly OpenOperation[] {
  const sql =
    'select id, kind, root_plan_id, process from operations where ended_at is null order by started_at';
  return (db.prepare(sql).all() as OperationLine[]).map(({ root_plan_id, process, ...operation }) => ({
    ...operation,
    rootPlanId: root_plan_id,
    process: readStored(process) as ProcessIdentity,
  }));
}
