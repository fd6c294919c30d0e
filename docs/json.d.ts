/**
 * What `agents ... --json` and `--json=stream` print, as types (docs/json.md says what it means).
 *
 * Names are as printed. Times are ISO 8601 in UTC with milliseconds, sizes are bytes, hashes are hex. A field is there even where it
 * says nothing: then it is null; only those marked `?` can be absent. Fields may be added in a later version, never renamed.
 *
 * @example
 * ```ts
 * import type { CommandData, Envelope } from '@plan-agents/agents';
 *
 * const { data } = JSON.parse(stdout) as Envelope<CommandData['plan status']>;
 * if (data !== null) console.log(data.name, data.phase, data.state);
 * ```
 */

/** Any value of JSON: what a tool gave, what a document declares. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of any values. */
export interface JsonObject {
  readonly [key: string]: Json;
}

// --- The answer of a command

/** The one answer of a command. `Data` is what {@link CommandData} has under its name. */
export interface Envelope<Data = Json> {
  /** As typed, without arguments and options: `plan checkpoint list`. */
  readonly command: string;
  /** `ok`: exit code 0. */
  readonly status: 'ok' | 'error';
  /** Of the process: docs/json.md lists them. */
  readonly exit_code: number;
  /** null where the command ended before there was anything to tell; where a plan exists it is there, also after an error. */
  readonly data: Data | null;
  /** null if nothing went wrong. */
  readonly error: CommandError | null;
  readonly timing: Timing;
  /** What was noted beside the answer, a line each. */
  readonly messages: readonly string[];
}

/** When a command began, and how long it took. */
export interface Timing {
  readonly started: string;
  /** Milliseconds, whole. */
  readonly duration_ms: number;
}

/** What went wrong: in a plan, a step, a call. */
export interface ErrorValue {
  /** Stable, for programs: `bad_input`. */
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
  /** Where or why; null where nothing is to be added. */
  readonly hint: string | null;
}

/** Why a command failed, and what to do. */
export interface CommandError extends ErrorValue {
  /** Commands to type, the most useful first. */
  readonly next_steps: readonly string[];
  /** Every fault of a plan document; absent where no document is wrong. */
  readonly faults?: readonly DocumentFault[];
}

/** A place of a file, and what is wrong there. */
export interface DocumentFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  /** What was perhaps meant; null where nobody can tell. */
  readonly hint: string | null;
}

// --- Plans

/** What a plan is about now. */
export type Phase = 'strategize' | 'execute' | 'apply';

/** How it stands with that. Final: `complete`, `errored`, `cancelled`, `applied`. */
export type RunState = 'queued' | 'processing' | 'paused' | 'complete' | 'errored' | 'cancelled' | 'applied';

/** Whether files may change by it. */
export type Effect = 'read' | 'write';

/** A plan, and how it stands. */
export interface PlanStanding {
  readonly plan_id: string;
  readonly phase: Phase;
  readonly state: RunState;
}

/** A plan as lists give it. */
export interface Plan extends PlanStanding {
  /** Itself for a root plan. */
  readonly root_plan_id: string;
  /** The plan that it is a subplan of; null for a root plan. */
  readonly parent_id: string | null;
  readonly name: string;
  /** null where the document says none. */
  readonly goal: string | null;
  /** The folder it works in: absolute, without links. */
  readonly workspace: string;
  /** How many it has. */
  readonly checkpoints: number;
  /** null before the first. */
  readonly last_checkpoint_id: string | null;
  /** null unless it has failed. */
  readonly error: ErrorValue | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A plan that was made. */
export interface PlanCreated extends Plan {
  /** Only with `--goal`. */
  readonly planned?: PlanProposal;
}

/** What a model wrote for a goal, and what it took. */
export interface PlanProposal {
  /** `provider/name`. */
  readonly model: string;
  /** How often it was asked. */
  readonly replies: number;
  /** null where its provider doesn't say. */
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  /** In the currency of `models.prices`; null where they name no price. */
  readonly cost: number | null;
  /** Ways that were weighed. */
  readonly alternatives: readonly { readonly id: string; readonly description: string | null }[];
  /** The id of one. */
  readonly chosen: string;
  readonly rationale: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** The plan document. */
  readonly document: string;
  /** Where it was written, as typed; null: nowhere. */
  readonly file: string | null;
  /** false: the plan waits for an answer to `decision_id` before its first step. */
  readonly approved: boolean;
  /** The decision of type `approval`. */
  readonly decision_id: string;
}

/** A plan that was run, and how far it has come. */
export interface PlanRun extends PlanStanding {
  readonly name: string;
  /** How many steps there are, and what became of them; what is left waits or runs. */
  readonly steps: {
    readonly total: number;
    readonly complete: number;
    readonly failed: number;
    readonly skipped: number;
  };
  readonly checkpoints: number;
  /** What the document declares; empty until the plan is complete. */
  readonly outputs: JsonObject;
  readonly error: ErrorValue | null;
  /** With `--detach`: the process that runs it. null where it is not known. */
  readonly pid?: number | null;
}

/** A plan with what is in it. */
export interface PlanStatus extends Plan {
  readonly steps: readonly Step[];
  readonly subplans: readonly Subplan[];
  readonly decisions: readonly Decision[];
  /** What the document declares; empty until the plan is complete. */
  readonly outputs: JsonObject;
  /** What language models have taken for it, with its subplans, as far as that is in its state. */
  readonly models: ModelUse;
  /** Who runs it; null: nobody. */
  readonly lease: Lease | null;
  /** The last few, the oldest first. */
  readonly last_checkpoints: readonly Checkpoint[];
}

/** What language models took. */
export interface ModelUse {
  readonly replies: number;
  /** Of those replies whose provider says it. */
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** In the currency of `models.prices`; null: they name no price for one of them. */
  readonly cost: number | null;
}

/** The process that holds a plan. */
export interface Lease {
  readonly holder: { readonly host: string; readonly pid: number };
  /** `runner` executes the plan; `command` holds it for a moment. */
  readonly role: 'runner' | 'command';
  readonly since: string;
  readonly heartbeat_at: string;
  /** `unknown`: on another machine. */
  readonly liveness: 'alive' | 'gone' | 'unknown';
}

// --- The state of a plan

/** The whole state of one plan at one place of its history. */
export interface StateSnapshot {
  readonly phase: Phase;
  readonly state: RunState;
  /** In the order they were asked for. */
  readonly decisions: readonly Decision[];
  /** In the order of the document. */
  readonly steps: readonly Step[];
  /** In the order they began. */
  readonly tool_calls: readonly ToolCall[];
  readonly subplans: readonly Subplan[];
  readonly context: JsonObject;
  /** What each step gave, by its id. */
  readonly outputs: JsonObject;
  /** The outputs that the document declares; null until the plan is complete. */
  readonly result: Json;
  /** The step it is at; null between steps. */
  readonly cursor: string | null;
  readonly error: ErrorValue | null;
}

export type StepKind = 'run' | 'uses' | 'decide' | 'subplans' | 'ask' | 'sleep' | 'agent';

/** A step, as it is known before it runs. */
export interface StepHead {
  readonly id: string;
  readonly kind: StepKind;
  /** What it is called where people read it. */
  readonly name: string;
  /** null for a kind that calls no tool. */
  readonly effect: Effect | null;
}

/** A step, and what became of it. */
export interface Step extends StepHead {
  readonly status: 'pending' | 'running' | 'complete' | 'failed' | 'skipped' | 'cancelled';
  /** From 1; 0 before the first. */
  readonly attempt: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly error: ErrorValue | null;
  /** Why it was skipped; else null. */
  readonly reason: string | null;
}

/** One call of a tool. */
export interface ToolCall {
  readonly id: string;
  readonly step_id: string;
  /** Of the step, from 1. */
  readonly attempt: number;
  readonly tool: string;
  readonly effect: Effect;
  /** Of a call that a model asked for: the id that the model gave it. */
  readonly asked_as?: string;
  readonly status: 'running' | 'complete' | 'failed' | 'interrupted';
  /** null until it has ended. */
  readonly outcome: 'ok' | 'error' | null;
  /** What it gave; a text over 4 KiB is a {@link BlobRef}. */
  readonly result: Json;
  readonly error: ErrorValue | null;
  /** null for a tool that runs in no process of its own. */
  readonly process: SpawnedProcess | null;
}

/** A process of the operating system. */
export interface SpawnedProcess {
  readonly pid: number;
  readonly pgid: number;
  /** Clock ticks after boot; null where the system doesn't say. */
  readonly start_time: number | null;
}

/** A text or value that is too long for an answer. */
export interface BlobRef {
  /** `sha256:` and its hash. */
  readonly ref: string;
  /** The text as it was, or the JSON of a value. */
  readonly media: 'text' | 'json';
  readonly bytes: number;
  /** How it begins. */
  readonly preview: string;
}

/** What was asked, and what was chosen. */
export interface Decision {
  readonly id: string;
  /** The decision that it follows from; null for the first. */
  readonly parent_id: string | null;
  /** `prompt_definition`, `strategy_choice`, `choice`, `subplan_spawn`, `answer`, `approval` of a call. */
  readonly type: string;
  /** null where the plan itself asks. */
  readonly step_id: string | null;
  readonly question: string;
  /** Empty: any answer will do. */
  readonly options: readonly { readonly id: string; readonly description: string | null }[];
  /** What is taken where nobody can be asked; null or absent: then the plan waits. */
  readonly default?: string | null;
  /** null: not yet. */
  readonly chosen: Json;
  readonly rationale: string | null;
  /** What exactly is asked about, in lines: the arguments of a call, or a diff. */
  readonly detail?: string;
  /** 0 to 1; null where nobody said. */
  readonly confidence: number | null;
  /** Who chose, or is to choose: `human`, `rule`, `model`, `document`, `default`. */
  readonly by: string;
  /** In the plan, from 1. */
  readonly sequence: number;
  /** The decision that holds instead; null: this one holds. */
  readonly superseded_by: string | null;
  readonly created_at: string;
}

/** A plan within a plan. */
export interface Subplan {
  readonly id: string;
  /** Of the plan that it is. */
  readonly plan_id: string;
  /** The step around it. */
  readonly step_id: string;
  readonly name: string;
  readonly status: RunState;
  /** From 1; 0 before the first. */
  readonly attempt: number;
  readonly max_retries: number;
  readonly error: ErrorValue | null;
}

// --- Checkpoints

/** What made a checkpoint. */
export type Trigger =
  | 'on_tool_write'
  | 'on_tool_write_complete'
  | 'on_subplan_spawn'
  | 'on_error'
  | 'interval'
  | 'manual'
  | 'pre_rollback'
  | 'rollback'
  | 'fork';

/** A checkpoint: all but the state that it holds. */
export interface Checkpoint {
  readonly id: string;
  /** Of the root plan, from 1, never used again. */
  readonly number: number;
  readonly plan_id: string;
  readonly root_plan_id: string;
  readonly created_at: string;
  /** The place in the root plan's history whose state it holds. */
  readonly seq: number;
  readonly trigger: Trigger;
  readonly label: string | null;
  readonly phase: Phase;
  readonly state: RunState;
  /** null where no step is concerned; so are the four that follow. */
  readonly step_id: string | null;
  readonly tool: string | null;
  readonly tool_call_id: string | null;
  /** Of the step, from 1. */
  readonly attempt: number | null;
  readonly outcome: 'ok' | 'error' | null;
  readonly capture: Capture;
  /** sha256 of the files; null if they were not captured. */
  readonly tree_hash: string | null;
  readonly state_hash: string;
  /** Against `parent_id`; null if files were not captured. */
  readonly files_changed: number | null;
  /** What the store grew by. */
  readonly bytes: number;
  /** The one before it on its branch; after a rollback the one gone back to; null for the first. */
  readonly parent_id: string | null;
  readonly pinned: boolean;
  readonly metadata: JsonObject;
}

/** How much of the files a checkpoint holds. */
export interface Capture {
  /** `partial`: all but `paths`. `none`: no files, `reason` says why. */
  readonly status: 'complete' | 'partial' | 'none';
  readonly reason: string | null;
  readonly paths: readonly string[];
}

// --- Files

/** A path relative to the plan's folder. */
export interface Path {
  /** Readable; what isn't UTF-8 shows as U+FFFD. */
  readonly path: string;
  /** The exact bytes, only where `path` doesn't say them. */
  readonly path_base64?: string;
}

/** Why the content of a path is not held. `special`: a FIFO, a socket, a device. */
export type Exclusion =
  | 'rule'
  | 'git'
  | 'file_limit'
  | 'checkpoint_limit'
  | 'store_limit'
  | 'unreadable'
  | 'changing'
  | 'mount';

/** What stands at a path. */
export type FileType = 'file' | 'directory' | 'symlink' | 'special' | 'excluded';

/** What becomes of a path. `chmod`: only its mode; `retyped`: a file is a folder now, or the like. */
export type FileVerb = 'created' | 'modified' | 'deleted' | 'chmod' | 'retyped';

/** A path that a checkpoint holds. */
export interface HeldFile extends Path {
  readonly type: FileType;
  /** Octal text (`0644`); null where it means nothing. */
  readonly mode: string | null;
  /** null for all but a file. */
  readonly size: number | null;
  /** sha256; null for all but a file. */
  readonly hash: string | null;
  /** Where a link leads; null for all but a link. */
  readonly target: string | null;
  /** Why its content isn't held; null: it is. */
  readonly excluded: Exclusion | null;
}

/** A path that differs. */
export interface ChangedFile extends Path {
  readonly change: FileVerb;
  /** Lines; 0 where no text was compared. */
  readonly insertions: number;
  /** Lines; 0 where no text was compared. */
  readonly deletions: number;
  readonly binary: boolean;
  /** null: nothing stood there. */
  readonly type_before: FileType | null;
  /** null: nothing stands there. */
  readonly type_after: FileType | null;
  readonly mode_before: string | null;
  readonly mode_after: string | null;
  /** What no patch says: `mode 0644 -> 0755`. */
  readonly notes: readonly string[];
  /** Unified; null where no text was compared: `notes` says why. */
  readonly patch: string | null;
}

/** What stands at a path, as events carry it. `mode` is a number here. */
export type FileState =
  | { readonly type: 'file'; readonly mode: number; readonly size: number; readonly hash: string }
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'symlink'; readonly target: string; readonly target_base64?: string }
  | {
      readonly type: 'special';
      readonly mode: number;
      readonly kind: 'fifo' | 'socket' | 'block' | 'character';
    }
  | { readonly type: 'excluded'; readonly reason: Exclusion; readonly was: 'file' | 'directory' | 'other' };

/** What changed between two looks at the files. null in `before` or `after`: nothing there. */
export interface ChangedFiles {
  readonly count: number;
  /** A long list is kept apart. */
  readonly list:
    | readonly (Path & { readonly before: FileState | null; readonly after: FileState | null })[]
    | BlobRef;
}

// --- Going back

/** What a rollback takes back. `workspace`: also files that the plan never changed. */
export type RollbackScope = 'plan_and_files' | 'plan_only' | 'files_only' | 'workspace';

/** What going back did, or with `dry_run` would do. */
export interface Rollback {
  readonly rollback_summary: {
    readonly plan_id: string;
    /** null for a place between two checkpoints. */
    readonly to_checkpoint_id: string | null;
    /** What was there before: the way back. null if nothing was to do, or `dry_run`. */
    readonly pre_rollback_checkpoint_id: string | null;
    readonly rollback_checkpoint_id: string | null;
    readonly scope: RollbackScope;
    /** How many paths. */
    readonly files_reverted: number;
    /** true: nothing was changed. */
    readonly dry_run: boolean;
  };
  readonly changes_reverted: readonly (Path & { readonly action: FileVerb })[];
  /** Paths that somebody else changed too. */
  readonly conflicts: readonly (Path & {
    readonly resolution: 'keep' | 'take' | 'both';
    /** With `both`: where the other one is now. */
    readonly saved_as?: string;
  })[];
  /** Paths whose content was never held: as they are. */
  readonly excluded: readonly (Path & { readonly reason: Exclusion | 'special' })[];
  /** Paths that somebody changed while it ran: as they are. */
  readonly left: readonly (Path & { readonly reason: string })[];
  /** Paths whose stored content is missing or damaged. */
  readonly damaged: readonly Path[];
  /** Repositories whose HEAD is elsewhere than it was: it stays. */
  readonly heads: readonly (Path & { readonly before: string; readonly after: string })[];
  /** What happened beyond the folder, which nothing takes back. */
  readonly not_undone: readonly { readonly step_id: string; readonly what: string }[];
  /** What can take back what undone steps did beyond the folder, newest first. Nothing of it runs by itself. */
  readonly compensations: readonly Compensation[];
  /** How many of each went back. */
  readonly impact: {
    readonly decisions: number;
    readonly steps: number;
    readonly tool_calls: number;
    readonly child_plans: number;
  };
  /** How the plan stands afterwards; null where nobody can say. */
  readonly post_rollback_state: {
    readonly phase: Phase;
    readonly state: RunState;
    readonly checkpoints: number;
  } | null;
}

/** What takes back what a step did beyond the folder. */
export interface Compensation {
  /** From 1, in the order in which they were recorded. */
  readonly number: number;
  readonly plan_id: string;
  readonly step_id: string;
  /** The call that it takes back. */
  readonly call_id: string;
  /** null: it couldn't be filled. */
  readonly call: {
    readonly tool: string;
    readonly input: Json;
    /** Secrets as references. */
    readonly env: Readonly<Record<string, string>>;
    readonly effect: Effect | null;
  } | null;
  /** `standing`: its step stands. `unknown`: begun and cut off. `unfilled`: it can't be run, `error` says why. */
  readonly status: 'standing' | 'open' | 'running' | 'unknown' | 'unfilled' | 'done' | 'failed' | 'skipped';
  readonly error: ErrorValue | null;
  /** The plan has gone on since: what it takes back may have been made anew. */
  readonly late: boolean;
}

/** One entry of the state that differs. */
export interface StateChange {
  /** `plan`: one of phase, state, cursor, error and result. */
  readonly section: 'plan' | 'decisions' | 'steps' | 'tool_calls' | 'subplans' | 'context' | 'outputs';
  /** Its id or name. */
  readonly key: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** null if it was added. */
  readonly before: Json;
  /** null if it was removed. */
  readonly after: Json;
}

// --- Looking

/** A tool server (Model Context Protocol) that the settings name. */
export interface McpServer {
  readonly name: string;
  /** null for a server that is reached by its address. */
  readonly command: readonly string[] | null;
  readonly url: string | null;
  /** Its word that a tool only reads is believed. */
  readonly trusted: boolean;
  /** The file, variable or flag that names it. */
  readonly from: string;
  /** true: it isn't started before `agents mcp approve`. */
  readonly needs_approval: boolean;
  readonly approved_at: string | null;
  /** null: it was never asked. */
  readonly tools: readonly string[] | null;
}

/** A step of a document, as far as it is known before it runs. */
export interface ExplainedStep extends StepHead {
  readonly needs: readonly string[];
  /** As written; null: always. */
  readonly if: string | null;
  /** null for a kind that calls none. */
  readonly tool: string | null;
  /** What decided the effect; null where there is none. */
  readonly effect_from: 'tool' | 'call' | 'document' | 'config' | null;
  /** true: it writes, perhaps where nothing can take it back. */
  readonly beyond_folder: boolean;
  /** What a rollback offers to run then, as it is written; absent: nothing. */
  readonly compensate?: string;
  /** null for a step that asks nothing. */
  readonly decision: {
    readonly question: string;
    /** Their ids; empty: any answer will do. */
    readonly options: readonly string[];
    readonly by: 'human' | 'rule' | 'model';
    readonly default: string | null;
  } | null;
  /** null for a step without. */
  readonly subplans: {
    readonly mode: 'sequential' | 'parallel' | 'dependency_ordered';
    readonly plans: readonly {
      readonly name: string;
      readonly needs: readonly string[];
      readonly file: string;
      readonly steps: readonly ExplainedStep[];
    }[];
  } | null;
}

/** A branch of `plan tree`. */
export type TreeNode =
  | {
      readonly kind: 'phase';
      readonly phase: Phase;
      readonly state: RunState;
      readonly children: readonly TreeNode[];
    }
  | {
      readonly kind: 'step';
      readonly step: Step;
      /** null for a step that has asked nothing yet. */
      readonly decision: Pick<Decision, 'id' | 'question' | 'chosen'> | null;
      readonly children: readonly TreeNode[];
    }
  | { readonly kind: 'subplan'; readonly subplan: Subplan; readonly children: readonly TreeNode[] };

/** Something of a plan that has failed. */
export interface Trouble {
  readonly kind: 'plan' | 'step' | 'subplan' | 'call' | 'checkpoint';
  readonly plan_id: string;
  /** The names of the subplans that lead to it. */
  readonly path: readonly string[];
  readonly step_id: string | null;
  /** In words: `step build`. */
  readonly what: string;
  /** null where it is not known. */
  readonly at: string | null;
  readonly error: ErrorValue;
  readonly next_steps: readonly string[];
}

/** A tool that steps can call. */
export interface Tool {
  readonly name: string;
  readonly summary: string;
  readonly effect: Effect;
  /** true: it reaches beyond the folder. */
  readonly open_world: boolean;
}

/** A plan packed into one file. */
export interface Archive {
  readonly plan_id: string;
  readonly name: string;
  readonly exported_at: string;
  /** The root plan and its subplans. */
  readonly plans: number;
  readonly events: number;
  readonly checkpoints: number;
  readonly trees: number;
  readonly contents: number;
  /** Of the contents, before packing. */
  readonly bytes: number;
  /** Absolute. */
  readonly file: string;
}

/** Where a value of the settings comes from, the highest first. */
export type ConfigLevel = 'flag' | 'environment' | 'project' | 'user' | 'default';

/** A value that one level gives. */
export interface ConfigValue {
  readonly origin: ConfigLevel;
  readonly value: Json;
  /** A file with line and column, a variable, a flag; null for the default. */
  readonly where: string | null;
}

/** How many, and how much room. */
export interface Usage {
  readonly count: number;
  readonly bytes: number;
}

// --- Events

/** What is recorded of each kind of event: `CheckpointCreated = EventPayloads['checkpoint.created']`. */
export interface EventPayloads {
  'plan.created': {
    readonly name: string;
    readonly goal: string | null;
    readonly workspace: string;
    /** null for a root plan. */
    readonly parent: { readonly plan_id: string; readonly subplan_id: string } | null;
    /** Only where it works in a copy of `folder`. */
    readonly sandbox?: Sandbox;
    readonly steps: readonly StepHead[];
  };
  'plan.phase_changed': { readonly phase: Phase; readonly state: RunState };
  /** `reason`: `person`, `signal`, `checkpoint_failed`, `waiting`, `stopped`, `recovery`. */
  'plan.paused': { readonly reason: string; readonly by: string | null };
  'plan.resumed': { readonly by: string | null };
  'plan.retried': {
    readonly by: string | null;
    readonly step_ids: readonly string[];
    readonly subplans: readonly {
      readonly subplan_id: string;
      readonly plan_id: string;
      readonly attempt: number;
      readonly max_retries: number;
    }[];
  };
  'plan.cancelled': { readonly reason: string; readonly by: string | null };
  'plan.failed': { readonly error: ErrorValue };
  'plan.completed': { readonly outputs: JsonObject };
  'plan.applied': {
    readonly checkpoint_id: string | null;
    readonly changes?: ChangedFiles | null;
    readonly pre_apply_id?: string | null;
  };
  'plan.forked': {
    readonly name: string;
    readonly goal: string | null;
    readonly workspace: string;
    readonly phase: Phase;
    readonly source_plan_id: string;
    readonly checkpoint_id: string;
    readonly seq: number;
    readonly state_hash: string;
    readonly tree_hash: string | null;
    readonly sandbox?: Sandbox;
  };
  'plan.rolled_back': {
    readonly checkpoint_id: string | null;
    readonly number: number | null;
    readonly to_seq: number;
    readonly pre_rollback_id: string | null;
    readonly scope: RollbackScope;
    /** null if the files were left alone. */
    readonly changes: ChangedFiles | null;
    /** `gone`: the part is no more. */
    readonly parts: readonly {
      readonly plan_id: string;
      readonly section: string;
      readonly key: string;
      readonly ord: number;
      readonly value: Json;
      readonly gone: boolean;
    }[];
  };
  'step.started': { readonly step_id: string; readonly attempt: number };
  /** `call_id`: the output is that call's result; null: `output` is it. */
  'step.completed': { readonly step_id: string; readonly call_id: string | null; readonly output: Json };
  'step.failed': { readonly step_id: string; readonly error: ErrorValue; readonly continued: boolean };
  'step.skipped': { readonly step_id: string; readonly reason: string };
  /** Another attempt follows after `delay_ms`. */
  'step.retried': { readonly step_id: string; readonly error: ErrorValue; readonly delay_ms: number };
  'tool.started': {
    readonly call_id: string;
    readonly step_id: string;
    readonly attempt: number;
    readonly tool: string;
    readonly effect: Effect;
    /** Why, where the tool's author doesn't say so: the settings, or what a tool server says. */
    readonly effect_reason?: string;
    /** The id that the model gave the call which asks for it. */
    readonly asked_as?: string;
    /** Without secrets. */
    readonly input: Json;
    /** Of the files; null if they are not captured. */
    readonly tree_before: string | null;
  };
  'tool.spawned': { readonly call_id: string; readonly process: SpawnedProcess };
  'tool.output': { readonly call_id: string; readonly log: BlobRef };
  'tool.completed': {
    readonly call_id: string;
    readonly result: Json;
    readonly tree_after: string | null;
    readonly changes?: ChangedFiles | null;
  };
  'tool.failed': {
    readonly call_id: string;
    readonly error: ErrorValue;
    /** What it gave before it failed. */
    readonly result: Json;
    readonly tree_after: string | null;
    readonly changes?: ChangedFiles | null;
  };
  /** `chosen: null` asks; the same id again, with a choice, answers. */
  'decision.made': { readonly decision: Omit<Decision, 'sequence'> };
  'decision.superseded': { readonly decision_id: string; readonly by: string };
  'subplan.spawned': {
    readonly subplan_id: string;
    readonly plan_id: string;
    readonly step_id: string;
    readonly name: string;
    readonly max_retries: number;
  };
  'subplan.started': { readonly subplan_id: string; readonly attempt: number };
  'subplan.retried': { readonly subplan_id: string; readonly plan_id: string; readonly error: ErrorValue };
  'subplan.completed': { readonly subplan_id: string };
  'subplan.failed': { readonly subplan_id: string; readonly error: ErrorValue };
  'subplan.cancelled': { readonly subplan_id: string; readonly reason: string };
  /** What takes back what a completed call did outside; `call: null`: it couldn't be filled, and `error` says why. */
  'compensation.recorded': {
    readonly call_id: string;
    readonly step_id: string;
    readonly call: {
      readonly tool: string;
      readonly input: Json;
      /** Secrets as references. */
      readonly env: Readonly<Record<string, string>>;
      readonly effect: Effect | null;
    } | null;
    readonly error: ErrorValue | null;
  };
  /** `of`: the call that it takes back. */
  'compensation.started': { readonly of: string; readonly step_id: string; readonly by: string };
  'compensation.ended': {
    readonly of: string;
    readonly step_id: string;
    readonly outcome: 'done' | 'failed' | 'skipped';
    readonly error: ErrorValue | null;
  };
  'context.set': { readonly key: string; readonly value: Json };
  'checkpoint.created': { readonly checkpoint: Checkpoint };
  'checkpoint.failed': {
    readonly trigger: Trigger;
    readonly step_id: string | null;
    readonly error: ErrorValue;
  };
  /** What is absent stays; `label: null` takes it away. */
  'checkpoint.marked': {
    readonly checkpoint_id: string;
    readonly number: number;
    readonly label?: string | null;
    readonly pinned?: boolean;
  };
  'checkpoint.deleted': { readonly checkpoint_id: string; readonly number: number };
  /** Retention took many. Up to `to_seq` states and files are kept only where a checkpoint stands that stayed. */
  'checkpoint.pruned': {
    readonly count: number;
    /** First and last number of each run of them. */
    readonly numbers: readonly (readonly [first: number, last: number])[];
    readonly to_seq: number;
  };
  /** `error`: why an edit of the settings was not taken. */
  'config.changed': {
    readonly changes: readonly { readonly key: string; readonly before: Json; readonly after: Json }[];
    readonly error: ErrorValue | null;
  };
  'note.added': { readonly text: string; readonly step_id: string | null };
}

/** Where a copy comes from. */
export interface Sandbox {
  /** Absolute, without links. */
  readonly folder: string;
  /** Of its files when the copy was made. */
  readonly tree: string;
}

export type EventType = keyof EventPayloads;

/** One entry of a plan's history: a line of `--json=stream`. `type` tells what `payload` is. */
export type PlanEvent = {
  [T in EventType]: {
    readonly plan_id: string;
    readonly root_plan_id: string;
    /** In the root plan's history, from 1, without gaps. */
    readonly seq: number;
    readonly type: T;
    readonly at: string;
    readonly payload: EventPayloads[T];
  };
}[EventType];

/** A line of `--json=stream`: events as they happen, the envelope last (it alone has `command`). */
export type StreamLine<Data = Json> = PlanEvent | Envelope<Data>;

// --- The data of every command

/** `data` of each command, by the name that `command` of its envelope has. */
export interface CommandData {
  /** The screen of all plans: it prints no data. */
  'agents': null;

  'init': {
    readonly folder: string;
    readonly dry_run: boolean;
    readonly files: readonly {
      readonly path: string;
      readonly action: 'created' | 'replaced' | 'unchanged' | 'kept';
      /** Why it was kept; else null. */
      readonly reason: string | null;
    }[];
    readonly next_steps: readonly string[];
  };
  'doctor': {
    readonly checks: readonly {
      readonly id: string;
      readonly status: 'ok' | 'warn' | 'fail';
      readonly message: string;
      /** What to do; null where nothing is. */
      readonly next: string | null;
    }[];
  };

  'plan validate': {
    readonly file: string;
    readonly valid: true;
    readonly name: string;
    /** How many. */
    readonly steps: number;
    readonly inputs: readonly string[];
    readonly warnings: readonly DocumentFault[];
  };
  'plan explain': {
    readonly file: string;
    readonly name: string;
    readonly goal: string | null;
    readonly inputs: readonly string[];
    readonly steps: readonly ExplainedStep[];
    /** What may reach beyond the folder, and nothing takes back; `path`: the subplans that lead there. */
    readonly not_undone: readonly {
      readonly path: readonly string[];
      readonly step_id: string;
      readonly what: string;
    }[];
  };
  'plan create': PlanCreated;
  'plan run': PlanRun;
  'plan execute': PlanRun;
  'plan retry': PlanRun;
  'plan watch': PlanRun;
  /** Speaks with a screen, and prints no data. */
  'plan engine': null;

  'plan list': {
    readonly plans: readonly Plan[];
    /** For `--cursor`; null: these are all. */
    readonly next_cursor: string | null;
  };
  'plan status': PlanStatus;
  'plan tree': { readonly plan_id: string; readonly name: string; readonly nodes: readonly TreeNode[] };
  /** `plan_id`: the subplan that the decision belongs to. */
  'plan show': { readonly plan_id: string; readonly decision: Decision };
  'plan errors': { readonly plan_id: string; readonly errors: readonly Trouble[] };
  'plan events': {
    readonly plan_id: string;
    /** The last one that was seen. */
    readonly seq: number;
    /** Absent with `--json=stream`: they came before. */
    readonly events?: readonly PlanEvent[];
  };
  'plan diff': {
    readonly from: Checkpoint;
    /** null: now. */
    readonly to: Checkpoint | null;
    readonly state: readonly StateChange[];
    /** null: not asked for, or one of them holds none. */
    readonly files: readonly ChangedFile[] | null;
  };

  'plan pause': PlanStanding;
  'plan resume': PlanStanding;
  'plan stop': PlanStanding;
  'plan cancel': PlanStanding;
  'plan answer': PlanStanding;
  'plan approve': PlanStanding;
  'plan deny': PlanStanding;
  'plan delete': PlanStanding & {
    readonly dry_run: boolean;
    /** How many of each. */
    readonly rows: {
      readonly plans: number;
      readonly events: number;
      readonly parts: number;
      readonly checkpoints: number;
      readonly requests: number;
    };
  };

  'plan prune': {
    readonly dry_run: boolean;
    /** How many are gone, or would go. */
    readonly deleted: number;
    /** Those that ended longer ago than `core.plans.retention` says. */
    readonly plans: readonly {
      readonly plan_id: string;
      readonly name: string;
      readonly phase: Phase;
      readonly state: RunState;
      /** ISO 8601. When the last thing happened to it. */
      readonly last_at: string;
      /** Why it stays all the same; null: it goes. */
      readonly kept:
        | 'running'
        | 'interrupted'
        | 'survivor'
        | 'settings'
        | 'folder'
        | 'sandbox'
        | 'forked'
        | 'pinned'
        | 'labelled'
        | 'manual'
        | null;
    }[];
  };

  /** With `--abort`: how the plan stands. */
  'plan rollback': Rollback | PlanStanding;
  'plan undo': Rollback;
  'plan correct': Rollback;
  'plan compensate': {
    readonly plan_id: string;
    readonly compensations: readonly Compensation[];
    /** Numbers of those that this command ran or skipped, in this order. */
    readonly settled: readonly number[];
  };
  'plan fork': {
    readonly plan_id: string;
    readonly forked_from: { readonly plan_id: string; readonly checkpoint_id: string };
    readonly workspace: string;
    /** What is not in the new folder: it was never held. */
    readonly excluded: readonly (Path & { readonly reason: Exclusion | 'special' })[];
  };
  'plan apply': PlanStanding & {
    readonly dry_run: boolean;
    /** Of the folder that the sandbox was made from; null without a sandbox. */
    readonly files: Rollback | null;
  };

  'plan checkpoint create': { readonly checkpoint: Checkpoint };
  'plan checkpoint label': { readonly checkpoint: Checkpoint };
  'plan checkpoint pin': { readonly checkpoint: Checkpoint };
  'plan checkpoint unpin': { readonly checkpoint: Checkpoint };
  'plan checkpoint delete': { readonly checkpoint: Checkpoint };
  'plan checkpoint prune': {
    readonly dry_run: boolean;
    readonly pruned: number;
    readonly plans: readonly {
      readonly plan_id: string;
      readonly name: string;
      readonly pruned: number;
      /** How many stay. */
      readonly left: number;
      /** How many of those stay whatever retention says, and why. */
      readonly kept: {
        readonly [Why in
          | 'pinned'
          | 'labelled'
          | 'manual'
          | 'in_use'
          | 'last'
          | 'way_back'
          | 'forked'
          | 'error']?: number;
      };
      /** Why it was left alone. */
      readonly skipped: 'running' | 'interrupted' | 'settings' | null;
    }[];
  };
  'plan checkpoint list': {
    readonly plan_id: string;
    /** In order of `seq`. */
    readonly checkpoints: readonly Checkpoint[];
    /** For `--cursor`; null: these are all. */
    readonly next_cursor: string | null;
  };
  'plan checkpoint show': {
    readonly checkpoint: Checkpoint;
    readonly state_snapshot: StateSnapshot;
    /** Only with `--files`; null if it holds none. */
    readonly files?: readonly HeldFile[] | null;
  };
  'plan checkpoint export': Archive;
  'plan checkpoint import': Archive & { readonly workspace: string };

  'tool list': { readonly tools: readonly Tool[] };
  'mcp list': { readonly servers: readonly McpServer[] };
  'mcp approve': {
    readonly name: string;
    readonly tools: readonly string[];
    /** Since they were seen last. */
    readonly changes: readonly {
      readonly tool: string;
      readonly kind: 'new' | 'changed' | 'gone';
      readonly fields: readonly string[];
    }[];
  };

  /** Printed when it has ended: where it listened, and how many replies it gave. */
  'dev mock-model': { readonly url: string; readonly replies: number };

  'tool show': Tool & { readonly input_schema: JsonObject; readonly output_schema: JsonObject };

  'config show': {
    readonly config: JsonObject;
    /** Only with `--origin`: where each key comes from. */
    readonly origins?: Readonly<Record<string, string>>;
  };
  'config explain': ConfigValue & {
    readonly key: string;
    readonly description: string;
    /** Those that give a value, the one that holds first. */
    readonly levels: readonly ConfigValue[];
  };
  'config get': { readonly key: string; readonly value: Json };
  'config set': {
    readonly file: string;
    readonly created: boolean;
    readonly changed: boolean;
    readonly key: string;
    /** null where the file did not say. */
    readonly before: Json;
    readonly after: Json;
  };
  'config path': {
    readonly files: readonly {
      readonly path: string;
      readonly level: 'project' | 'user';
      /** `shadowed`: another file of the same folder comes first. */
      readonly role: 'read' | 'shadowed' | 'absent';
    }[];
  };
  'config validate': { readonly valid: true; readonly files: readonly string[] };

  'schema plan': { readonly schema: JsonObject };
  'schema config': { readonly schema: JsonObject };
  'completion bash': Completion;
  'completion zsh': Completion;
  'completion fish': Completion;

  'storage du': {
    readonly home: string;
    /** Bytes of contents and folders, what core.checkpoints.retention.max_bytes allows of them here, and how much is over it. */
    readonly retention: { readonly max_bytes: number | null; readonly stored: number; readonly over: number };
    /** `free`: of `bytes`, for new rows. */
    readonly databases: readonly { readonly name: string; readonly bytes: number; readonly free: number }[];
    readonly trees: Usage;
    readonly contents: Usage;
    readonly scans: Usage;
    /** Root plans, the largest first. */
    readonly plans: readonly { readonly plan_id: string; readonly name: string; readonly bytes: number }[];
  };
  'storage gc': {
    readonly dry_run: boolean;
    readonly trees: number;
    readonly contents: number;
    /** Files that were never ended. */
    readonly drafts: number;
    readonly bytes: number;
  };
  'storage verify': {
    /** How many were looked at. */
    readonly checkpoints: number;
    readonly trees: number;
    /** What SQLite finds wrong with a file; then nothing else is looked at. */
    readonly databases: readonly { readonly name: string; readonly what: string }[];
    /** What is wrong with a history. */
    readonly journals: readonly { readonly plan_id: string; readonly seq: number; readonly what: string }[];
    /** What is wrong with the state of a checkpoint, by its number; null: with the plan itself. */
    readonly states: readonly {
      readonly plan_id: string;
      readonly checkpoint: number | null;
      readonly what: string;
    }[];
    readonly objects: readonly {
      readonly hash: string;
      readonly kind: 'content' | 'tree';
      /** false: it is missing. */
      readonly damaged: boolean;
      /** `checkpoint`: its number. */
      readonly uses: readonly (Path & { readonly plan_id: string; readonly checkpoint: number })[];
    }[];
  };
}

/** A script for the shell. */
export interface Completion {
  readonly shell: 'bash' | 'zsh' | 'fish';
  readonly script: string;
}
