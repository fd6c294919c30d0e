import { ConflictError } from '../domain/errors.ts';
import { CHAIN_START, toStoredPayload } from '../domain/stored-event.ts';
import { EVENT_VERSION } from '../domain/plan-event.ts';
import { formatStateHash } from '../domain/state-hash.ts';
import type { Checkpoint } from '../domain/checkpoint.ts';
import type { StoredSnapshot } from '../domain/state-snapshot.ts';
import type { Commit, JournalEntry, NewPlan, PartChange, PlanHead } from '../ports/plan-store.ts';
import { markCheckpoint } from './checkpoint-marker.ts';
import { pruneCheckpoints } from './checkpoint-pruner.ts';
import { deleteCheckpoint } from './checkpoint-remover.ts';
import type { Database } from './database.ts';
import { sha256 } from './sha256.ts';
import { endOperation } from './sqlite-operation-store.ts';
import { PLAN_NUMBER } from './plan-number.ts';
import { sectionCode } from './section-codes.ts';
import { STILL_HOLDS } from './still-holds.ts';

// The hot path. Statements are prepared once and bound; each costs the same however long the history is.

const MOVE_HEAD = `update plans set head_seq = ?, head_hash = ?, last_number = max(last_number, ?), updated_at = ?
  where id = ? and lease_fence = ? and head_seq = ?`;

/** The same with what else moves in the root's own row. */
const MOVE_ROOT = `update plans set head_seq = ?, head_hash = ?, last_number = max(last_number, ?), updated_at = ?,
    phase = ?, state = ?, error = ?, state_hash = ?, last_checkpoint_id = coalesce(?, last_checkpoint_id)
  where id = ? and lease_fence = ? and head_seq = ?`;

const INSERT_PLAN = `insert into plans (id, root_id, parent_id, name, goal, workspace, phase, state, state_hash,
    created_at, updated_at, head_hash, inputs, effective_config)
  values (?, ?, ?, ?, ?, ?, 'strategize', 'queued', ?, ?, ?, ?, ?, ?)`;

const INSERT_DOCUMENT = `insert into plan_documents (plan_id, root_plan_id, included_documents, document)
  values (?, ?, ?, ?)`;

const INSERT_EVENT = `insert into plan_events (root_plan_id, seq, plan_id, type, v, at, hash, payload)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;

const INSERT_NUMBER = 'insert into plan_numbers (plan_id) values (?)';

/** The index of what holds now finds it, however many versions the part has had. */
const CLOSE_PART = `update part_versions set to_seq = @seq
  where plan = ${PLAN_NUMBER} and section = @section and key = @key and to_seq = ${STILL_HOLDS}`;

const INSERT_PART = `insert into part_versions (plan, section, key, from_seq, ord, value)
  values (${PLAN_NUMBER}, @section, @key, @seq, @ord, @value)`;

const MOVE_PLAN = `update plans set phase = ?, state = ?, error = ?, state_hash = ?, updated_at = ? where id = ?`;

const INSERT_CHECKPOINT = `insert into checkpoints (id, plan_id, root_plan_id, created_at, seq, number, trigger, label,
    phase, state, step_id, tool, tool_call_id, attempt, outcome, capture, capture_reason, capture_paths, tree_hash,
    state_hash, files_changed, bytes, parent_id, pinned, metadata, state_snapshot)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const MOVE_LAST_CHECKPOINT = 'update plans set last_checkpoint_id = ? where id = ?';

const toBytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

/**
 * Writes a commit in the transaction that is open. A commit has at least one entry: whatever changes is an event.
 * @throws ConflictError `lease_lost`, and why a checkpoint is kept
 */
export function writeCommit(database: Database, commit: Commit): void {
  moveHead(database, commit);
  for (const plan of commit.newPlans) insertPlan(database, plan);
  for (const entry of commit.entries) insertEntry(database, commit.rootId, entry);
  for (const head of commit.heads) {
    if (head.plan_id !== commit.rootId) movePlan(database, head, lastEntry(commit).event.at);
  }
  const isRootMoved = commit.heads.some(({ plan_id }) => plan_id === commit.rootId);
  for (const { checkpoint, snapshot } of commit.checkpoints) {
    insertCheckpoint(database, checkpoint, snapshot);
    if (isRootMoved && checkpoint.plan_id === commit.rootId) continue;
    database.statement(MOVE_LAST_CHECKPOINT).run(checkpoint.id, checkpoint.plan_id);
  }
  for (const { event } of commit.entries) {
    if (event.type === 'checkpoint.marked') markCheckpoint(database, event.payload);
    if (event.type === 'checkpoint.deleted') deleteCheckpoint(database, event.payload.checkpoint_id);
    if (event.type === 'checkpoint.pruned') pruneCheckpoints(database, commit.rootId, event.payload);
  }
  if (commit.endOperation !== undefined) endOperation(database, commit.endOperation);
}

function lastEntry(commit: Commit): JournalEntry {
  return commit.entries.at(-1) as JournalEntry;
}

function moveHead(database: Database, commit: Commit): void {
  const { rootId, fence, expectedSeq, checkpoints } = commit;
  const { event, hash } = lastEntry(commit);
  const number = Math.max(0, ...checkpoints.map(({ checkpoint }) => checkpoint.number));
  const head = [event.seq, toBytes(hash), number, event.at];
  const place = [rootId, fence, expectedSeq];
  const root = commit.heads.find(({ plan_id }) => plan_id === rootId);
  const last = checkpoints.findLast(({ checkpoint }) => checkpoint.plan_id === rootId)?.checkpoint.id ?? null;
  const moved = root
    ? database.statement(MOVE_ROOT).run(...head, ...columnsOf(root), last, ...place)
    : database.statement(MOVE_HEAD).run(...head, ...place);
  if (moved.changes === 0) throw leaseLost(rootId);
}

/** Phase, state, error and state hash, as the row has them. */
function columnsOf(head: PlanHead): readonly (string | null)[] {
  const error = head.error === null ? null : JSON.stringify(head.error);
  return [head.phase, head.state, error, head.state_hash];
}

/** The error of a writer that is no longer the plan's. */
export function leaseLost(rootId: string): ConflictError {
  return new ConflictError('lease_lost', 'another process runs this plan now', {
    hint: `nothing of ${rootId} was changed by this one`,
    nextSteps: [`agents plan status ${rootId}`],
  });
}

export function insertPlan(database: Database, plan: NewPlan): void {
  database
    .statement(INSERT_PLAN)
    .run(
      plan.plan_id,
      plan.root_plan_id,
      plan.parent_id,
      plan.name,
      plan.goal,
      plan.workspace,
      formatStateHash(0n),
      plan.created_at,
      plan.created_at,
      toBytes(CHAIN_START),
      JSON.stringify(plan.inputs),
      JSON.stringify(plan.effective_config),
    );
  numberPlan(database, plan.plan_id);
  database
    .statement(INSERT_DOCUMENT)
    .run(
      plan.plan_id,
      plan.root_plan_id,
      JSON.stringify(plan.included_documents),
      JSON.stringify(plan.document),
    );
}

/** What its parts call a plan that has just been written. */
export function numberPlan(database: Database, planId: string): void {
  database.statement(INSERT_NUMBER).run(planId);
}

function insertEntry(database: Database, rootId: string, { event, hash, changes }: JournalEntry): void {
  const { seq, plan_id, type, at } = event;
  const payload = JSON.stringify(toStoredPayload(event, sha256));
  database.statement(INSERT_EVENT).run(rootId, seq, plan_id, type, EVENT_VERSION, at, toBytes(hash), payload);
  for (const change of changes) writePart(database, seq, change);
}

function writePart(database: Database, seq: number, { planId, section, key, part }: PartChange): void {
  const place = { planId, section: sectionCode(section), key, seq };
  database.statement(CLOSE_PART).run(place);
  if (!part) return;
  database.statement(INSERT_PART).run({ ...place, ord: part.ord, value: JSON.stringify(part.value) });
}

function movePlan(database: Database, head: PlanHead, at: string): void {
  database.statement(MOVE_PLAN).run(...columnsOf(head), at, head.plan_id);
}

function insertCheckpoint(database: Database, checkpoint: Checkpoint, snapshot: StoredSnapshot): void {
  database
    .statement(INSERT_CHECKPOINT)
    .run(
      checkpoint.id,
      checkpoint.plan_id,
      checkpoint.root_plan_id,
      checkpoint.created_at,
      checkpoint.seq,
      checkpoint.number,
      checkpoint.trigger,
      checkpoint.label,
      checkpoint.phase,
      checkpoint.state,
      checkpoint.step_id,
      checkpoint.tool,
      checkpoint.tool_call_id,
      checkpoint.attempt,
      checkpoint.outcome,
      checkpoint.capture.status,
      checkpoint.capture.reason,
      JSON.stringify(checkpoint.capture.paths),
      checkpoint.tree_hash,
      checkpoint.state_hash,
      checkpoint.files_changed,
      checkpoint.bytes,
      checkpoint.parent_id,
      checkpoint.pinned ? 1 : 0,
      JSON.stringify(checkpoint.metadata),
      JSON.stringify(snapshot),
    );
}
