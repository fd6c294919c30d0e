import { afterEach, expect, it } from 'vitest';
import { clockTimeNear, durationText, isSameDay } from '../../../../src/tui/words/time-text.ts';

afterEach(() => {
  process.env['TZ'] = 'UTC';
});

it.each([
  [
    'the same time, an hour later',
    'Europe/Berlin',
    '2026-10-25T00:30:00Z',
    '02:30:00',
    '2026-10-25T01:30:00Z',
    '02:30:00',
    '1h 00m',
  ],
  [
    'a minute over the missing hour',
    'Europe/Berlin',
    '2026-03-29T00:59:30Z',
    '01:59:30',
    '2026-03-29T01:00:30Z',
    '03:00:30',
    '1m 00s',
  ],
  [
    'an earlier time, half an hour later',
    'America/New_York',
    '2026-11-01T05:45:00Z',
    '01:45:00',
    '2026-11-01T06:15:00Z',
    '01:15:00',
    '30m 00s',
  ],
  [
    'a day of 25 hours',
    'Europe/Berlin',
    '2026-10-24T22:00:00Z',
    '00:00:00',
    '2026-10-25T22:59:59Z',
    '23:59:59',
    '24h 59m',
  ],
  [
    'a day of 23 hours',
    'America/New_York',
    '2026-03-08T05:00:00Z',
    '00:00:00',
    '2026-03-09T03:59:59Z',
    '23:59:59',
    '22h 59m',
  ],
])(
  'Given %s (%s), then it is the time on the wall, and as long as it was',
  (_, zone, from, fromWall, to, toWall, lasted) => {
    process.env['TZ'] = zone;
    const now = Date.parse(to);
    expect(clockTimeNear(from, now)).toBe(fromWall);
    expect(clockTimeNear(to, now)).toBe(toWall);
    expect(isSameDay(from, now)).toBe(true);
    expect(isSameDay(new Date(Date.parse(from) - 86_400_000).toISOString(), now)).toBe(false);
    expect(durationText(now - Date.parse(from))).toBe(lasted);
  },
);
