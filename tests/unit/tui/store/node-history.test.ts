import { describe, expect, it } from 'vitest';
import { viewOf, newPlan } from '../rows/views.ts';
import { ROOT, type FakePlan } from '../../../support/fake-plan.ts';

const error = { code: 'x', message: 'it broke', hint: null };
const begun = (): FakePlan => newPlan().created('demo', ['a']).runs();
const attemptsOf = (plan: FakePlan): unknown => viewOf(plan).history.attempts.get(`${ROOT}/a`);
const at = (second: number): string => `2026-11-21T02:00:0${second}.000Z`;

function attempts(plan: FakePlan, count: number): FakePlan {
  for (let attempt = 1; attempt <= count; attempt += 1) {
    plan.add('step.started', { step_id: 'a', attempt }).time.advance(1000);
    plan.add('step.retried', { step_id: 'a', error, delay_ms: 0 });
  }
  return plan;
}

describe('the attempts at a step', () => {
  it('are kept with their times and errors', () => {
    const plan = attempts(begun(), 1).add('step.started', { step_id: 'a', attempt: 2 });
    const first = { number: 1, startedAt: at(0), endedAt: at(1), error: 'it broke' };
    const second = { number: 2, startedAt: at(1), endedAt: null, error: null };
    expect(attemptsOf(plan)).toEqual([first, second]);
    plan.time.advance(1000);
    plan.add('step.completed', { step_id: 'a', call_id: null, output: null });
    expect(attemptsOf(plan)).toEqual([first, { ...second, endedAt: at(2) }]);
  });

  it('begin anew after a rollback', () => {
    const plan = attempts(attempts(begun(), 3), 1);
    expect(attemptsOf(plan)).toEqual([{ number: 1, startedAt: at(3), endedAt: at(4), error: 'it broke' }]);
  });

  it('are the last ones where there are many', () => {
    expect(attemptsOf(attempts(begun(), 30))).toHaveLength(20);
  });

  it('are none of a step whose start nobody has seen', () => {
    expect(attemptsOf(begun().fails('a', 'it broke'))).toBeUndefined();
  });
});

describe('the time of an answer', () => {
  it('is when it was given, not when it was asked for', () => {
    const plan = begun().waits('a', 'Which?', []);
    expect(viewOf(plan).history.answeredAt.size).toBe(0);
    plan.time.advance(5000);
    plan.waits('a', 'Which?', [], 'this');
    expect([...viewOf(plan).history.answeredAt.values()]).toEqual([at(5)]);
  });
});
