import { describe, expect, it } from 'vitest';
import type { ConfigChange, PlanEvent } from '../../../src/domain/plan-event.ts';
import { CHANGED_BY_STEP, refusedSettings } from '../../../src/domain/refused-settings.ts';

const change = (key: string, after: number): ConfigChange => ({ key, before: 0, after });
const event = (changes: readonly ConfigChange[], code: string | null): PlanEvent =>
  ({
    type: 'config.changed',
    payload: { changes, error: code === null ? null : { code, message: '', hint: null } },
  }) as unknown as PlanEvent;

const refused = (...changes: readonly ConfigChange[]): PlanEvent => event(changes, CHANGED_BY_STEP);
const taken = (...changes: readonly ConfigChange[]): PlanEvent => event(changes, null);
const left = event([], null);
const invalid = event([], 'invalid_config');

describe('what a history says of settings that were not taken', () => {
  it.each<[what: string, events: readonly PlanEvent[], keys: readonly string[], waits: boolean]>([
    ['nothing', [], [], false],
    ['another event', [{ type: 'plan.resumed' } as PlanEvent], [], false],
    ['a change by a person', [taken(change('a', 1))], [], false],
    ['one by a step', [refused(change('a', 1))], ['a'], true],
    ['one by a step, and an invalid file since', [refused(change('a', 1)), invalid], ['a'], true],
    ['one by a step that a person took', [refused(change('a', 1)), taken(change('a', 1))], [], false],
    ['one by a step that a person left', [refused(change('a', 1)), left], ['a'], false],
    [
      'two, one of them taken',
      [refused(change('a', 1), change('b', 1)), taken(change('a', 2))],
      ['b'],
      false,
    ],
    ['one after another', [refused(change('a', 1)), left, refused(change('b', 1))], ['a', 'b'], true],
  ])('Given %s', (_what, events, keys, waits) => {
    const { changes, ...rest } = refusedSettings(events);
    expect(changes.map(({ key }) => key)).toEqual(keys);
    expect(rest).toEqual({ waits });
  });

  it('Given two of the same key, then the last is what the file says', () => {
    expect(refusedSettings([refused(change('a', 1)), refused(change('a', 2))]).changes).toEqual([
      change('a', 2),
    ]);
  });
});
