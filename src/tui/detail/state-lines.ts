import type { ErrorValue } from '../../domain/errors.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import {
  callsOf,
  stepOf,
  type DecisionState,
  type PlanState,
  type StepState,
  type SubplanState,
  type ToolCallState,
} from '../../domain/plan-state.ts';
import { outputOf, snapshotOf } from '../../domain/state-snapshot.ts';
import type { Line } from '../lines/line.ts';
import { firstLine, safeText } from '../lines/safe-text.ts';
import type { NodeRef } from '../rows/tree-row.ts';
import type { PlanView } from '../store/plan-view.ts';
import { byText } from '../words/by-text.ts';
import type { Glyphs } from '../words/glyphs.ts';
import { clockTime, dayText } from '../words/time-text.ts';
import { planOfNode } from './node-plans.ts';
import { EMPTY_LINE, heading, inlineValue, namedValue, remark, span } from './value-lines.ts';

export interface StateOptions {
  readonly glyphs: Glyphs;
}

/** A state snapshot (docs/json.md) section by section; sections without entries are left out. */
export function stateLines(snapshot: JsonObject, { glyphs }: StateOptions): readonly Line[] {
  const list = <T>(name: string): readonly T[] => (snapshot[name] ?? []) as unknown as readonly T[];
  const record = (name: string): JsonObject => (snapshot[name] ?? {}) as JsonObject;
  return [
    heading(`${inlineValue(snapshot['phase'] ?? null)}/${inlineValue(snapshot['state'] ?? null)}`),
    ...['cursor', 'error', 'result'].flatMap((key) => optionalValue(key, snapshot[key] ?? null)),
    ...section('Steps', list<StepState>('steps'), (step) => [stepLine(step, glyphs)]),
    ...section('Decisions', list<DecisionState>('decisions'), (one) => [decisionLine(one, glyphs)]),
    ...section('Subplans', list<SubplanState>('subplans'), (one) => [subplanLine(one, glyphs)]),
    ...section('Context', Object.entries(record('context')), ([key, value]) => namedValue(key, value, '  ')),
    ...section('Outputs', Object.entries(record('outputs')), ([key, value]) => namedValue(key, value, '  ')),
    ...section('Tool calls', list<ToolCallState>('tool_calls'), (call) => [callLine(call)]),
  ];
}

/** The live state of a node: of a step its values, output and calls; of anything larger its plan's. */
export function nodeStateLines(view: PlanView, node: NodeRef | null, options: StateOptions): readonly Line[] {
  const plan = planOfNode(view, node);
  if (!plan) return [remark('this subplan has not begun')];
  if (node?.kind !== 'step') return stateLines(snapshotOf(plan), options);
  const step = stepOf(plan, node.stepId);
  return step ? stepLines(plan, step, options) : [remark('this step is not in the plan any more')];
}

function stepLines(plan: PlanState, step: StepState, { glyphs }: StateOptions): readonly Line[] {
  const calls = callsOf(plan).filter(({ step_id }) => step_id === step.id);
  const output = outputOf(plan, step.id);
  const { id: _id, ...values } = step;
  return [
    stepLine(step, glyphs, ''),
    ...Object.entries(values).flatMap(([key, value]) => optionalValue(key, value as Json)),
    ...section('Output', output === undefined ? [] : [output], (value) => namedValue(step.id, value, '  ')),
    ...section('Tool calls', calls, (call) => [
      callLine(call),
      ...optionalValue('error', call.error as unknown as Json),
      ...optionalValue('result', call.result),
    ]),
  ];
}

function optionalValue(key: string, value: Json): readonly Line[] {
  if (value === null) return [];
  if (key === 'error') return errorLines(value as unknown as ErrorValue);
  return namedValue(key, key.endsWith('_at') ? timeText(value as string) : value, '  ');
}

function errorLines({ code, message, hint }: ErrorValue): readonly Line[] {
  const [first = '', ...more] = message.split('\n');
  return [
    [span('  error: ', 'accent'), span(safeText(first), 'bad'), span(`  ${safeText(code)}`, 'dim')],
    ...[...more, ...(hint === null ? [] : [hint])].map((line): Line => [span(`    ${safeText(line)}`)]),
  ];
}

/** As all other times on the screen, local. */
const timeText = (at: string): string => `${dayText(at)} ${clockTime(at)}`;

function section<T>(
  title: string,
  items: readonly T[],
  toLines: (item: T) => readonly Line[],
): readonly Line[] {
  if (items.length === 0) return [];
  return [EMPTY_LINE, heading(`${title} (${items.length})`), ...items.flatMap((item) => toLines(item))];
}

function stepLine(step: StepState, glyphs: Glyphs, indent = '  '): Line {
  const again = step.attempt > 1 ? `  attempt ${step.attempt}` : '';
  const note = step.error?.message ?? step.reason ?? '';
  return [
    span(`${indent}${glyphs.step[step.status]} ${safeText(step.id)}`),
    span(`  ${step.status}${again}`, 'dim'),
    span(note === '' ? '' : `  ${firstLine(note)}`, step.error ? 'bad' : 'dim'),
  ];
}

function decisionLine({ step_id, type, question, chosen, by }: DecisionState, glyphs: Glyphs): Line {
  const answer = chosen === null ? 'waits' : `${inlineValue(chosen)} (${safeText(byText(by))})`;
  return [
    span(`  ${chosen === null ? glyphs.waiting : glyphs.step.complete} ${safeText(step_id ?? type)}`),
    span(`  ${safeText(question)}  `, 'dim'),
    span(answer),
  ];
}

function subplanLine({ name, status, attempt, max_retries, error }: SubplanState, glyphs: Glyphs): Line {
  return [
    span(`  ${glyphs.plan[status]} ${safeText(name)}`),
    span(`  ${status}  attempt ${attempt} of ${max_retries + 1}`, 'dim'),
    span(error === null ? '' : `  ${firstLine(error.message)}`, 'bad'),
  ];
}

function callLine({ tool, step_id, attempt, effect, status }: ToolCallState): Line {
  return [
    span(`  ${safeText(tool)} of ${safeText(step_id)}`),
    span(`  ${effect}  attempt ${attempt}  ${status}`, 'dim'),
  ];
}
