import type { Checkpoint } from '../domain/checkpoint.ts';
import type { CheckpointRow } from './entities/checkpoint-row.ts';

export function toCheckpoint(row: CheckpointRow): Checkpoint {
  return {
    id: row.id,
    number: row.number,
    plan_id: row.plan_id,
    root_plan_id: row.root_plan_id,
    created_at: row.created_at,
    seq: row.seq,
    trigger: row.trigger,
    label: row.label ?? null,
    phase: row.phase,
    state: row.state,
    step_id: row.step_id ?? null,
    tool: row.tool ?? null,
    tool_call_id: row.tool_call_id ?? null,
    attempt: row.attempt ?? null,
    outcome: row.outcome ?? null,
    capture: { status: row.capture, reason: row.capture_reason ?? null, paths: row.capture_paths },
    tree_hash: row.tree_hash ?? null,
    state_hash: row.state_hash,
    files_changed: row.files_changed ?? null,
    bytes: row.bytes,
    parent_id: row.parent_id ?? null,
    pinned: row.pinned,
    metadata: row.metadata,
  };
}
