import { Map as IMap } from 'immutable';
import type { CallId, DecisionId, PlanId, SubplanId } from './ids.ts';
import type { DecisionOption } from './plan-document.ts';
import type { Effect, Phase, RunState, StepKind, StepStatus } from './plan.ts';
import { BugError, type ErrorValue } from './errors.ts';
import type { Json } from './json.ts';

/** `plan` holds the single values: phase, state, cursor, error, result. */
export const SECTIONS = [
  'plan',
  'steps',
  'tool_calls',
  'decisions',
  'subplans',
  'context',
  'outputs',
] as const;
export type Section = (typeof SECTIONS)[number];

/** One versioned piece of state. `ord` orders the pieces of a section, ties by key. */
export interface Part {
  readonly ord: number;
  readonly value: Json;
}

/** The state of one plan: sections of parts. Immutable; a change shares all it did not touch. */
export interface PlanState {
  readonly planId: PlanId;
  readonly parentId: PlanId | null;
  readonly parts: Readonly<Record<Section, IMap<string, Part>>>;
}

/** As much of a state as is needed to read it: also what was put together from rows only to be looked at. */
export interface ReadableState {
  readonly parts: Readonly<Record<Section, PartsByKey>>;
}

export interface PartsByKey {
  get(key: string): Part | undefined;
  entries(): Iterable<[string, Part]>;
}

/** The state of a root plan with all its subplans, at one place of their journal. */
export interface TreeState {
  readonly rootId: PlanId | null;
  /** The last event that is in it; 0 before the first. */
  readonly seq: number;
  readonly plans: IMap<PlanId, PlanState>;
}

export interface StepState {
  readonly id: string;
  readonly kind: StepKind;
  readonly name: string;
  readonly effect: Effect | null;
  readonly status: StepStatus;
  /** From 1; 0 before the first. */
  readonly attempt: number;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly error: ErrorValue | null;
  /** Why it was skipped. */
  readonly reason: string | null;
}

export type ToolCallStatus = 'running' | 'complete' | 'failed' | 'interrupted';

/** The operating system's process behind a call: enough to find it again after a crash. */
export interface SpawnedProcess {
  readonly pid: number;
  readonly pgid: number;
  /** Clock ticks after boot, as the system reports; null where it cannot be known. */
  readonly start_time: number | null;
}

export interface ToolCallState {
  readonly id: CallId;
  readonly step_id: string;
  readonly attempt: number;
  readonly tool: string;
  readonly effect: Effect;
  /** The id that the model gave it. */
  readonly asked_as?: string;
  readonly status: ToolCallStatus;
  readonly outcome: 'ok' | 'error' | null;
  /** What the tool gave; long texts as `{ref, bytes, preview}`. */
  readonly result: Json;
  readonly error: ErrorValue | null;
  readonly process: SpawnedProcess | null;
}

export interface DecisionState {
  readonly id: DecisionId;
  readonly parent_id: DecisionId | null;
  /** `prompt_definition`, `strategy_choice`, `choice`, `subplan_spawn`, `answer`, `approval` of a call or, without a step, of the plan. */
  readonly type: string;
  readonly step_id: string | null;
  readonly question: string;
  readonly options: readonly DecisionOption[];
  /** Taken where nobody can be asked; null or absent: then the plan waits. */
  readonly default?: string | null;
  /** null: waits to be made. */
  readonly chosen: Json;
  readonly rationale: string | null;
  /** What exactly is asked about, in lines: the arguments of a call, or a diff. */
  readonly detail?: string;
  /** 0 to 1; null where nobody said. */
  readonly confidence: number | null;
  readonly by: string;
  /** Order of the decisions of a plan, from 1. */
  readonly sequence: number;
  readonly superseded_by: DecisionId | null;
  readonly created_at: string;
}

export interface SubplanState {
  readonly id: SubplanId;
  readonly plan_id: PlanId;
  readonly step_id: string;
  readonly name: string;
  readonly status: RunState;
  /** From 1; 0 before the first. */
  readonly attempt: number;
  readonly max_retries: number;
  readonly error: ErrorValue | null;
}

const NO_PARTS: IMap<string, Part> = IMap();

export const EMPTY_TREE: TreeState = { rootId: null, seq: 0, plans: IMap() };

export function emptyPlanState(planId: PlanId, parentId: PlanId | null): PlanState {
  return {
    planId,
    parentId,
    parts: {
      plan: NO_PARTS,
      steps: NO_PARTS,
      tool_calls: NO_PARTS,
      decisions: NO_PARTS,
      subplans: NO_PARTS,
      context: NO_PARTS,
      outputs: NO_PARTS,
    },
  };
}

/** The value of one part, or undefined. The caller names the type that the section holds. */
function valueOf<T>(state: ReadableState, section: Section, key: string): T | undefined {
  return state.parts[section].get(key)?.value as T | undefined;
}

export const phaseOf = (state: ReadableState): Phase =>
  valueOf<Phase>(state, 'plan', 'phase') ?? 'strategize';
export const runStateOf = (state: ReadableState): RunState =>
  valueOf<RunState>(state, 'plan', 'state') ?? 'queued';
export const errorOf = (state: ReadableState): ErrorValue | null =>
  valueOf<ErrorValue | null>(state, 'plan', 'error') ?? null;
export const cursorOf = (state: ReadableState): string | null =>
  valueOf<string | null>(state, 'plan', 'cursor') ?? null;
/** The outputs that the document declares, once the plan is complete. */
export const resultOf = (state: ReadableState): Json => valueOf<Json>(state, 'plan', 'result') ?? null;

export const stepOf = (state: PlanState, id: string): StepState | undefined => valueOf(state, 'steps', id);
/** For a step that the document has. @throws BugError if the state has none of that id */
export function requireStep(state: PlanState, id: string): StepState {
  const step = stepOf(state, id);
  if (!step) throw new BugError('unknown_step', `plan ${state.planId} has no step ${id}`);
  return step;
}
export const callOf = (state: ReadableState, id: CallId): ToolCallState | undefined =>
  valueOf(state, 'tool_calls', id);
export const decisionOf = (state: PlanState, id: DecisionId): DecisionState | undefined =>
  valueOf(state, 'decisions', id);
export const subplanOf = (state: PlanState, id: SubplanId): SubplanState | undefined =>
  valueOf(state, 'subplans', id);

/** The parts of a section in their order. */
export function orderedParts(state: ReadableState, section: Section): readonly (readonly [string, Part])[] {
  return [...state.parts[section].entries()].sort(
    ([keyA, a], [keyB, b]) => a.ord - b.ord || (keyA < keyB ? -1 : 1),
  );
}

function orderedValues<T>(state: ReadableState, section: Section): readonly T[] {
  return orderedParts(state, section).map(([, part]) => part.value as T);
}

export const stepsOf = (state: ReadableState): readonly StepState[] => orderedValues(state, 'steps');
export const callsOf = (state: ReadableState): readonly ToolCallState[] => orderedValues(state, 'tool_calls');
export const decisionsOf = (state: ReadableState): readonly DecisionState[] =>
  orderedValues(state, 'decisions');
export const subplansOf = (state: ReadableState): readonly SubplanState[] => orderedValues(state, 'subplans');

/** A record of a section's values by key, in order. */
export function recordOf(
  state: ReadableState,
  section: 'context' | 'outputs',
): Readonly<Record<string, Json>> {
  return Object.fromEntries(orderedParts(state, section).map(([key, part]) => [key, part.value]));
}

/** The decision that holds for a step: the last one not superseded. */
export function decisionForStep(state: PlanState, stepId: string): DecisionState | undefined {
  return decisionsOf(state).findLast(
    (decision) => decision.step_id === stepId && decision.superseded_by === null,
  );
}
