import { afterEach, describe, expect, it } from 'vitest';
import { CliBench, waitFor } from '../../support/cli-bench.ts';
import { endOf, KillBench } from '../../support/kill-bench.ts';
import { leapingClock } from '../../support/leaping-clock.ts';
import { QUIET, WorkspaceBench } from '../../support/workspace-bench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LEAPS = [
  ['back', -HOUR],
  ['forth', HOUR],
] as const;
const READS = Array.from({ length: 4 }, (_, n) => `{ id: s${n}, run: 'true', effect: read }`).join(', ');

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it[Symbol.asyncDispose]();
});

async function intervals(seconds: number, clock: ReturnType<typeof leapingClock>): Promise<number> {
  const bench = await WorkspaceBench.create();
  open.push(bench);
  await bench.write('../p.plan.yaml', `name: p\nsteps: [${READS}]`);
  const app = bench.open({ 'core.checkpoints.interval.seconds': String(seconds) }, { clock });
  const file = `${bench.root}/p.plan.yaml`;
  const { plan_id } = await app.createPlan({ file, workspace: bench.workspace, inputs: {} });
  await (
    await app.startPlan(plan_id, QUIET)
  ).outcome;
  return (await bench.checkpoints(app, plan_id)).filter(({ trigger }) => trigger === 'interval').length;
}

describe.each(LEAPS)('Given a clock that is set %s an hour at each look', (_, leap) => {
  it('When an interval is far longer than the run, then none comes', async () => {
    expect(await intervals(HOUR / 1000, leapingClock(leap))).toBe(0);
  });

  it('When time itself goes on, then each that is due comes', async () => {
    let elapsed = 0;
    const clock = { ...leapingClock(leap), elapsed: () => (elapsed += HOUR) };
    expect(await intervals(60, clock)).toBe(4);
  });

  it('When a plan runs, then its order is that of what happened, and nothing has lasted less than no time', async () => {
    await using bench = new CliBench();
    bench.clock = leapingClock(leap);
    bench.write(
      'p.plan.yaml',
      "name: p\nsteps: [{ id: a, run: 'echo a > a' }, { id: b, run: 'echo b > b' }]",
    );
    const first = await bench.json('plan', 'run', 'p.plan.yaml');
    const { data, timing } = (await bench.json('plan', 'run', 'p.plan.yaml')) as typeof first & {
      readonly timing: { readonly duration_ms: number };
    };
    expect(timing.duration_ms).toBeGreaterThanOrEqual(0);
    expect(timing.duration_ms).toBeLessThan(10 * MINUTE);
    // "last" is the one that was made last, whatever its date says.
    expect((await bench.json('plan', 'status', 'last')).data.plan_id).toBe(data.plan_id);
    const { checkpoints } = (await bench.json('plan', 'checkpoint', 'list', 'last')).data;
    expect(checkpoints.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3, 4]);
    expect((await bench.json('plan', 'checkpoint', 'show', 'last', 'last')).data.checkpoint.number).toBe(4);
    for (const words of ['status', 'tree', 'events', 'checkpoint list', 'list']) {
      const args = words === 'list' ? [] : ['last'];
      const { out } = await bench.run('plan', ...words.split(' '), ...args);
      expect(out, words).not.toMatch(/(?<![\w:-])-\d/);
    }
    expect((await bench.run('plan', 'run', 'p.plan.yaml')).out).not.toMatch(/(?<![\w:-])-\d/);
  });
});

describe('Given two people whose clocks are hours apart', () => {
  it.each(LEAPS)(
    'When the clock of one is %s, then both see the same, and what the other works on stays',
    async (_, apart) => {
      await using bench = new CliBench();
      bench.write(
        'p.plan.yaml',
        `name: p\nsteps: [{ id: a, run: 'echo a > a' }, { id: b, run: 'touch at-b; ${waitFor('go')}' }]`,
      );
      const run = bench.start(['plan', 'run', 'p.plan.yaml', '--json']);
      await bench.untilFile('at-b');
      bench.clock = leapingClock(0, Date.now() + 5 * apart);
      const asked = bench.start(['plan', 'checkpoint', 'create', 'last', '--json']);
      await asked.says(/queued/);
      // Whoever holds it lives, however long ago that was; and of what it works on nothing goes.
      expect((await bench.json('plan', 'execute', 'last')).error?.code).toBe('plan_held');
      expect((await bench.json('storage', 'gc')).data).toMatchObject({ trees: 0, contents: 0 });
      bench.write('go', '');
      expect(await run.code).toBe(0);
      expect(await asked.code).toBe(0);
      const { checkpoints } = (await bench.json('plan', 'checkpoint', 'list', 'last')).data;
      expect(checkpoints.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3, 4, 5]);
      expect((await bench.run('storage', 'verify')).code).toBe(0);
    },
  );
});

describe('Given a runner that was killed in a write', () => {
  it('When the clock was set back since, then nobody guesses whose the changes are', async () => {
    const it = await KillBench.empty({ 'mine.txt': 'mine' });
    open.push(it);
    await it.withApp(async (app) => {
      it.planId = await it.bench.store(app, ['echo slow > slow']);
    });
    const child = it.start({ what: 'execute', die: { at: 'before files.capture', time: 3 } });
    expect((await endOf(child)).signal).toBe('SIGKILL');
    expect(it.files.has('slow')).toBe(true);
    const app = it.bench.open({}, { clock: leapingClock(1, Date.now() - HOUR) });
    const refused = it.bench.execute(app, it.planId);
    await expect(refused).rejects.toMatchObject({ code: 'unfinished_write' });
    await app.close();
    expect(it.files.has('slow')).toBe(true);
  });
});
