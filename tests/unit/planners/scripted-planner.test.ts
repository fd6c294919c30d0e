import {
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  nat,
  property,
  shuffledSubarray,
  tuple,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanDocument, RunStep } from '../../../src/domain/plan-document.ts';
import { emptyPlanState, type PlanState, type StepState } from '../../../src/domain/plan-state.ts';
import type { StepStatus } from '../../../src/domain/plan.ts';
import { createScriptedPlanner } from '../../../src/planners/scripted-planner.ts';

function step(id: string, needs: readonly string[], continue_on_error = false): RunStep {
  const rest = {
    name: null,
    if: null,
    env: {},
    timeout_ms: null,
    retries: { max: 0, backoff_ms: 0, restore: null },
    at: '1:1',
  };
  return { ...rest, id, needs, continue_on_error, kind: 'run', run: 'x', effect: 'read' };
}

function documentOf(...steps: RunStep[]): PlanDocument {
  return { name: 'n', goal: null, inputs: {}, env: {}, steps, outputs: {}, file: 'x.yaml' };
}

function withStatus(state: PlanState, id: string, status: StepStatus): PlanState {
  const times = { attempt: 1, started_at: null, ended_at: null, error: null, reason: null };
  const value: StepState = { id, kind: 'run', name: id, effect: 'read', status, ...times };
  const steps = state.parts.steps.set(id, { ord: 0, value: value as never });
  return { ...state, parts: { ...state.parts, steps } };
}

const stateOf = (statuses: Readonly<Record<string, StepStatus>>): PlanState =>
  Object.entries(statuses).reduce(
    (state, [id, status]) => withStatus(state, id, status),
    emptyPlanState('P', null),
  );

const row = documentOf(step('a', []), step('b', ['a']), step('c', ['b']));
const fan = documentOf(
  step('a', []),
  step('b', ['a']),
  step('c', ['a']),
  step('d', ['b', 'c', 'b']),
  step('e', []),
);

describe('Given a graph of steps, when the planner is asked what comes next', () => {
  it.each<
    [string, PlanDocument, Record<string, StepStatus>, { ready: string[]; waiting: number; done: boolean }]
  >([
    ['a row at its beginning', row, {}, { ready: ['a'], waiting: 2, done: false }],
    ['while the first runs', row, { a: 'running' }, { ready: [], waiting: 2, done: false }],
    ['behind the first', row, { a: 'complete' }, { ready: ['b'], waiting: 1, done: false }],
    ['behind a failed one', row, { a: 'failed' }, { ready: ['b'], waiting: 1, done: false }],
    ['behind a skipped one', row, { a: 'complete', b: 'skipped' }, { ready: ['c'], waiting: 0, done: false }],
    [
      'at its end',
      row,
      { a: 'complete', b: 'cancelled', c: 'complete' },
      { ready: [], waiting: 0, done: true },
    ],
    ['a fan at its beginning', fan, {}, { ready: ['a', 'e'], waiting: 3, done: false }],
    [
      'with one side done',
      fan,
      { a: 'complete', b: 'complete', c: 'running' },
      { ready: ['e'], waiting: 1, done: false },
    ],
    [
      'with both sides done',
      fan,
      { a: 'complete', b: 'complete', c: 'failed', e: 'complete' },
      { ready: ['d'], waiting: 0, done: false },
    ],
    ['no steps', documentOf(), {}, { ready: [], waiting: 0, done: true }],
    [
      'a need that is not there',
      documentOf(step('a', ['gone'])),
      {},
      { ready: ['a'], waiting: 0, done: false },
    ],
  ])('%s', (_, document, statuses, expected) => {
    for (const mode of ['normal', 'cleanup'] as const) {
      const { ready, ...rest } = createScriptedPlanner(document).ready(stateOf(statuses), mode);
      expect({ ready: ready.map(({ id }) => id), ...rest }).toEqual(expected);
    }
  });

  it('ready steps come in the order of the document, however they became ready', () => {
    const document = documentOf(step('late', ['x']), step('x', []), step('y', []));
    const planner = createScriptedPlanner(document);
    expect(planner.ready(stateOf({}), 'normal').ready.map(({ id }) => id)).toEqual(['x', 'y']);
    expect(planner.ready(stateOf({ x: 'complete' }), 'normal').ready.map(({ id }) => id)).toEqual([
      'late',
      'y',
    ]);
  });
});

describe('Given steps that failed, when the planner is asked how it stands for a step behind them', () => {
  const chain = documentOf(step('a', [], true), step('b', []), step('c', ['a', 'b']), step('d', ['c']));

  it.each<[Record<string, StepStatus>, string, string]>([
    [{ a: 'complete', b: 'complete' }, 'c', 'success'],
    [{ a: 'failed', b: 'complete' }, 'c', 'success'],
    [{ a: 'complete', b: 'failed' }, 'c', 'failure'],
    [{ a: 'complete', b: 'failed', c: 'skipped' }, 'd', 'failure'],
    [{ a: 'complete', b: 'cancelled', c: 'skipped' }, 'd', 'cancelled'],
    [{ a: 'cancelled', b: 'failed' }, 'c', 'failure'],
    [{ a: 'complete', b: 'skipped' }, 'c', 'success'],
  ])('%o gives %s: %s', (statuses, id, expected) => {
    const planner = createScriptedPlanner(chain);
    const asked = chain.steps.find((one) => one.id === id);
    expect(asked && planner.upstreamStatus(stateOf(statuses), asked)).toBe(expected);
  });

  it('a step of another document has nothing behind it', () => {
    expect(createScriptedPlanner(chain).upstreamStatus(stateOf({}), step('z', []))).toBe('success');
  });
});

/** Random graphs: each step needs some of the steps before it, in a document order that is shuffled. */
const graphs = array(
  tuple(array(nat(), { maxLength: 4 }), boolean(), constantFrom<StepStatus>('complete', 'failed', 'skipped')),
  { maxLength: 40 },
)
  .map((rows) =>
    rows.map(([needs, lenient, end], i) => ({
      step: step(`s${i}`, i === 0 ? [] : needs.map((n) => `s${n % i}`), lenient),
      end,
    })),
  )
  .chain((rows) => shuffledSubarray(rows, { minLength: rows.length }));

describe('Given any graph', () => {
  it('the order respects the needs, everything ends, and a failure is known everywhere behind it', () => {
    assert(
      property(
        graphs,
        integer({ min: 1, max: 5 }),
        integer({ min: 0, max: 40 }),
        (rows, parallel, resumeAt) => {
          const document = documentOf(...rows.map((one) => one.step));
          const endOf = new Map(rows.map((one) => [one.step.id, one.end]));
          const stepOf = new Map(rows.map((one) => [one.step.id, one.step]));
          const failedBefore = (id: string): boolean =>
            (stepOf.get(id)?.needs ?? []).some(
              (need) =>
                (endOf.get(need) === 'failed' && !stepOf.get(need)?.continue_on_error) || failedBefore(need),
            );
          let planner = createScriptedPlanner(document);
          let state = emptyPlanState('P', null);
          const ended = new Set<string>();
          for (let round = 0; ; round += 1) {
            // A resume begins with a planner that has seen nothing.
            if (round === resumeAt) planner = createScriptedPlanner(document);
            const { ready, waiting, done } = planner.ready(state, 'normal');
            expect(waiting + ready.length + ended.size).toBe(rows.length);
            expect(done).toBe(ended.size === rows.length);
            if (done) return;
            expect(ready.length).toBeGreaterThan(0);
            for (const next of ready) expect(next.needs.every((need) => ended.has(need))).toBe(true);
            for (const next of ready.slice(0, parallel)) {
              expect(planner.upstreamStatus(state, next)).toBe(failedBefore(next.id) ? 'failure' : 'success');
              state = withStatus(state, next.id, endOf.get(next.id) as StepStatus);
              ended.add(next.id);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ['in a row', (i: number): string[] => (i === 0 ? [] : [`s${i - 1}`])],
    ['side by side', (): string[] => []],
  ])('10,000 steps %s are planned in linear time', (_, needs) => {
    const document = documentOf(...Array.from({ length: 10_000 }, (_, i) => step(`s${i}`, needs(i))));
    const planner = createScriptedPlanner(document);
    let state = emptyPlanState('P', null);
    const started = performance.now();
    for (let count = 0; count < 10_000; count += 1) {
      const [next] = planner.ready(state, 'normal').ready;
      state = withStatus(state, next?.id ?? '', 'complete');
    }
    expect(planner.ready(state, 'normal')).toEqual({ ready: [], waiting: 0, done: true });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('more steps than are looked at in one go are all found when a run goes on at its end', () => {
    const steps = Array.from({ length: 1_000 }, (_, i) => step(`s${i}`, []));
    const state = stateOf(Object.fromEntries(steps.slice(0, 999).map(({ id }) => [id, 'complete' as const])));
    const { ready, waiting } = createScriptedPlanner(documentOf(...steps)).ready(state, 'normal');
    expect([ready.map(({ id }) => id), waiting]).toEqual([['s999'], 0]);
  });
});
