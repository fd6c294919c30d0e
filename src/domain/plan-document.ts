import type { Effect, StepKind } from './plan.ts';
import type { Json } from './json.ts';

/** A text that may hold `${{ }}` expressions, evaluated when the step runs. */
export type Template = string;
/** JSON whose strings may hold `${{ }}`; a string that is only one expression keeps the value's type. */
export type TemplateValue = Json;

export const INPUT_TYPES = ['string', 'number', 'boolean', 'object', 'array'] as const;
export type InputType = (typeof INPUT_TYPES)[number];

export interface InputSpec {
  readonly type: InputType;
  readonly description: string | null;
  readonly required: boolean;
  /** Absent: no default. */
  readonly default?: Json;
  readonly options: readonly Json[] | null;
  /** The value is never stored: it comes from `env` (or `-i`) at each start and reaches only a tool's environment. */
  readonly secret: boolean;
  /** Environment variable that holds a secret input; default: the input's name in capitals. */
  readonly env: string | null;
}

export interface RetrySpec {
  /** Further attempts after the first: 0 to 100. */
  readonly max: number;
  /** Milliseconds before the second attempt, doubled for each later one. */
  readonly backoff_ms: number;
  /** `workspace`: what a failed attempt changed goes back before the next. null: the files stay as it left them. */
  readonly restore: 'workspace' | null;
}

interface StepCommon {
  /** Unique in its plan; made from the position (`step-3`) when the document gives none. */
  readonly id: string;
  readonly name: string | null;
  /** Ids of the steps that must have ended; a step that gives none needs the one before it. */
  readonly needs: readonly string[];
  readonly if: Template | null;
  readonly env: Readonly<Record<string, Template>>;
  readonly continue_on_error: boolean;
  /** Milliseconds for one attempt; null: no limit. */
  readonly timeout_ms: number | null;
  readonly retries: RetrySpec;
  /** `line:column` in `file`, for messages. */
  readonly at: string;
}

export interface RunStep extends StepCommon {
  readonly kind: 'run';
  /** Shell text, without expressions: values reach it as environment variables. */
  readonly run: string;
  readonly effect: Effect;
  readonly compensate?: CompensateSpec;
}

/** What takes back what a step did outside of the folder: a command, or a tool. Offered after a rollback, never run by itself. */
export type CompensateSpec = { readonly env: Readonly<Record<string, Template>> } & (
  | { readonly run: string }
  | { readonly uses: string; readonly with: Readonly<Record<string, TemplateValue>> }
);

export interface UsesStep extends StepCommon {
  readonly kind: 'uses';
  /** A tool's name. */
  readonly uses: string;
  readonly with: Readonly<Record<string, TemplateValue>>;
  /** null: as the tool declares. A tool that declares `write` cannot be called `read`. */
  readonly effect: Effect | null;
  readonly compensate?: CompensateSpec;
}

export interface DecisionOption {
  readonly id: string;
  readonly description: string | null;
}

export interface DecideStep extends StepCommon {
  readonly kind: 'decide';
  readonly question: Template;
  readonly options: readonly DecisionOption[];
  readonly by: 'human' | 'rule' | 'model';
  /** For `model`: `provider/name`; null or absent: as the settings say. */
  readonly model?: string | null;
  /** For `rule`: an expression that gives an option's id. */
  readonly choose: Template | null;
  /** For `human`: taken when nobody can be asked. */
  readonly default: string | null;
  readonly rationale: Template | null;
}

export interface SubplanSpec {
  readonly name: string;
  readonly document: PlanDocument;
  /** Inputs of an included document; an inline one sees none of its own. */
  readonly with: Readonly<Record<string, TemplateValue>>;
  /** Names of siblings that must be complete first (`dependency_ordered`). */
  readonly needs: readonly string[];
  readonly retries: RetrySpec | null;
}

export interface SubplansStep extends StepCommon {
  readonly kind: 'subplans';
  readonly mode: 'sequential' | 'parallel' | 'dependency_ordered';
  readonly max_parallel: number | null;
  readonly fail_fast: boolean;
  /** For each subplan that gives none of its own. */
  readonly subplan_retries: RetrySpec;
  readonly plans: readonly SubplanSpec[];
}

export interface AskStep extends StepCommon {
  readonly kind: 'ask';
  readonly question: Template;
  readonly type: 'string' | 'number' | 'boolean';
  readonly default: Json | null;
}

export interface SleepStep extends StepCommon {
  readonly kind: 'sleep';
  readonly sleep_ms: number;
}

/** A conversation with a model that calls tools until it has nothing more to call. */
export interface AgentStep extends StepCommon {
  readonly kind: 'agent';
  /** `provider/name`; null: as the settings say. */
  readonly model: Template | null;
  readonly prompt: Template;
  readonly system: Template | null;
  /** Names of the tools that it may call; `*` stands for any text. */
  readonly tools: readonly string[];
  /** Replies of the model at most: 1 to 1000. */
  readonly max_steps: number;
}

export type StepSpec = RunStep | UsesStep | DecideStep | SubplansStep | AskStep | SleepStep | AgentStep;

/** A checked plan document. It is plain JSON: stored with the plan and read back without the file. */
export interface PlanDocument {
  readonly name: string;
  readonly goal: Template | null;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly env: Readonly<Record<string, Template>>;
  readonly steps: readonly StepSpec[];
  readonly outputs: Readonly<Record<string, TemplateValue>>;
  /** The file it came from, as shown in messages. */
  readonly file: string;
}

/** What a row of a plan tree shows of a step before it has run. */
export interface StepHead {
  readonly id: string;
  readonly kind: StepKind;
  readonly name: string;
  readonly effect: Effect | null;
}
