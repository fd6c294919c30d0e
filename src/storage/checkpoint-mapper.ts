import type { Capture, Checkpoint, Trigger } from '../domain/checkpoint.ts';
import type { CheckpointId, PlanId } from '../domain/ids.ts';
import type { Json } from '../domain/json.ts';
import type { Phase, RunState } from '../domain/plan.ts';
import { readStored } from './read-stored.ts';

/** All but the snapshot, which stands last in a row: SQLite never reads that far. */
export const CHECKPOINT_COLUMNS = `id, plan_id, root_plan_id, created_at, seq, number, trigger, label, phase, state, step_id,
  tool, tool_call_id, attempt, outcome, capture, capture_reason, capture_paths, tree_hash, state_hash, files_changed, bytes,
  parent_id, pinned, metadata`;

export interface CheckpointColumns {
  readonly id: CheckpointId;
  readonly plan_id: PlanId;
  readonly root_plan_id: PlanId;
  readonly created_at: string;
  readonly seq: number;
  readonly number: number;
  readonly trigger: Trigger;
  readonly label: string | null;
  readonly phase: Phase;
  readonly state: RunState;
  readonly step_id: string | null;
  readonly tool: string | null;
  readonly tool_call_id: string | null;
  readonly attempt: number | null;
  readonly outcome: 'ok' | 'error' | null;
  readonly capture: Capture['status'];
  readonly capture_reason: string | null;
  readonly capture_paths: string;
  readonly tree_hash: string | null;
  readonly state_hash: string;
  readonly files_changed: number | null;
  readonly bytes: number;
  readonly parent_id: CheckpointId | null;
  readonly pinned: 0 | 1;
  readonly metadata: string;
}

export function toCheckpoint(row: CheckpointColumns): Checkpoint {
  const { capture, capture_reason, capture_paths, pinned, metadata, ...same } = row;
  return {
    id: same.id,
    number: same.number,
    plan_id: same.plan_id,
    root_plan_id: same.root_plan_id,
    created_at: same.created_at,
    seq: same.seq,
    trigger: same.trigger,
    label: same.label,
    phase: same.phase,
    state: same.state,
    step_id: same.step_id,
    tool: same.tool,
    tool_call_id: same.tool_call_id,
    attempt: same.attempt,
    outcome: same.outcome,
    capture: { status: capture, reason: capture_reason, paths: readStored(capture_paths) as string[] },
    tree_hash: same.tree_hash,
    state_hash: same.state_hash,
    files_changed: same.files_changed,
    bytes: same.bytes,
    parent_id: same.parent_id,
    pinned: pinned === 1,
    metadata: readStored(metadata) as Readonly<Record<string, Json>>,
  };
}
