import { expect, it } from 'vitest';
import type { PlanEvent } from '../../../../src/domain/plan-event.ts';
import { ViewNews } from '../../../../src/tui/shell/view-news.ts';

import { ROOT } from '../../../support/fake-plan.ts';
import { HandFeed, openStore, UNICODE } from '../store/hand-feed.ts';

let seq = 0;

function event(type: PlanEvent['type'], payload: object): PlanEvent {
  seq += 1;
  return {
    type,
    payload,
    plan_id: ROOT,
    root_plan_id: ROOT,
    seq,
    at: '2026-11-21T02:00:00.000Z',
  } as PlanEvent;
}

const steps = [{ id: 'a', kind: 'run', name: 'a', effect: null }];
const created = event('plan.created', { name: 'demo', goal: null, workspace: '/w', parent: null, steps });
const note = (text: string, step_id: string | null): PlanEvent => event('note.added', { text, step_id });

const said = { kind: 'toast', tone: 'attention', text: 'every checkpoint looks at all files' };

it.each([
  ['goes on', [], [said]],
  ['has ended', [event('plan.completed', { outputs: {} })], []],
])('says what a run said before the screen was open, if it %s', (_what, end, told) => {
  const feed = new HandFeed();
  const { store, time } = openStore(ROOT, feed);
  feed.told.onEvents([created, note(said.text, null), ...end]);
  feed.told.onCaughtUp();
  time.advance(1000);
  const news = new ViewNews(UNICODE);
  expect(news.of(store.getView()).events).toEqual(told);
  expect(news.of(store.getView()).events).toEqual([]);
});

it('says once what a run has to say of itself, and nothing of a step', () => {
  const feed = new HandFeed();
  const { store, time } = openStore(ROOT, feed);
  const news = new ViewNews(UNICODE);
  const tell = (...events: readonly PlanEvent[]): unknown => {
    feed.told.onEvents(events);
    time.advance(1000);
    return news.of(store.getView()).events;
  };
  feed.told.onCaughtUp();
  expect(tell(created)).toEqual([]);
  expect(tell(note('of a step', 'a'))).toEqual([]);
  expect(tell(note('traced as 00-1-2-01', null))).toEqual([]);
  expect(tell(note(said.text, null), note('of a step', 'a'))).toEqual([said]);
  expect(tell()).toEqual([]);
});
