import { describe, expect, it } from 'vitest';
import {
  cursorOf,
  decisionForStep,
  emptyPlanState,
  errorOf,
  orderedParts,
  phaseOf,
  resultOf,
  runStateOf,
  type Part,
  type PlanState,
  type Section,
} from '../../../src/domain/plan-state.ts';
import { outputOf, outputsOf, snapshotOf } from '../../../src/domain/state-snapshot.ts';

const EMPTY = emptyPlanState('P', null);

const withParts = (section: Section, parts: Readonly<Record<string, Part>>): PlanState => ({
  ...EMPTY,
  parts: { ...EMPTY.parts, [section]: EMPTY.parts[section].merge(parts) },
});

describe('a state before its first event', () => {
  it('is a plan that has not begun', () => {
    expect([phaseOf(EMPTY), runStateOf(EMPTY)]).toEqual(['strategize', 'queued']);
    expect([errorOf(EMPTY), cursorOf(EMPTY), resultOf(EMPTY)]).toEqual([null, null, null]);
    expect(decisionForStep(EMPTY, 'a')).toBeUndefined();
  });

  it('has a snapshot all the same', () => {
    expect(snapshotOf(EMPTY)).toMatchObject({ phase: 'strategize', state: 'queued', steps: [], outputs: {} });
  });
});

describe('the order of parts', () => {
  it('is that of their places, then that of their keys', () => {
    const at = (ord: number): Part => ({ ord, value: null });
    const state = withParts('context', { d: at(2), b: at(1), c: at(1), a: at(1), z: at(0) });
    expect(orderedParts(state, 'context').map(([key]) => key)).toEqual(['z', 'a', 'b', 'c', 'd']);
  });
});

describe('outputs', () => {
  const call = { id: 'K', result: { stdout: 'hi' } };
  const outputs = withParts('outputs', {
    own: { ord: 1, value: { value: 3 } },
    tool: { ord: 2, value: { call_id: 'K' } },
    lost: { ord: 3, value: { call_id: 'gone' } },
  });
  const state: PlanState = {
    ...outputs,
    parts: { ...outputs.parts, tool_calls: EMPTY.parts.tool_calls.set('K', { ord: 0, value: call }) },
  };

  it.each([
    ['its own value', 'own', 3],
    ["its call's result", 'tool', { stdout: 'hi' }],
    ['nothing, if its call is gone', 'lost', null],
    ['undefined, if it has none', 'none', undefined],
  ])('of a step are %s', (_, id, value) => {
    expect(outputOf(state, id)).toEqual(value);
  });

  it('stand together by step', () => {
    expect(outputsOf(state)).toEqual({ own: 3, tool: { stdout: 'hi' }, lost: null });
  });
});
