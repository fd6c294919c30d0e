import type { Database as Sqlite } from 'better-sqlite3';
import type { PlanId } from '../domain/ids.ts';
import { canonicalJson, type Json, type JsonObject } from '../domain/json.ts';
import type { NewEvent } from '../domain/plan-event.ts';
import { CHAIN_START, chainHash, digestsIn, type ValuePlace } from '../domain/stored-event.ts';
import type { JournalFinding } from '../ports/object-garbage.ts';
import { EventParts } from './event-parts.ts';
import { sha256 } from './sha256.ts';

const PAGE = 200;

const ROOTS = 'select id, head_seq, head_hash from plans where id = root_id order by id';
const EVENTS = `select seq, plan_id, type, v, at, hash, payload from plan_events
  where root_plan_id = ? and seq > ? order by seq limit ${PAGE}`;
interface Root {
  readonly id: PlanId;
  readonly head_seq: number;
  readonly head_hash: Buffer;
}

interface EventRow {
  readonly seq: number;
  readonly plan_id: PlanId;
  readonly type: string;
  readonly v: number;
  readonly at: string;
  readonly hash: Buffer;
  readonly payload: string;
}

/**
 * Proves the journal of every plan, link by link, and each long value that is still in its part by the digest in the
 * journal. Yields what is wrong, and null after each page. For a transaction, so that a plan that runs stays at rest.
 */
export function* verifyJournals(agents: Sqlite): Generator<JournalFinding | null> {
  for (const root of agents.prepare(ROOTS).all() as Root[]) yield* verifyJournal(agents, root);
}

function* verifyJournal(agents: Sqlite, root: Root): Generator<JournalFinding | null> {
  const events = agents.prepare(EVENTS);
  let last = { seq: 0, hash: CHAIN_START };
  for (;;) {
    const page = events.all(root.id, last.seq) as EventRow[];
    for (const event of page) {
      for (const what of faultsOf(agents, last, event)) {
        yield { plan_id: root.id, seq: event.seq, what };
      }
      // Goes on from what is written, so that one change is one finding.
      last = { seq: event.seq, hash: event.hash.toString('hex') };
    }
    yield null;
    if (page.length < PAGE) break;
  }
  const isWhole = last.seq === root.head_seq && last.hash === root.head_hash.toString('hex');
  if (!isWhole)
    yield { plan_id: root.id, seq: last.seq, what: 'the journal does not end where its plan says' };
}

function* faultsOf(
  agents: Sqlite,
  last: { readonly seq: number; readonly hash: string },
  event: EventRow,
): Generator<string> {
  if (event.seq !== last.seq + 1) yield `events ${last.seq + 1} to ${event.seq - 1} are missing`;
  const payload = readJson(event.payload) as JsonObject | undefined;
  if (payload === undefined) {
    yield 'the event is no JSON';
    return;
  }
  if (chainHash(sha256, last.hash, event, payload) !== event.hash.toString('hex')) {
    yield 'the event does not match its hash';
  }
  yield* partFaults(agents, event, payload);
}

function* partFaults(agents: Sqlite, event: EventRow, payload: JsonObject): Generator<string> {
  const stored = { ...event, payload } as unknown as NewEvent;
  const parts = new EventParts((sql) => agents.prepare(sql), event.seq);
  for (const { place, digest } of digestsIn(stored)) {
    const { section, key } = place;
    const text = parts.textAt(place);
    if (text === undefined) continue; // pruned: the digest is all that is left of it
    const value = valueIn(readJson(text), place);
    if (value === undefined || sha256(canonicalJson(value)) !== digest) {
      yield `the value ${section} ${key} does not match its digest`;
    }
  }
}

function valueIn(part: Json | undefined, { partField }: ValuePlace): Json | undefined {
  return partField === null ? part : (part as JsonObject | null | undefined)?.[partField];
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
