import { expect, it } from 'vitest';
import type { PlanEvent } from '../../../../src/domain/plan-event.ts';
import { SettingsHistory } from '../../../../src/tui/store/plan-settings.ts';

const at = (second: number): string => new Date(second * 1000).toISOString();
const event = (type: string, second: number, payload: unknown = {}): PlanEvent =>
  ({ type, at: at(second), payload }) as PlanEvent;
const checkpoint = (trigger: string, second: number): PlanEvent =>
  event('checkpoint.created', second, { checkpoint: { trigger } });

it.each<[string, readonly PlanEvent[], number | null, number]>([
  ['nothing', [], null, 0],
  ['a run', [event('plan.phase_changed', 1), event('plan.phase_changed', 5)], 1, 0],
  [
    'steps',
    [
      event('plan.phase_changed', 1),
      event('step.completed', 2),
      event('step.failed', 3),
      event('step.skipped', 4),
    ],
    1,
    3,
  ],
  ['an interval', [event('step.completed', 2), checkpoint('interval', 9)], 9, 0],
  ['another checkpoint', [event('step.completed', 2), checkpoint('manual', 9)], null, 1],
  [
    'one that failed',
    [event('step.completed', 2), event('checkpoint.failed', 9, { trigger: 'interval' })],
    9,
    0,
  ],
  ['another that failed', [event('checkpoint.failed', 9, { trigger: 'on_error' })], null, 0],
  [
    'a later run',
    [event('plan.phase_changed', 1), event('step.completed', 2), event('plan.resumed', 7)],
    7,
    0,
  ],
  ['a retry', [event('step.failed', 2), event('plan.retried', 8)], 8, 0],
])('Given %s, then it is so long since the last interval', (_what, events, since, steps) => {
  const history = new SettingsHistory();
  for (const one of events) history.take(one);
  expect(history.value().interval).toEqual({ since: since === null ? null : since * 1000, steps });
});
