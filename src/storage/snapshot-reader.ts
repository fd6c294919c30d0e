import { StorageError } from '../domain/errors.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import { canonicalJson, type JsonObject } from '../domain/json.ts';
import { checkpointNotFound } from '../domain/references.ts';
import { formatStateHash, sumHashes } from '../domain/state-hash.ts';
import { snapshotOf, type StoredSnapshot } from '../domain/state-snapshot.ts';
import { SECTIONS, type Part, type ReadableState, type Section } from '../domain/plan-state.ts';
import type { Database } from './database.ts';
import { PLAN_NUMBER } from './plan-number.ts';
import type { PartVersion, ProvedPart, ProvedParts } from './proved-parts.ts';

const SNAPSHOT =
  'select plan_id, root_plan_id, seq, number, state_hash, state_snapshot from checkpoints where id = ?';

const HELD_AT = `select id from part_versions
  where plan = ${PLAN_NUMBER} and from_seq <= @seq and to_seq > @seq`;
const VERSIONS = `select id, section, key, ord, value from part_versions
  where id in (select value from json_each(?))`;

interface SnapshotRow {
  readonly plan_id: PlanId;
  readonly root_plan_id: PlanId;
  readonly seq: number;
  readonly number: number;
  readonly state_hash: string;
  readonly state_snapshot: string;
}

/**
 * The whole state of a checkpoint, proved against its hash. A row that holds the state itself stays readable when the
 * parts were pruned.
 * @param known versions that were proved before; those that are read now come to them
 * @throws NotFoundError, StorageError `snapshot_damaged`
 */
export function readSnapshot(database: Database, id: CheckpointId, known: ProvedParts): JsonObject {
  const row = database.statement(SNAPSHOT).get(id) as SnapshotRow | undefined;
  if (!row) throw checkpointNotFound(id);
  const stored = parseSnapshot(id, row);
  const place = 'as_of' in stored ? stored.as_of : row;
  let parts = readProvedParts(database, place, known);
  if (parts.length === 0 && 'state' in stored) return stored.state;
  if (sumOf(parts) !== row.state_hash) {
    // A row that went may have given its number to another one.
    known.forget();
    parts = readProvedParts(database, place, known);
    if (sumOf(parts) !== row.state_hash) throw damaged(id, row, 'the state does not match its hash');
  }
  const snapshot = snapshotOf(toState(parts));
  if ('state' in stored && canonicalJson(stored.state) !== canonicalJson(snapshot)) {
    throw damaged(id, row, 'the snapshot in the row does not match the state');
  }
  return snapshot;
}

const sumOf = (parts: readonly ProvedPart[]): string =>
  formatStateHash(sumHashes(parts.map(({ hash }) => hash)));

function readProvedParts(
  database: Database,
  { plan_id: planId, seq }: { readonly plan_id: string; readonly seq: number },
  known: ProvedParts,
): readonly ProvedPart[] {
  const ids = database.statement(HELD_AT).pluck().all({ planId, seq }) as number[];
  // Looked up before others are read: those may put them out.
  const parts = new Map(ids.map((id) => [id, known.get(id)]));
  const unknown = ids.filter((id) => parts.get(id) === undefined);
  if (unknown.length > 0) {
    const rows = database.statement(VERSIONS).iterate(JSON.stringify(unknown)) as Iterable<PartVersion>;
    for (const row of rows) parts.set(row.id, known.add(row));
  }
  return [...parts.values()] as ProvedPart[];
}

function toState(proved: readonly ProvedPart[]): ReadableState {
  const parts = Object.fromEntries(SECTIONS.map((section) => [section, new Map()])) as Record<
    Section,
    Map<string, Part>
  >;
  for (const { section, key, part } of proved) parts[section].set(key, part);
  return { parts };
}

function parseSnapshot(id: CheckpointId, row: SnapshotRow): StoredSnapshot {
  try {
    return JSON.parse(row.state_snapshot) as StoredSnapshot;
  } catch (error) {
    throw damaged(id, row, 'its state_snapshot is no JSON', error);
  }
}

function damaged(id: CheckpointId, row: SnapshotRow, why: string, cause?: unknown): StorageError {
  return new StorageError('snapshot_damaged', `checkpoint #${row.number} is damaged`, {
    hint: `${id}: ${why}`,
    nextSteps: [`agents plan checkpoint list ${row.plan_id}`],
    cause,
  });
}
