import type { Json, JsonObject } from '../domain/json.ts';
import type { NewEvent, PlanEvent } from '../domain/plan-event.ts';
import { fromStoredPayload, needsPart, valuePlaceOf } from '../domain/stored-event.ts';
import { planNotFound } from '../domain/references.ts';
import type { PlanId } from '../domain/ids.ts';
import type { JournalHead } from '../ports/plan-store.ts';
import type { Database } from './database.ts';

const EVENTS_AFTER = `select seq, plan_id, type, at, payload from plan_events
  where root_plan_id = ? and seq > ? order by seq limit ?`;

const EVENTS_OF_TYPE = `select seq, plan_id, type, at, payload from plan_events
  where root_plan_id = ? and type = ? order by seq`;

const PART_OF_EVENT = `select value from state_parts
  where root_plan_id = ? and plan_id = ? and section = ? and key = ? and from_seq = ?`;

const HEAD = 'select head_seq, head_hash, last_number from plans where id = ? and root_id = id';
const HEADS_OF_TREE = 'select id, last_checkpoint_id, state_hash from plans where root_id = ?';

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
  const stored = { type, plan_id, payload: JSON.parse(row.payload) as JsonObject } as unknown as NewEvent;
  const payload = needsPart(stored)
    ? fromStoredPayload(stored, partOf(database, rootId, seq, stored))
    : stored.payload;
  return { type, plan_id, payload, root_plan_id: rootId, seq, at } as PlanEvent;
}

function partOf(database: Database, rootId: PlanId, seq: number, event: NewEvent): Json | null {
  const place = valuePlaceOf(event);
  const row = database.statement(PART_OF_EVENT).get(rootId, event.plan_id, place?.section, place?.key, seq);
  return row === undefined ? null : (JSON.parse((row as { value: string }).value) as Json);
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
  }[];
  return {
    seq: head.head_seq,
    hash: head.head_hash.toString('hex'),
    lastNumber: head.last_number,
    plans: new Map(
      plans.map((plan) => [
        plan.id,
        { lastCheckpointId: plan.last_checkpoint_id, stateHash: plan.state_hash },
      ]),
    ),
  };
}
