import { describe, expect, it } from 'vitest';
import type { PlanView } from '../../../../src/tui/store/plan-view.ts';
import { FakePlan, id, ROOT } from '../../../support/fake-plan.ts';
import { FakeTime } from '../../../support/fake-time.ts';
import { viewOf } from '../rows/views.ts';
import { openStore } from './hand-feed.ts';

const CHILD = id('CHD');
const error = { code: 'config_changed_by_step', message: 'step a changed x', hint: null };

const waitingIn = (plan: FakePlan): PlanView['waiting'] => viewOf(plan).waiting;
const names = (plan: FakePlan): readonly string[] =>
  waitingIn(plan).map((item) => (item.kind === 'settings' ? `settings ${item.seq}` : item.decision.question));

function asking(): FakePlan {
  const plan = new FakePlan(new FakeTime()).created('demo', ['a', 'b']).runs();
  plan.add('step.started', { step_id: 'a', attempt: 1 });
  return plan.waits('a', 'Which?', []);
}

function inSubplan(): FakePlan {
  const plan = new FakePlan(new FakeTime()).created('demo', ['a']).runs();
  plan.add('subplan.spawned', {
    subplan_id: id('SP'),
    plan_id: CHILD,
    step_id: 'a',
    name: 'kid',
    max_retries: 0,
  });
  plan.created('kid', ['k'], { id: CHILD, parent: ROOT, subplan: id('SP') }).runs(CHILD);
  const asked = asking().events.at(-1);
  if (asked?.type !== 'decision.made') throw new Error('no question');
  return plan.add('decision.made', { decision: { ...asked.payload.decision, step_id: 'k' } }, CHILD);
}

describe('what a person has to answer', () => {
  it('is a decision until it is made, the same item at each look', () => {
    const plan = asking();
    const { store, time } = openStore(ROOT, plan.feed);
    const { waiting } = store.getView();
    expect(waiting).toMatchObject([{ kind: 'decision', planId: ROOT, decision: { step_id: 'a' } }]);
    plan.add('note.added', { text: 'x', step_id: null });
    time.advance(100);
    expect(store.getView().waiting).toBe(waiting);
    plan.waits('a', 'Which?', [], 'left');
    time.advance(100);
    expect(store.getView().waiting).toEqual([]);
  });

  it.each<[string, (plan: FakePlan) => FakePlan]>([
    ['is superseded', (plan) => plan.add('decision.superseded', { decision_id: id('DA'), by: id('DB') })],
    [
      'belongs to a step that was skipped',
      (plan) => plan.add('step.skipped', { step_id: 'a', reason: 'no' }),
    ],
    ['belongs to a plan that has ended', (plan) => plan.add('plan.completed', { outputs: {} })],
  ])('is no decision that %s', (_what, end) => {
    expect(names(asking())).toEqual(['Which?']);
    expect(names(end(asking()))).toEqual([]);
  });

  it('may be asked while the plan rests, and after the step began again', () => {
    expect(names(asking().add('plan.paused', { reason: 'waiting', by: null }))).toEqual(['Which?']);
  });

  it('may be asked by a subplan, until that or what it is part of has ended', () => {
    expect(names(inSubplan())).toEqual(['Which?']);
    expect(names(inSubplan().add('plan.cancelled', { reason: 'x', by: null }, CHILD))).toEqual([]);
    expect(names(inSubplan().add('plan.failed', { error }))).toEqual([]);
  });

  it('is asked again after a rollback', () => {
    const plan = asking();
    const asked = plan.events.at(-1);
    plan.waits('a', 'Which?', [], 'left');
    if (asked?.type !== 'decision.made') throw new Error('no question');
    const part = {
      plan_id: ROOT,
      section: 'decisions',
      key: id('DA'),
      ord: 1,
      value: asked.payload.decision as never,
      gone: false,
    };
    const other = { ...part, section: 'context', key: 'x', value: 1 };
    plan.add('plan.rolled_back', {
      checkpoint_id: id('K1'),
      number: 1,
      to_seq: 1,
      pre_rollback_id: null,
      scope: 'plan_and_files',
      changes: null,
      parts: [part, other],
    });
    expect(names(plan)).toEqual(['Which?']);
    const gone = { ...part, gone: true };
    expect(
      names(
        plan.add('plan.rolled_back', {
          checkpoint_id: id('K1'),
          number: 1,
          to_seq: 1,
          pre_rollback_id: null,
          scope: 'plan_and_files',
          changes: null,
          parts: [gone],
        }),
      ),
    ).toEqual([]);
  });

  it('is a change of the settings by a step, until it is settled or the plan has ended', () => {
    const changed = (): FakePlan =>
      asking().waits('a', 'Which?', [], 'x').add('config.changed', { changes: [], error });
    expect(names(changed())).toEqual(['settings 6']);
    expect(waitingIn(changed())).toMatchObject([{ kind: 'settings', error }]);
    const invalid = { code: 'bad_yaml', message: 'no', hint: null };
    expect(names(changed().add('config.changed', { changes: [], error: invalid }))).toEqual(['settings 6']);
    expect(names(changed().add('config.changed', { changes: [], error: null }))).toEqual([]);
    expect(names(changed().add('plan.cancelled', { reason: 'x', by: null }))).toEqual([]);
  });

  it('is nothing before the first event', () => {
    expect(waitingIn(new FakePlan(new FakeTime()))).toEqual([]);
  });
});
