import type { EventPayloads } from '../domain/plan-event.ts';
import { checkpointNotFound } from '../domain/references.ts';
import type { Database } from './database.ts';

const SET_LABEL = 'update checkpoints set label = ? where id = ?';
const SET_PINNED = 'update checkpoints set pinned = ? where id = ?';

/** In the transaction that is open. @throws NotFoundError */
export function markCheckpoint(database: Database, mark: EventPayloads['checkpoint.marked']): void {
  const { checkpoint_id: id, label, pinned } = mark;
  const set = (sql: string, value: string | number | null): void => {
    if (database.statement(sql).run(value, id).changes === 0) throw checkpointNotFound(id);
  };
  if (label !== undefined) set(SET_LABEL, label);
  if (pinned !== undefined) set(SET_PINNED, pinned ? 1 : 0);
}
