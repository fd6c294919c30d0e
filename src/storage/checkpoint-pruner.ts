import type { CheckpointId, PlanId } from '../domain/ids.ts';
import type { EventPayloads } from '../domain/plan-event.ts';
import { overtaken } from '../domain/retention.ts';
import type { Database } from './database.ts';
import { readNumbered } from './retained-checkpoints.ts';

const PARENTS = `select id, parent_id from checkpoints where id in (select value from json_each(?))`;
const CHILDREN = `select id, parent_id from checkpoints
  where root_plan_id = ? and parent_id in (select value from json_each(?))`;
const LINK = 'update checkpoints set parent_id = ? where id = ?';
const DELETE = 'delete from checkpoints where id in (select value from json_each(?))';

interface Link {
  readonly id: CheckpointId;
  readonly parent_id: CheckpointId | null;
}

/**
 * In the transaction that is open: all of them or none; what came after them comes after what was before them.
 * @throws ConflictError `retention_overtaken` if one of them has gone, or has to stay by now
 */
export function pruneCheckpoints(
  database: Database,
  rootId: PlanId,
  { numbers, count }: EventPayloads['checkpoint.pruned'],
): void {
  const wanted = numbers.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, n) => first + n),
  );
  const found = readNumbered(database, rootId, wanted);
  if (found.length !== count || found.some(({ kept }) => kept !== null)) throw overtaken(rootId);
  const doomed = JSON.stringify(found.map(({ id }) => id));
  const parents = new Map(
    (database.statement(PARENTS).all(doomed) as Link[]).map(({ id, parent_id }) => [id, parent_id]),
  );
  for (const { id, parent_id } of database.statement(CHILDREN).all(rootId, doomed) as Link[]) {
    if (!parents.has(id)) database.statement(LINK).run(firstLeft(parents, parent_id), id);
  }
  database.statement(DELETE).run(doomed);
}

/** The nearest one before that stays. */
export function firstLeft(
  doomed: ReadonlyMap<CheckpointId, CheckpointId | null>,
  id: CheckpointId | null,
): CheckpointId | null {
  let left = id;
  while (left !== null && doomed.has(left)) left = doomed.get(left) ?? null;
  return left;
}
