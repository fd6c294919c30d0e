import { afterEach, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { leapingClock } from '../../support/leaping-clock.ts';

const MINUTE = 60_000;
const PLAN = `
name: p
steps:
  - { id: a, run: 'echo a > a' }
  - { id: b, run: 'echo b > b' }
  - { id: c, run: 'echo c > c' }
`;

afterEach(() => {
  process.env['TZ'] = 'UTC';
});

/** What a clock on the wall shows then: not told by the program. */
function onTheWall(at: string, timeZone: string): string {
  const parts = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-GB', { timeZone, ...parts }).format(new Date(at));
}

const timesIn = (text: string): readonly string[] => text.match(/\b\d\d:\d\d:\d\d\b/g) ?? [];
/** Dates in JSON, whatever they are of. */
const datesIn = (text: string): readonly string[] => text.match(/"\d{4}-\d\d-\d\dT[^"]*"/g) ?? [];

it.each([
  ['the hour that comes twice', 'Europe/Berlin', '2026-10-25T01:00:00Z', '02:5', '02:0'],
  ['the hour that is not', 'Europe/Berlin', '2026-03-29T01:00:00Z', '01:5', '03:0'],
  ['the hour that comes twice', 'America/New_York', '2026-11-01T06:00:00Z', '01:5', '01:0'],
  ['the hour that is not', 'America/New_York', '2026-03-08T07:00:00Z', '01:5', '03:0'],
  ['half an hour that comes twice', 'Australia/Lord_Howe', '2026-04-04T15:00:00Z', '01:5', '01:3'],
])(
  'Given %s in %s, then all stands in the order in which it was, at the time on the wall',
  async (_, zone, change, before, after) => {
    process.env['TZ'] = zone;
    await using bench = new CliBench();
    // A few minutes before; each look at the clock is a quarter of a minute later.
    bench.clock = leapingClock(MINUTE / 4, Date.parse(change) - 8 * MINUTE);
    bench.write('p.plan.yaml', PLAN);
    const ran = await bench.run('plan', 'run', 'p.plan.yaml');
    expect(ran.code).toBe(0);
    const told = timesIn(ran.out + ran.err);
    expect(told[0]).toMatch(new RegExp(`^${before}`));
    expect(told.some((time) => time.startsWith(after))).toBe(true);

    const { events } = (await bench.json('plan', 'events', 'last')).data;
    const times = events.map(({ at }: { at: string }) => at);
    expect(times).toEqual(times.toSorted((a: string, b: string) => Date.parse(a) - Date.parse(b)));
    expect(events.map(({ seq }: { seq: number }) => seq)).toEqual(
      events.map((_: unknown, n: number) => n + 1),
    );

    const { checkpoints } = (await bench.json('plan', 'checkpoint', 'list', 'last')).data;
    expect(checkpoints.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    const list = (await bench.run('plan', 'checkpoint', 'list', 'last')).out;
    const walls = checkpoints.map(({ created_at }: { created_at: string }) => onTheWall(created_at, zone));
    expect(timesIn(list)).toEqual(walls);

    for (const words of ['status', 'tree', 'events', 'checkpoint list', 'list']) {
      const args = ['plan', ...words.split(' '), ...(words === 'list' ? [] : ['last'])];
      expect((await bench.run(...args)).out, words).not.toMatch(/(?<![\w:-])-\d/);
      const dates = datesIn((await bench.run(...args, '--json')).out);
      expect(dates.length, words).toBeGreaterThan(0);
      expect(dates, words).toEqual(dates.map((date) => JSON.stringify(new Date(JSON.parse(date) as string))));
    }
  },
);
