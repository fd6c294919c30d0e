import type { CallId, CheckpointId, DecisionId, PlanId, SubplanId } from './ids.ts';
import type { Checkpoint, CheckpointMark, Trigger } from './checkpoint.ts';
import type { CompensationCall, CompensationOutcome } from './compensation.ts';
import type { DecisionState, SpawnedProcess } from './plan-state.ts';
import type { Effect, Phase, RunState } from './plan.ts';
import type { ErrorValue } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import type { StepHead } from './plan-document.ts';
import type { NumberRange } from './retention.ts';

/** A text or value too long for the state: kept in the blob store under `ref` (`sha256:<hex>`). */
export interface BlobRef {
  readonly ref: string;
  /** What the content is: a text as it was, or the canonical JSON of a value. */
  readonly media: 'text' | 'json';
  readonly bytes: number;
  /** The first characters of the content. */
  readonly preview: string;
}

/** The paths that differ between two trees: the list itself, or where it is kept if it is long. */
export interface ChangedFiles {
  readonly count: number;
  /** Each as `file-change-json.ts` writes it. */
  readonly list: readonly JsonObject[] | BlobRef;
}

/** Where a sandbox comes from. */
export interface Sandbox {
  /** Absolute real path. */
  readonly folder: string;
  /** Hex hash of its files when the copy was made. */
  readonly tree: string;
}

/** What a rollback takes back: plan and files, or one of them; `workspace`: also files that the plan never changed. */
export type RollbackScope = 'plan_and_files' | 'plan_only' | 'files_only' | 'workspace';

/** One changed key of the configuration, as seen between two triggers. */
export interface ConfigChange {
  readonly key: string;
  readonly before: Json;
  readonly after: Json;
}

/** A subplan that is to run again, with the attempt that comes next and the retries it may have from there. */
export interface SubplanAgain {
  readonly subplan_id: SubplanId;
  readonly plan_id: PlanId;
  /** 0 if it never began. */
  readonly attempt: number;
  readonly max_retries: number;
}

/** The whole vocabulary: everything that can happen to a plan, with what is recorded of it. */
export interface EventPayloads {
  /** The plan exists, with its steps all pending. `parent` is set for a subplan. */
  'plan.created': {
    readonly name: string;
    readonly goal: string | null;
    readonly workspace: string;
    readonly parent: { readonly plan_id: PlanId; readonly subplan_id: SubplanId } | null;
    /** Present where the workspace is a copy of `folder`, which held `tree` when it was made. */
    readonly sandbox?: Sandbox;
    readonly steps: readonly StepHead[];
  };
  'plan.phase_changed': { readonly phase: Phase; readonly state: RunState };
  /** The whole tree rests. `reason`: `person`, `signal`, `checkpoint_failed`, `waiting`, `stopped`, `recovery`. */
  'plan.paused': { readonly reason: string; readonly by: string | null };
  /** The tree goes on: what was running without a result is pending again, running subplans are queued. */
  'plan.resumed': { readonly by: string | null };
  /**
   * A failed plan goes on: the steps named are pending as if they had never run, `subplans` wait for a further attempt that starts
   * at their first step; all else stays. What an unfinished clean-up left running is put back as by `plan.resumed`.
   */
  'plan.retried': {
    readonly by: string | null;
    readonly step_ids: readonly string[];
    readonly subplans: readonly SubplanAgain[];
  };
  /** Steps that had not ended are cancelled with it. */
  'plan.cancelled': { readonly reason: string; readonly by: string | null };
  'plan.failed': { readonly error: ErrorValue };
  'plan.completed': { readonly outputs: JsonObject };
  /** The result is accepted; with `changes` the files of a sandbox went to the folder it was made from. */
  'plan.applied': {
    readonly checkpoint_id: CheckpointId | null;
    readonly changes?: ChangedFiles | null;
    /** What was in that folder before: the way back. */
    readonly pre_apply_id?: CheckpointId | null;
  };
  /**
   * First event of a fork. Its state begins as the source's was at `seq`, queued: a fold starts from that (`stateAt(root, 1)`), for
   * the event doesn't repeat it.
   */
  'plan.forked': {
    readonly name: string;
    readonly goal: string | null;
    readonly workspace: string;
    readonly phase: Phase;
    /** The root plan, its checkpoint, and the place in its journal. */
    readonly source_plan_id: PlanId;
    readonly checkpoint_id: CheckpointId;
    readonly seq: number;
    /** Of the fork's root plan as it begins. */
    readonly state_hash: string;
    /** The files it begins with; null if they were not captured. */
    readonly tree_hash: string | null;
    /** Present where it works in the sandbox of its source: as that one's. */
    readonly sandbox?: Sandbox;
  };
  'plan.rolled_back': {
    /** The one gone back to; null for a place between two, which `to_seq` names alone. */
    readonly checkpoint_id: CheckpointId | null;
    /** That checkpoint's number. */
    readonly number: number | null;
    readonly to_seq: number;
    /** What was there before it: the way back. */
    readonly pre_rollback_id: CheckpointId | null;
    readonly scope: RollbackScope;
    /** What became of the files; null if they were left alone. */
    readonly changes: ChangedFiles | null;
    /** The parts that differ; `value: null` with `gone: true` removes one. */
    readonly parts: readonly {
      readonly plan_id: PlanId;
      readonly section: string;
      readonly key: string;
      readonly ord: number;
      readonly value: Json;
      readonly gone: boolean;
    }[];
  };

  'step.started': { readonly step_id: string; readonly attempt: number };
  /** `call_id`: the output is that call's result; else `output` holds it. */
  'step.completed': { readonly step_id: string; readonly call_id: CallId | null; readonly output: Json };
  'step.failed': { readonly step_id: string; readonly error: ErrorValue; readonly continued: boolean };
  'step.skipped': { readonly step_id: string; readonly reason: string };
  /** The attempt failed and another follows after `delay_ms`. */
  'step.retried': { readonly step_id: string; readonly error: ErrorValue; readonly delay_ms: number };

  'tool.started': {
    readonly call_id: CallId;
    readonly step_id: string;
    readonly attempt: number;
    readonly tool: string;
    readonly effect: Effect;
    /** Why it counts as that, where the tool's author doesn't say so: the configuration, or a server's annotations. */
    readonly effect_reason?: string;
    /** The id that the model gave the call which asks for it. */
    readonly asked_as?: string;
    /** The arguments, redacted; long ones as a blob. */
    readonly input: Json;
    /** Hash of the workspace tree before; null if files are not captured. */
    readonly tree_before: string | null;
  };
  'tool.spawned': { readonly call_id: CallId; readonly process: SpawnedProcess };
  /** The whole live output of a call that said more than its result holds. */
  'tool.output': { readonly call_id: CallId; readonly log: BlobRef };
  'tool.completed': {
    readonly call_id: CallId;
    readonly result: Json;
    readonly tree_after: string | null;
    /** What differs between the trees before and after; null or absent if one of them is not known. */
    readonly changes?: ChangedFiles | null;
  };
  'tool.failed': {
    readonly call_id: CallId;
    readonly error: ErrorValue;
    /** What it gave before it failed. */
    readonly result: Json;
    readonly tree_after: string | null;
    readonly changes?: ChangedFiles | null;
  };

  /** A choice. `chosen: null` asks for it; the same id again, with a choice, answers. */
  'decision.made': { readonly decision: Omit<DecisionState, 'sequence'> };
  'decision.superseded': { readonly decision_id: DecisionId; readonly by: DecisionId };

  'subplan.spawned': {
    readonly subplan_id: SubplanId;
    readonly plan_id: PlanId;
    readonly step_id: string;
    readonly name: string;
    readonly max_retries: number;
  };
  'subplan.started': { readonly subplan_id: SubplanId; readonly attempt: number };
  /** The attempt failed and another follows: the child's steps, calls and outputs start empty again. */
  'subplan.retried': { readonly subplan_id: SubplanId; readonly plan_id: PlanId; readonly error: ErrorValue };
  'subplan.completed': { readonly subplan_id: SubplanId };
  'subplan.failed': { readonly subplan_id: SubplanId; readonly error: ErrorValue };
  'subplan.cancelled': { readonly subplan_id: SubplanId; readonly reason: string };

  /**
   * What takes back what a completed call did outside, filled when it completed. `call: null`: it couldn't be filled, and `error` says
   * why. No part of the state: it stays when a rollback takes the state back.
   */
  'compensation.recorded': {
    /** The call it takes back. */
    readonly call_id: CallId;
    readonly step_id: string;
    readonly call: CompensationCall | null;
    readonly error: ErrorValue | null;
  };
  /** It is being run. `of`: the call that it takes back. */
  'compensation.started': { readonly of: CallId; readonly step_id: string; readonly by: string };
  'compensation.ended': {
    readonly of: CallId;
    readonly step_id: string;
    readonly outcome: CompensationOutcome;
    readonly error: ErrorValue | null;
  };

  'context.set': { readonly key: string; readonly value: Json };
  'checkpoint.created': { readonly checkpoint: Checkpoint };
  'checkpoint.failed': {
    readonly trigger: Trigger;
    readonly step_id: string | null;
    readonly error: ErrorValue;
  };
  /** A label is given or taken away, or it is pinned or let go; what is absent stays. */
  'checkpoint.marked': { readonly checkpoint_id: CheckpointId; readonly number: number } & CheckpointMark;
  'checkpoint.deleted': { readonly checkpoint_id: CheckpointId; readonly number: number };
  /**
   * Retention took many. Up to `to_seq` the tree's states and files are kept only where a checkpoint stands that stayed; no later
   * event makes it less.
   */
  'checkpoint.pruned': {
    readonly count: number;
    /** Of the root plan's numbers, ascending. */
    readonly numbers: readonly NumberRange[];
    readonly to_seq: number;
  };
  /** The configuration was read again; `error` says why an edit was not taken: then `changes` is what it would have been. */
  'config.changed': { readonly changes: readonly ConfigChange[]; readonly error: ErrorValue | null };
  'note.added': { readonly text: string; readonly step_id: string | null };
}

export type EventType = keyof EventPayloads;

/** What is about to be recorded: the journal adds seq, time and hash. */
export type NewEvent = {
  [T in EventType]: { readonly type: T; readonly plan_id: PlanId; readonly payload: EventPayloads[T] };
}[EventType];

/** One entry of a root plan's journal. */
export type PlanEvent = NewEvent & {
  readonly root_plan_id: PlanId;
  /** From 1, without gaps. */
  readonly seq: number;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
};

/**
 * A fold of a journal starts from the state after its first event: a plan begins empty, but a fork with what it took over. The first
 * event changes nothing of that state.
 */
export const FIRST_SEQ = 1;

/** Version of the payloads written today; older ones are raised on read. */
export const EVENT_VERSION = 1;
