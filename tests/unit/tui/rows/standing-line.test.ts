import { describe, expect, it } from 'vitest';
import { hintLine } from '../../../../src/tui/keys/hint-line.ts';
import { standingLine } from '../../../../src/tui/panes/standing-line.ts';
import type { PlanView } from '../../../../src/tui/store/plan-view.ts';
import { hintMoment } from '../../../../src/tui/ui/hint-moment.ts';
import { scopesOf } from '../../../../src/tui/ui/scopes-of.ts';
import { INITIAL_UI } from '../../../../src/tui/ui/ui-state.ts';
import type { FakePlan } from '../../../support/fake-plan.ts';
import { UNICODE } from '../store/hand-feed.ts';
import { newPlan, read, viewOf } from './views.ts';

const RUNNER: PlanView['runner'] = { kind: 'running', pid: 1, since: '', ours: true };
const LOST: PlanView['runner'] = { kind: 'lost', how: 'process 7 is gone' };
const error = { code: 'step_failed', message: 'step a failed\nmore', hint: null };

const begun = (): FakePlan => newPlan().created('demo', ['a', 'b']).runs();
const asks = (): FakePlan => begun().waits('a', 'Which?', [{ id: 'x', description: null }]);
const paused = (): FakePlan => begun().add('plan.paused', { reason: 'person', by: null });
const complete = (): FakePlan => begun().add('plan.completed', { outputs: {} });
const failed = (): FakePlan => begun().fails('a', 'no').add('plan.failed', { error });
const cancelled = (): FakePlan => begun().add('plan.cancelled', { reason: 'cancelled', by: null });

const view = (plan: FakePlan, change: Partial<PlanView> = {}): PlanView => ({
  ...viewOf(plan),
  runner: RUNNER,
  ...change,
});
const standing = (...args: Parameters<typeof view>): string =>
  read(standingLine(view(...args), UNICODE)).trim();
const hints = (...args: Parameters<typeof view>): string =>
  read(hintLine(scopesOf(INITIAL_UI), 200, hintMoment(view(...args), INITIAL_UI)));

describe('what stands above the hints', () => {
  it.each([
    ['before it is there', newPlan, {}, ''],
    ['while it runs', begun, {}, ''],
    ['while it waits', asks, {}, '? a waits for you; a answers'],
    ['paused', paused, {}, '‖ paused; p goes on with it'],
    ['complete', complete, {}, '✓ complete; look around, or leave with q'],
    ['failed', failed, {}, '✗ failed (! shows where): step a failed'],
    ['cancelled', cancelled, {}, '⊘ cancelled; look around, or leave with q'],
    ['without its runner', begun, { runner: LOST }, '✗ nobody runs it: process 7 is gone; p goes on with it'],
    ['ended, without its runner', complete, { runner: LOST }, '✓ complete; look around, or leave with q'],
    ['unreadable', begun, { fault: error }, "✗ the plan can't be read at the moment: step a failed\\nmore"],
  ] as const)('%s', (_name, plan, change, text) => {
    expect(standing(plan(), change)).toBe(text);
  });

  it('counts what waits, and a settings change waits too; names act on no terminal', () => {
    const [one] = viewOf(asks()).waiting;
    if (one?.kind !== 'decision') throw new Error('nothing waits');
    const wild = { ...one, decision: { ...one.decision, step_id: 'T9\u001B[2J' } };
    const settings = { kind: 'settings', seq: 9, error } as const;
    expect(standing(asks(), { waiting: [wild, settings] })).toBe(
      '? T9\\x1b[2J waits for you (and 1 more); a answers',
    );
    const free = { ...one, decision: { ...one.decision, step_id: null } };
    expect(standing(asks(), { waiting: [free] })).toContain('? Which? waits');
    expect(standing(asks(), { waiting: [settings] })).toContain('a change of the checkpoint settings waits');
  });
});

describe('the hints fit the moment', () => {
  it('while it runs: nothing waits, nothing has failed, there is no checkpoint', () => {
    expect(hints(begun())).toContain('p pause  s stop');
    for (const word of ['answer', 'next error', 'diff']) expect(hints(begun())).not.toContain(word);
  });

  it('what waits comes first', () => {
    expect(hints(asks())).toMatch(/^ q quit {2}\? keys {2}a answer/);
  });

  it('another question is offered only where there is one', () => {
    const dialog = { kind: 'settings', seq: 1, selected: 0 } as const;
    const offered = (waiting: PlanView['waiting']): string =>
      read(
        hintLine(scopesOf({ ...INITIAL_UI, dialog }), 200, hintMoment(view(asks(), { waiting }), INITIAL_UI)),
      );
    const [one] = viewOf(asks()).waiting;
    if (!one) throw new Error('nothing waits');
    expect(offered([one])).not.toContain('next question');
    expect(offered([one, one])).toContain('next question');
  });

  it.each([
    ['paused', paused, {}],
    ['without its runner', begun, { runner: LOST }],
  ] as const)('%s: p goes on, and there is nothing to stop', (_name, plan, change) => {
    expect(hints(plan(), change)).toMatch(/^ q quit {2}\? keys {2}p go on/);
    expect(hints(plan(), change)).not.toContain('s stop');
  });

  it('at the end nothing can be paused; what failed can be looked at', () => {
    expect(hints(complete())).not.toMatch(/pause|go on|stop/);
    expect(hints(failed())).toContain('! next error');
    expect(hints(complete().checkpointed('manual'))).toContain('d diff');
  });
});
