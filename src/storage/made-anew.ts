import type { Database as Sqlite } from 'better-sqlite3';

/** The two databases of a home are made at the same time; a clock may be set meanwhile. */
const MADE_TOGETHER_MS = 60_000;

/** When a database was made, milliseconds since 1970. */
export function madeAtOf(db: Sqlite): number {
  return db.prepare('select min(executed_at) from mikro_orm_migrations').pluck().get() as number;
}

/** When the folder that was not touched for longest was, milliseconds since 1970; null if none is stored. */
export function oldestTreeOf(objects: Sqlite): number | null {
  const at = objects.prepare('select min(created_at) from trees').pluck().get() as string | null;
  return at === null ? null : Date.parse(at);
}

/**
 * True if folders are stored that are older than the database of plans: another one knew them, which was deleted or cut off. A copy
 * of it that is put back needs them.
 * @param madeAt of the database of plans
 */
export function isMadeAnew(madeAt: number, oldestTree: number | null): boolean {
  return oldestTree !== null && oldestTree < madeAt - MADE_TOGETHER_MS;
}
