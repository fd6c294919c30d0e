import type { Json, JsonObject } from '../domain/json.ts';
import type { NewEvent, PlanEvent } from '../domain/plan-event.ts';
import { fromStoredPayload } from '../domain/stored-event.ts';
import { planNotFound } from '../domain/references.ts';
import type { PlanId } from '../domain/ids.ts';
import type { JournalHead } from '../ports/plan-store.ts';
import type { Database } from './database.ts';
import { EventParts } from './event-parts.ts';
import { readStored } from './read-stored.ts';

const EVENTS_AFTER = `select seq, plan_id, type, at, payload from plan_events
  where root_plan_id = ? and seq > ? order by seq limit ?`;

const EVENTS_OF_TYPE = `select seq, plan_id, type, at, payload from plan_events
  where root_plan_id = ? and type = ? order by seq`;

const HEAD = 'select head_seq, head_hash, last_number from plans where id = ? and root_id = id';
const HEADS_OF_TREE = `select plans.id, last_checkpoint_id, plans.state_hash, tree_hash from plans
  left join checkpoints on checkpoints.id = last_checkpoint_id where root_id = ?`;

interface EventRow {
  readonly seq: number;
  readonly plan_id: PlanId;
  readonly type: string;
  readonly at: string;
  readonly payload: string;
}

/** Events after a place, with the long values that the journal keeps in state parts. */
export function readEvents(
  database: Database,
  rootId: PlanId,
  after: number,
  limit: number,
): readonly PlanEvent[] {
  const rows = database.statement(EVENTS_AFTER).all(rootId, after, limit) as EventRow[];
  return rows.map((row) => toEvent(database, rootId, row));
}

/** All events of one type, in order. */
export function readEventsOfType(
  database: Database,
  rootId: PlanId,
  type: PlanEvent['type'],
): readonly PlanEvent[] {
  const rows = database.statement(EVENTS_OF_TYPE).all(rootId, type) as EventRow[];
  return rows.map((row) => toEvent(database, rootId, row));
}

function toEvent(database: Database, rootId: PlanId, row: EventRow): PlanEvent {
  const { seq, plan_id, type, at } = row;
  const stored = { type, plan_id, payload: readStored(row.payload) as JsonObject } as unknown as NewEvent;
  const parts = new EventParts((sql) => database.statement(sql), seq);
  const payload = fromStoredPayload(stored, (place) => {
    const text = parts.textAt(place);
    return text === undefined ? null : (readStored(text) as Json);
  });
  return { type, plan_id, payload, root_plan_id: rootId, seq, at } as unknown as PlanEvent;
}

/** @throws NotFoundError `plan_not_found`, also for a subplan: it has no journal of its own */
export function readHead(database: Database, rootId: PlanId): JournalHead {
  const head = database.statement(HEAD).get(rootId) as
    | { head_seq: number; head_hash: Buffer; last_number: number }
    | undefined;
  if (!head) throw planNotFound(rootId);
  const plans = database.statement(HEADS_OF_TREE).all(rootId) as {
    id: PlanId;
    last_checkpoint_id: string | null;
    state_hash: string;
    tree_hash: string | null;
  }[];
  return {
    seq: head.head_seq,
    hash: head.head_hash.toString('hex'),
    lastNumber: head.last_number,
    plans: new Map(
      plans.map((plan) => [
        plan.id,
        {
          lastCheckpointId: plan.last_checkpoint_id,
          lastTree: plan.tree_hash,
          stateHash: plan.state_hash,
        },
      ]),
    ),
  };
}

/** The newest of the trees that a journal names up to a place. */
export const LAST_TREE = `select coalesce(payload ->> '$.tree_after', payload ->> '$.tree_before', payload ->> '$.tree_hash',
    payload ->> '$.checkpoint.tree_hash') as tree
  from plan_events
  where root_plan_id = ? and seq <= ? and tree is not null
    and type in ('tool.started', 'tool.completed', 'tool.failed', 'checkpoint.created', 'plan.forked')
  order by seq desc limit 1`;

/** The newest of the trees that events name; null if none does. */
export function readLastTree(
  database: Database,
  rootId: PlanId,
  seq: number = Number.MAX_SAFE_INTEGER,
): string | null {
  const row = database.statement(LAST_TREE).get(rootId, seq) as { readonly tree: string } | undefined;
  return row?.tree ?? null;
}
