import type { ZodType } from 'zod';
import type { Effect } from '../domain/plan.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { SpawnedProcess } from '../domain/plan-state.ts';

/** What a tool's body may use; nothing else reaches it. */
export interface ToolContext {
  /** Absolute real path of the folder that the plan works in. */
  readonly workspace: string;
  /** The environment of this call, secrets resolved, `AGENTS_CALL_ID` set. */
  readonly env: Readonly<Record<string, string>>;
  readonly callId: string;
  readonly stepId: string;
  /** Aborted on time-out, cancel and stop; a body ends soon after, with all it started. */
  readonly signal: AbortSignal;
  /** Live output, a piece at a time; redacted before anyone sees it. */
  readonly write: (stream: 'stdout' | 'stderr', text: string) => void;
  /** Asked between pieces: null, or what resolves when whoever hears the live output has room for more. */
  readonly room: () => Promise<void> | null;
  /** Records a started process before it can do harm; awaited. */
  readonly spawned: (process: SpawnedProcess) => Promise<void>;
  /** Sets a value in the plan's context (`plan.set`). */
  readonly setContext: (key: string, value: Json) => Promise<void>;
  readonly addNote: (text: string) => Promise<void>;
}

/** Something a step calls. The same object serves plans, models and the documentation. */
export interface Tool<Input = unknown> {
  readonly name: string;
  readonly summary: string;
  /** Undeclared counts as `write`. */
  readonly effect: Effect;
  /** Why it counts as that, where it is not the tool's author who says so. */
  readonly effectReason?: string;
  /** True: what it does can't be undone by a rollback (the network, other folders). */
  readonly openWorld: boolean;
  /** True: only a model in an agent step may call it, no document. */
  readonly onlyAgents?: boolean;
  /** Fields of the input that are run as code: a document may not fill them in by an expression. */
  readonly code?: readonly string[];
  readonly input: ZodType<Input>;
  readonly output: ZodType;
  /** The effect of a call with this input; never weaker than declared unless the tool knows it (`http.request` GET). */
  effectOf?(input: Input): Effect;
  /** Paths in the workspace that a call may touch, for preview and attribution; null: unknown. */
  paths(input: Input): readonly string[] | null;
  /**
   * Refuses before anything is touched: what can be known from input and workspace only.
   * @throws PlanError; WaitingError if a person has to say something first: then the plan rests
   */
  check?(input: Input, context: Pick<ToolContext, 'workspace' | 'signal'>): Promise<void>;
  /** A unified diff of what a call would change now, for a person who is asked; null if it can't be told. */
  preview?(input: Input, context: Pick<ToolContext, 'workspace'>): Promise<string | null>;
  /** @throws PlanError with what it gave so far in `ToolFailure` */
  run(input: Input, context: ToolContext): Promise<JsonObject>;
}

/** The tools a plan can call. */
export interface ToolRegistry {
  /** undefined if there is none. */
  get(name: string): Tool | undefined;
  list(): readonly Tool[];
  /** True if there may be a tool of this name, which is known only once its server has been asked (`prepare`). */
  mayHave(name: string): boolean;
  /**
   * Makes the tools of these names known where a server has to be asked for them; names that mean nothing are passed over.
   * @throws PlanError if a server doesn't answer; WaitingError if a person has to agree first
   */
  prepare(names: readonly string[]): Promise<void>;
}
