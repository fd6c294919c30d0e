import type { Json, JsonObject } from './json.ts';
import {
  callOf,
  cursorOf,
  decisionsOf,
  errorOf,
  orderedParts,
  phaseOf,
  recordOf,
  resultOf,
  runStateOf,
  stepsOf,
  subplansOf,
  callsOf,
  type Part,
  type PlanState,
  type ReadableState,
} from './plan-state.ts';

/** What a step's output part holds: the value, or the call whose result it is. */
export type OutputPart = { readonly value: Json } | { readonly call_id: string };

/** The output of one step as people and expressions see it; undefined if it has none. */
export function outputOf(state: PlanState, stepId: string): Json | undefined {
  const part = state.parts.outputs.get(stepId);
  return part && outputIn(state, part);
}

/** null if the part names a call that a rollback took away. */
function outputIn(state: ReadableState, part: Part): Json {
  const output = part.value as unknown as OutputPart;
  return 'call_id' in output ? (callOf(state, output.call_id)?.result ?? null) : output.value;
}

/** The outputs of all steps that have one, in order. */
export function outputsOf(state: ReadableState): Readonly<Record<string, Json>> {
  return Object.fromEntries(orderedParts(state, 'outputs').map(([id, part]) => [id, outputIn(state, part)]));
}

/** The whole state of one plan as plain JSON: the shape of `state_snapshot` (docs/json.md). */
export function snapshotOf(state: ReadableState): JsonObject {
  return {
    phase: phaseOf(state),
    state: runStateOf(state),
    decisions: decisionsOf(state) as unknown as Json,
    steps: stepsOf(state) as unknown as Json,
    tool_calls: callsOf(state) as unknown as Json,
    subplans: subplansOf(state) as unknown as Json,
    context: recordOf(state, 'context'),
    outputs: outputsOf(state),
    result: resultOf(state),
    cursor: cursorOf(state),
    error: errorOf(state) as unknown as Json,
  };
}

/** A snapshot column: whole, or the place in the versioned parts where it stands. */
export type StoredSnapshot =
  | { readonly v: 1; readonly state: JsonObject }
  | {
      readonly v: 1;
      readonly as_of: { readonly root_plan_id: string; readonly plan_id: string; readonly seq: number };
    };

/** Snapshots up to this many bytes stand whole in their row. */
export const INLINE_SNAPSHOT_BYTES = 16 * 1024;
