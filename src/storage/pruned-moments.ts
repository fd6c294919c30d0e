import type { PlanId } from '../domain/ids.ts';
import { FIRST_SEQ } from '../domain/plan-event.ts';
import { momentNotKept } from '../domain/retention.ts';
import type { Database } from './database.ts';

/** Where retention has come to in a journal; found through an index of its own. */
export const PRUNED_TO = `select payload ->> '$.to_seq' as seq from plan_events
  where root_plan_id = ? and type = 'checkpoint.pruned' order by seq desc limit 1`;
const STANDS_AT = 'select 1 from checkpoints where root_plan_id = ? and seq = ?';

/** Up to this seq only what checkpoints hold is kept of a tree; 0: nothing was pruned yet. */
export function readPrunedTo(database: Database, rootId: PlanId): number {
  const row = database.statement(PRUNED_TO).get(rootId) as { readonly seq: number } | undefined;
  return row?.seq ?? 0;
}

/** @throws ConflictError `moment_not_kept` if the tree's state there may not be whole any more */
export function requireKept(database: Database, rootId: PlanId, seq: number): void {
  // What a fork began with is never swept: a fold of its journal starts from there.
  if (seq <= FIRST_SEQ || seq > readPrunedTo(database, rootId)) return;
  if (database.statement(STANDS_AT).get(rootId, seq) === undefined) throw momentNotKept(rootId, seq);
}
