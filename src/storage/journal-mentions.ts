import type { Database as Sqlite } from 'better-sqlite3';
import type { JsonObject } from '../domain/json.ts';
import { LAST_TREE } from './journal-reader.ts';
import { PRUNED_TO } from './pruned-moments.ts';

const OLDEST_KEPT = 'select min(seq) as seq from checkpoints where root_plan_id = ?';

/** The events whose files retention lets go. */
const OF_FILES = new Set([
  'tool.started',
  'tool.completed',
  'tool.failed',
  'checkpoint.created',
  'plan.rolled_back',
]);

export interface EventRow {
  readonly root_plan_id: string;
  readonly seq: number;
  readonly type: string;
  readonly payload: string;
}

/** What is known of the journal that is being read. */
interface Place {
  readonly rootId: string;
  readonly prunedTo: number;
  /** Going back to any checkpoint asks what was changed since. */
  readonly oldestKept: number;
  /** Writes that have not said yet what they did, with the tree before each. */
  readonly open: Map<string, string>;
}

/**
 * What events say that still needs something in the object store. After the place where retention has come to, all of it does. Up to
 * there the files of a moment are kept where a checkpoint stands that stayed, and its row says so; of the events counts what going
 * back to it has to know: the lists of what was changed since, and for a write of which nobody knows what it did, the tree before it
 * and the next that was seen.
 */
export class JournalMentions {
  readonly #db: Sqlite;
  #place: Place | null = null;

  constructor(db: Sqlite) {
    this.#db = db;
  }

  /** Texts to be searched for hashes. Rows come in order of root plan and seq. */
  *textsOf(row: EventRow): Generator<string> {
    if (this.#place?.rootId !== row.root_plan_id) {
      yield* this.rest();
      this.#place = this.#enter(row.root_plan_id);
      if (this.#place.prunedTo > 0) yield this.#lastTree(row.root_plan_id);
    }
    const place = this.#place;
    if (row.seq > place.prunedTo || !OF_FILES.has(row.type)) {
      // The first look after a write of which nothing is known may come later.
      if (place.open.size > 0) yield* this.rest();
      yield row.payload;
      return;
    }
    yield* prunedTexts(place, row);
  }

  /** At the end of a journal: whatever is open is needed. */
  *rest(): Generator<string> {
    for (const tree of this.#place?.open.values() ?? []) yield tree;
    this.#place?.open.clear();
  }

  /** What a plan captured once stays captured: its next look asks what that was. */
  #lastTree(rootId: string): string {
    const row = this.#db.prepare(LAST_TREE).get(rootId, Number.MAX_SAFE_INTEGER);
    return (row as { readonly tree: string } | undefined)?.tree ?? '';
  }

  #enter(rootId: string): Place {
    const seqOf = (sql: string): number | null | undefined =>
      (this.#db.prepare(sql).get(rootId) as { readonly seq: number | null } | undefined)?.seq;
    return {
      rootId,
      prunedTo: seqOf(PRUNED_TO) ?? 0,
      oldestKept: seqOf(OLDEST_KEPT) ?? Infinity,
      open: new Map(),
    };
  }
}

/** What of a pruned time is still needed. */
function* prunedTexts(place: Place, row: EventRow): Generator<string> {
  const {
    tree_before,
    tree_after: _,
    changes,
    checkpoint,
    ...others
  } = JSON.parse(row.payload) as JsonObject;
  const rest = checkpoint === undefined ? others : withoutTree(checkpoint as JsonObject);
  const seen = tree_before ?? treeOf(checkpoint);
  if (typeof seen === 'string') {
    for (const tree of place.open.values()) yield* [tree, seen];
    place.open.clear();
  }
  const callId = others['call_id'] as string;
  if (row.type === 'tool.started') {
    if (others['effect'] === 'write' && typeof tree_before === 'string') place.open.set(callId, tree_before);
  } else if (changes !== undefined && changes !== null) place.open.delete(callId);
  yield JSON.stringify(rest);
  if (row.seq > place.oldestKept) yield refOf(changes);
}

const treeOf = (checkpoint: unknown): unknown => (checkpoint as JsonObject | undefined)?.['tree_hash'];

function withoutTree(checkpoint: JsonObject): JsonObject {
  return { ...checkpoint, tree_hash: null };
}

/** Where a long list of changed paths stands; a short one names contents that nobody needs. */
function refOf(changes: unknown): string {
  const { list } = (changes ?? {}) as { readonly list?: unknown };
  return (list as { readonly ref?: string } | undefined)?.ref ?? '';
}
