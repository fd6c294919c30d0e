import type { Trigger } from '../domain/checkpoint.ts';
import type { PlanId } from '../domain/ids.ts';
import { KEPT_ERRORS, keptBecause, type RetainedCheckpoint } from '../domain/retention.ts';
import { LAST_WAY_BACK } from './checkpoint-remover.ts';
import type { Database } from './database.ts';

const COLUMNS = 'id, plan_id, number, seq, trigger, created_at, bytes, label, pinned';
const OLDEST = `select ${COLUMNS} from checkpoints where root_plan_id = @rootId and seq > @after
  order by seq limit @limit`;
const OF_NUMBERS = `select ${COLUMNS} from checkpoints where root_plan_id = @rootId
  and number in (select value from json_each(@numbers)) order by seq`;
const COUNT = 'select count(*) as count from checkpoints where root_plan_id = ?';
const LASTS = `select last_checkpoint_id as last, (
    select id from checkpoints where plan_id = plans.id order by seq desc limit 1) as newest
  from plans where root_id = ?`;
const FORKED = `select forked_from ->> '$.checkpoint_id' as id from plans
  where forked_from ->> '$.plan_id' = ?`;
const OPEN = 'select progress from operations where ended_at is null and progress is not null';
const ERRORS = `select id from checkpoints where root_plan_id = ? and trigger = 'on_error'
  order by seq desc limit ${KEPT_ERRORS}`;

interface Row extends Omit<RetainedCheckpoint, 'kept'> {
  readonly label: string | null;
  readonly pinned: 0 | 1;
}

/** How many checkpoints a tree of plans has, in the transaction that is open. */
export function countCheckpoints(database: Database, rootId: PlanId): number {
  return (database.statement(COUNT).get(rootId) as { readonly count: number }).count;
}

/** The oldest of a tree after a place, with what keeps each, in the transaction that is open. */
export function readOldest(
  database: Database,
  rootId: PlanId,
  after: number,
  limit: number,
): readonly RetainedCheckpoint[] {
  return withHolds(database, rootId, database.statement(OLDEST).all({ rootId, after, limit }) as Row[]);
}

/** Those of a tree that have these numbers, likewise. */
export function readNumbered(
  database: Database,
  rootId: PlanId,
  numbers: readonly number[],
): readonly RetainedCheckpoint[] {
  const rows = database.statement(OF_NUMBERS).all({ rootId, numbers: JSON.stringify(numbers) }) as Row[];
  return withHolds(database, rootId, rows);
}

/** Each question once for all of them, and only if one of them makes it one. */
function withHolds(database: Database, rootId: PlanId, rows: readonly Row[]): readonly RetainedCheckpoint[] {
  const idsOf = (sql: string): readonly { readonly id: string }[] =>
    database.statement(sql).all(rootId) as { readonly id: string }[];
  const has = (trigger: Trigger): boolean => rows.some((row) => row.trigger === trigger);
  const lasts = new Set(
    (database.statement(LASTS).all(rootId) as { last: string | null; newest: string | null }[]).flatMap(
      ({ last, newest }) => [last, newest],
    ),
  );
  const forked = new Set(idsOf(FORKED).map(({ id }) => id));
  const errors = new Set(has('on_error') ? idsOf(ERRORS).map(({ id }) => id) : []);
  const wayBack = has('pre_rollback') ? idsOf(LAST_WAY_BACK)[0]?.id : undefined;
  const progress = (database.statement(OPEN).all() as { readonly progress: string }[])
    .map((row) => row.progress)
    .join('\n');
  return rows.map(({ label, pinned, ...row }) => ({
    ...row,
    kept: keptBecause({
      label,
      trigger: row.trigger,
      pinned: pinned === 1,
      isInUse: progress.includes(row.id),
      isLast: lasts.has(row.id),
      isWayBack: row.id === wayBack,
      isForked: forked.has(row.id),
      isRecentError: errors.has(row.id),
    }),
  }));
}
