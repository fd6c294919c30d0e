import { describe, expect, it } from 'vitest';
import { applyEvent } from '../../../src/domain/apply-event.ts';
import type { ErrorValue } from '../../../src/domain/errors.ts';
import type { EventPayloads, EventType, NewEvent } from '../../../src/domain/plan-event.ts';
import {
  callOf,
  cursorOf,
  decisionForStep,
  decisionOf,
  EMPTY_TREE,
  errorOf,
  phaseOf,
  recordOf,
  resultOf,
  runStateOf,
  stepOf,
  subplanOf,
  type PlanState,
  type TreeState,
} from '../../../src/domain/plan-state.ts';

const AT = '2026-01-02T03:04:05.000Z';
const error: ErrorValue = { code: 'broken', message: 'it broke', hint: null };

const event = <T extends EventType>(type: T, payload: EventPayloads[T], plan_id = 'P'): NewEvent =>
  ({ type, plan_id, payload }) as NewEvent;

const fold = (tree: TreeState, ...events: readonly NewEvent[]): TreeState =>
  events.reduce((state, one) => applyEvent(state, { ...one, seq: state.seq + 1, at: AT }).state, tree);

const planOf = (tree: TreeState, id = 'P'): PlanState => {
  const plan = tree.plans.get(id);
  if (!plan) throw new Error(`no plan ${id}`);
  return plan;
};

const created = (id: string, steps: readonly string[], parent: string | null = null): NewEvent =>
  event(
    'plan.created',
    {
      name: id,
      goal: null,
      workspace: '/w',
      parent: parent === null ? null : { plan_id: parent, subplan_id: 'S' },
      steps: steps.map((step) => ({ id: step, kind: 'run', name: step, effect: 'read' })),
    },
    id,
  );
const moved = (state: EventPayloads['plan.phase_changed']['state'], id = 'P'): NewEvent =>
  event('plan.phase_changed', { phase: 'execute', state }, id);
const called = (call_id: string, step_id: string): NewEvent =>
  event('tool.started', {
    call_id,
    step_id,
    attempt: 1,
    tool: 'shell.run',
    effect: 'read',
    input: {},
    tree_before: null,
  });
const decided = (id: string, chosen: string | null, step_id: string | null = 'b'): NewEvent =>
  event('decision.made', {
    decision: {
      id,
      parent_id: null,
      type: 'choice',
      step_id,
      question: 'Which?',
      options: [],
      chosen,
      rationale: null,
      confidence: null,
      by: 'human',
      superseded_by: null,
      created_at: AT,
    },
  });

/** A plan in the middle: `a` runs a call, `b` is pending; its child C has begun its step. */
const MIDDLE = fold(
  EMPTY_TREE,
  created('P', ['a', 'b']),
  moved('processing'),
  event('step.started', { step_id: 'a', attempt: 1 }),
  called('K', 'a'),
  event('subplan.spawned', { subplan_id: 'S', plan_id: 'C', step_id: 'b', name: 'child', max_retries: 1 }),
  created('C', ['x'], 'P'),
  event('subplan.started', { subplan_id: 'S', attempt: 1 }),
  moved('processing', 'C'),
  event('step.started', { step_id: 'x', attempt: 1 }, 'C'),
);

describe('what an event makes of a plan', () => {
  it.each([
    ['plan.applied', event('plan.applied', { checkpoint_id: null }), 'apply', 'applied'],
    ['plan.completed', event('plan.completed', { outputs: { n: 1 } }), 'execute', 'complete'],
    ['plan.failed', event('plan.failed', { error }), 'execute', 'errored'],
    ['plan.cancelled', event('plan.cancelled', { reason: 'enough', by: null }), 'execute', 'cancelled'],
    ['plan.paused', event('plan.paused', { reason: 'person', by: null }), 'execute', 'paused'],
    ['plan.resumed', event('plan.resumed', { by: null }), 'execute', 'processing'],
  ])('%s', (_, one, phase, state) => {
    const plan = planOf(fold(MIDDLE, one));
    expect([phaseOf(plan), runStateOf(plan)]).toEqual([phase, state]);
  });

  it('plan.completed keeps the outputs, plan.failed the error', () => {
    expect(resultOf(planOf(fold(MIDDLE, event('plan.completed', { outputs: { n: 1 } }))))).toEqual({ n: 1 });
    expect(errorOf(planOf(fold(MIDDLE, event('plan.failed', { error }))))).toEqual(error);
  });

  it('plan.cancelled ends the steps that had not ended, and only those', () => {
    const cancelled = event('plan.cancelled', { reason: 'enough', by: null });
    const plan = planOf(
      fold(MIDDLE, event('step.completed', { step_id: 'a', call_id: 'K', output: null }), cancelled),
    );
    expect(stepOf(plan, 'a')?.status).toBe('complete');
    expect(stepOf(plan, 'b')).toMatchObject({ status: 'cancelled', reason: 'enough', ended_at: AT });
  });

  it.each<[string, NewEvent]>([
    [
      'plan.forked',
      event('plan.forked', {
        name: 'n',
        goal: null,
        workspace: '/w',
        phase: 'execute',
        source_plan_id: 'Q',
        checkpoint_id: 'X',
        seq: 3,
        state_hash: '0',
        tree_hash: null,
      }),
    ],
    [
      'tool.output',
      event('tool.output', { call_id: 'K', log: { ref: 'r', media: 'text', bytes: 1, preview: '' } }),
    ],
    ['checkpoint.failed', event('checkpoint.failed', { trigger: 'manual', step_id: null, error })],
    ['checkpoint.deleted', event('checkpoint.deleted', { checkpoint_id: 'X', number: 1 })],
    ['config.changed', event('config.changed', { changes: [], error: null })],
    ['note.added', event('note.added', { text: 'n', step_id: null })],
  ])('%s is only told: no part changes', (_, one) => {
    const { state, touched } = applyEvent(MIDDLE, { ...one, seq: MIDDLE.seq + 1, at: AT });
    expect(touched).toEqual([]);
    expect(state).toEqual({ ...MIDDLE, seq: MIDDLE.seq + 1 });
  });
});

describe('pause and resume', () => {
  const paused = fold(MIDDLE, event('plan.paused', { reason: 'person', by: null }));

  it('Given a pause, then what ran is ready to be done again, in the whole tree', () => {
    expect(stepOf(planOf(paused), 'a')?.status).toBe('pending');
    expect(callOf(planOf(paused), 'K')?.status).toBe('interrupted');
    expect(subplanOf(planOf(paused), 'S')?.status).toBe('queued');
    expect(runStateOf(planOf(paused, 'C'))).toBe('paused');
  });

  it.each([
    ['paused', paused],
    ['killed while it ran', MIDDLE],
  ])('Given a tree that was %s, when resumed, then the root goes on and its subplan is queued', (_, tree) => {
    const resumed = fold(tree, event('plan.resumed', { by: 'pid 1' }));
    expect([runStateOf(planOf(resumed)), runStateOf(planOf(resumed, 'C'))]).toEqual(['processing', 'queued']);
  });

  it('Given a subplan that has ended, then neither pause nor resume moves it', () => {
    const ended = fold(
      MIDDLE,
      event('plan.completed', { outputs: {} }, 'C'),
      event('subplan.completed', { subplan_id: 'S' }),
      event('plan.paused', { reason: 'person', by: null }),
      event('plan.resumed', { by: null }),
    );
    expect(runStateOf(planOf(ended, 'C'))).toBe('complete');
    expect(subplanOf(planOf(ended), 'S')?.status).toBe('complete');
  });
});

describe('subplans', () => {
  it.each<[string, NewEvent, string, ErrorValue | null]>([
    ['subplan.completed', event('subplan.completed', { subplan_id: 'S' }), 'complete', null],
    ['subplan.failed', event('subplan.failed', { subplan_id: 'S', error }), 'errored', error],
    ['subplan.cancelled', event('subplan.cancelled', { subplan_id: 'S', reason: 'r' }), 'cancelled', null],
  ])('%s', (_, one, status, why) => {
    expect(subplanOf(planOf(fold(MIDDLE, one)), 'S')).toMatchObject({ status, error: why });
  });

  it('Given a further attempt, then the child starts empty', () => {
    const tree = fold(
      MIDDLE,
      event('context.set', { key: 'k', value: 1 }, 'C'),
      event('step.failed', { step_id: 'x', error, continued: false }, 'C'),
      event('plan.failed', { error }, 'C'),
      event('subplan.retried', { subplan_id: 'S', plan_id: 'C', error }),
    );
    const child = planOf(tree, 'C');
    expect([runStateOf(child), errorOf(child), cursorOf(child)]).toEqual(['queued', null, null]);
    expect(stepOf(child, 'x')).toMatchObject({
      status: 'pending',
      attempt: 0,
      started_at: null,
      error: null,
    });
    expect(recordOf(child, 'context')).toEqual({});
  });
});

describe('plan.retried', () => {
  const failed = fold(
    MIDDLE,
    event('context.set', { key: 'k', value: 1 }, 'C'),
    event('tool.failed', { call_id: 'K', error, result: null, tree_after: null }),
    event('step.failed', { step_id: 'a', error, continued: false }),
    event('subplan.failed', { subplan_id: 'S', error }),
    event('plan.failed', { error }, 'C'),
    event('plan.failed', { error }),
    event('step.skipped', { step_id: 'b', reason: 'a step before it failed' }),
  );
  const again = { subplan_id: 'S', plan_id: 'C', attempt: 2, max_retries: 4 };

  it('Given a failed plan, then what is named starts anew, without what it left, and the plan goes on', () => {
    const plan = planOf(fold(failed, event('plan.retried', { by: null, step_ids: ['a'], subplans: [] })));
    expect([runStateOf(plan), errorOf(plan)]).toEqual(['processing', null]);
    expect(stepOf(plan, 'a')).toMatchObject({ status: 'pending', attempt: 0, error: null, started_at: null });
    expect(callOf(plan, 'K')).toBeUndefined();
    expect(stepOf(plan, 'b')?.status).toBe('skipped');
    expect(subplanOf(plan, 'S')?.status).toBe('errored');
  });

  it('Given a failed subplan, then it waits for the attempt that is named, and its plan starts empty', () => {
    const tree = fold(failed, event('plan.retried', { by: null, step_ids: [], subplans: [again] }));
    expect(subplanOf(planOf(tree), 'S')).toMatchObject({
      status: 'queued',
      attempt: 2,
      max_retries: 4,
      error: null,
    });
    expect([runStateOf(planOf(tree, 'C')), errorOf(planOf(tree, 'C'))]).toEqual(['queued', null]);
    expect(recordOf(planOf(tree, 'C'), 'context')).toEqual({});
  });
});

describe('decisions', () => {
  it('Given an answer, then the decision keeps its place; given one that replaces it, then that one holds', () => {
    const asked = fold(MIDDLE, decided('D', null), decided('E', 'x', null), decided('D', 'yes'));
    expect(decisionOf(planOf(asked), 'D')).toMatchObject({ chosen: 'yes', sequence: 1 });
    const superseded = fold(
      asked,
      decided('F', 'no'),
      event('decision.superseded', { decision_id: 'D', by: 'F' }),
    );
    expect(decisionOf(planOf(superseded), 'D')).toMatchObject({ chosen: 'yes', superseded_by: 'F' });
    expect(decisionForStep(planOf(superseded), 'b')?.id).toBe('F');
  });

  it('Given a decision that is not there, then superseding it changes nothing', () => {
    const none = event('decision.superseded', { decision_id: 'nobody', by: 'F' });
    expect(fold(MIDDLE, none).plans).toBe(MIDDLE.plans);
  });
});

describe('plan.rolled_back', () => {
  const part = { plan_id: 'P', section: 'context', ord: 7, value: null, gone: false };

  it('puts parts as they were, place in the order included, and removes those that were not there', () => {
    const before = fold(MIDDLE, event('context.set', { key: 'new', value: 1 }));
    const parts = [
      { ...part, key: 'old', value: 'back' },
      { ...part, key: 'new', gone: true },
      { ...part, key: 'never', gone: true },
    ];
    const rolledBack = event('plan.rolled_back', {
      checkpoint_id: 'X',
      number: 1,
      to_seq: 1,
      pre_rollback_id: null,
      scope: 'plan_and_files',
      changes: null,
      parts,
    });
    const { state, touched } = applyEvent(before, { ...rolledBack, seq: before.seq + 1, at: AT });
    expect(planOf(state).parts.context.toObject()).toEqual({ old: { ord: 7, value: 'back' } });
    expect(touched.map(({ key }) => key)).toEqual(['old', 'new']);
  });
});

describe('an event that names what is not there is a bug', () => {
  it.each<[string, NewEvent, string]>([
    ['a plan', event('plan.failed', { error }, 'nobody'), 'unknown_plan_in_event'],
    ['a step', event('step.skipped', { step_id: 'none', reason: 'r' }), 'unknown_step'],
    ['a step that begins', event('step.started', { step_id: 'none', attempt: 1 }), 'unknown_step'],
    [
      'a call',
      event('tool.completed', { call_id: 'none', result: null, tree_after: null }),
      'unknown_call_in_event',
    ],
    ['a subplan', event('subplan.completed', { subplan_id: 'none' }), 'unknown_subplan_in_event'],
  ])('%s', (_, one, code) => {
    expect(() => fold(MIDDLE, one)).toThrow(expect.objectContaining({ code, exitCode: 70 }));
  });
});
