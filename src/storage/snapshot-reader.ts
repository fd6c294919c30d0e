import { StorageError } from '../domain/errors.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import { canonicalJson, type JsonObject } from '../domain/json.ts';
import { checkpointNotFound } from '../domain/references.ts';
import { hashState } from '../domain/state-hash.ts';
import { snapshotOf, type StoredSnapshot } from '../domain/state-snapshot.ts';
import { SECTIONS } from '../domain/plan-state.ts';
import type { Database } from './database.ts';
import { readPlanParts } from './parts-reader.ts';
import { sha256 } from './sha256.ts';

const SNAPSHOT =
  'select plan_id, root_plan_id, seq, number, state_hash, state_snapshot from checkpoints where id = ?';

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
 * @throws NotFoundError, StorageError `snapshot_damaged`
 */
export function readSnapshot(database: Database, id: CheckpointId): JsonObject {
  const row = database.statement(SNAPSHOT).get(id) as SnapshotRow | undefined;
  if (!row) throw checkpointNotFound(id);
  const stored = parseSnapshot(id, row);
  const place = 'as_of' in stored ? stored.as_of : row;
  const state = readPlanParts(database, place.plan_id, place.seq);
  const hasParts = SECTIONS.some((section) => state.parts[section].size > 0);
  if (!hasParts && 'state' in stored) return stored.state;

  if (hashState(sha256, state) !== row.state_hash)
    throw damaged(id, row, 'the state does not match its hash');
  const snapshot = snapshotOf(state);
  if ('state' in stored && canonicalJson(stored.state) !== canonicalJson(snapshot)) {
    throw damaged(id, row, 'the snapshot in the row does not match the state');
  }
  return snapshot;
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
