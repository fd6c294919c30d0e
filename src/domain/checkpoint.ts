import type { ErrorValue } from './errors.ts';
import type { CallId, CheckpointId, PlanId } from './ids.ts';
import type { Json } from './json.ts';
import type { Phase, RunState } from './plan.ts';

/** The four automatic triggers, in the order people are shown them. */
export const AUTO_TRIGGERS = [
  'on_tool_write',
  'on_tool_write_complete',
  'on_subplan_spawn',
  'on_error',
] as const;
export type AutoTrigger = (typeof AUTO_TRIGGERS)[number];

/** Everything that can make a checkpoint. */
export const TRIGGERS = [...AUTO_TRIGGERS, 'interval', 'manual', 'pre_rollback', 'rollback', 'fork'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Other names that the configuration accepts for a trigger. */
export const TRIGGER_ALIASES: Readonly<Record<string, AutoTrigger>> = {
  before_tool_execute: 'on_tool_write',
  after_tool_execute: 'on_tool_write_complete',
};

export interface Capture {
  /** `none`: files were not captured, `reason` says why. */
  readonly status: 'complete' | 'partial' | 'none';
  readonly reason: string | null;
  readonly paths: readonly string[];
}

/** A checkpoint as lists, JSON output and events carry it: all but the state snapshot. */
export interface Checkpoint {
  readonly id: CheckpointId;
  /** Per root plan, from 1, never used again. */
  readonly number: number;
  readonly plan_id: PlanId;
  readonly root_plan_id: PlanId;
  /** ISO 8601, UTC, milliseconds. */
  readonly created_at: string;
  /** The place in the root plan's journal whose state this checkpoint holds. */
  readonly seq: number;
  readonly trigger: Trigger;
  readonly label: string | null;
  readonly phase: Phase;
  readonly state: RunState;
  readonly step_id: string | null;
  readonly tool: string | null;
  readonly tool_call_id: CallId | null;
  /** Attempt of the step, from 1; null where no step is concerned. */
  readonly attempt: number | null;
  readonly outcome: 'ok' | 'error' | null;
  readonly capture: Capture;
  /** Hex sha256 of the workspace tree; null if files were not captured. */
  readonly tree_hash: string | null;
  /** Hex, 64 digits: see state-hash.ts. */
  readonly state_hash: string;
  /** Against `parent_id`; null if files were not captured. */
  readonly files_changed: number | null;
  /** New bytes that this checkpoint added to the object store. */
  readonly bytes: number;
  /** The checkpoint before it on its branch; after a rollback the one gone back to. */
  readonly parent_id: CheckpointId | null;
  readonly pinned: boolean;
  readonly metadata: Readonly<Record<string, Json>>;
}

/** What may change of a checkpoint; what is absent stays. */
export interface CheckpointMark {
  /** null takes it away. */
  readonly label?: string | null;
  readonly pinned?: boolean;
}

/** The files of the workspace as a checkpoint or a write window finds them. */
export interface CheckpointFiles {
  /** Hex sha256; null if they are not captured: `capture` says why. */
  readonly tree: string | null;
  readonly capture: Capture;
  /** What the object store grew by. */
  readonly bytes: number;
  /** Why they should have been captured and could not be. */
  readonly error: ErrorValue | null;
  /** What this run found at its look before; null at its first. */
  readonly previous: string | null;
}

/** What a checkpoint is asked for with; the rest follows from the journal's state at that moment. */
export interface CheckpointContext {
  readonly planId: PlanId;
  readonly label?: string;
  readonly stepId?: string;
  readonly tool?: string;
  readonly callId?: CallId;
  readonly attempt?: number;
  readonly outcome?: 'ok' | 'error';
  readonly metadata?: Readonly<Record<string, Json>>;
  /** Absent: they are looked at now. */
  readonly files?: CheckpointFiles;
}
