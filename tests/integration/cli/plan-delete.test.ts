import { describe, expect, it } from 'vitest';
import { CliBench, waitFor } from '../../support/cli-bench.ts';
import { richBench } from '../../support/rich-plan.ts';

const inFolder = (bench: CliBench, text: string): string => text.replaceAll(bench.folder, '/project');

describe('agents plan delete', () => {
  it('Given --dry-run, then what would go and what stays, and nothing is deleted', async () => {
    await using bench = await richBench();
    const { code, out } = await bench.run('plan', 'delete', 'last', '--dry-run');
    expect(code).toBe(0);
    expect(inFolder(bench, out)).toMatchInlineSnapshot(`
      "rich 00000001  execute/errored
        goes   the plan and 2 subplans, 8 checkpoints, 64 events, 95 pieces of state
        stays  the files in /project
      nothing was deleted: --dry-run
      "
    `);
    expect((await bench.run('plan', 'status', 'last')).code).toBe(0);
  });

  it('Given --yes, then all of it has gone, subplans too, and the files stay', async () => {
    await using bench = await richBench();
    const { data } = await bench.json('plan', 'status', 'last');
    const deleted = await bench.json('plan', 'delete', 'last', '--yes');
    expect(deleted).toMatchObject({
      exit_code: 0,
      data: { plan_id: data.plan_id, state: 'errored', dry_run: false, rows: { plans: 3, checkpoints: 8 } },
    });
    for (const id of [data.plan_id, data.subplans[0].plan_id]) {
      expect((await bench.run('plan', 'status', id)).code).toBe(4);
    }
    expect((await bench.json('plan', 'list')).data.plans).toEqual([]);
    expect(bench.read('NOTES.md')).toBe('hi');
  });

  it.each([
    ['y', 0],
    ['yes', 0],
    ['n', 6],
    ['', 6],
  ])('Given a terminal and the answer "%s", then exit %i', async (answer, code) => {
    await using bench = await richBench();
    const run = bench.start(['plan', 'delete', 'last'], { tty: true });
    await run.says(/Delete it for good\? \[y\/N\] $/);
    expect(inFolder(bench, run.err.text)).toContain('stays  the files in /project');
    run.stdin.write(`${answer}\n`);
    expect(await run.code).toBe(code);
    expect((await bench.json('plan', 'list')).data.plans).toHaveLength(code === 0 ? 0 : 1);
    if (code === 0) expect(run.out.text).toMatch(/^deleted rich 00000001: the plan and 2 subplans, /);
  });

  it('Given a terminal that goes away, then nothing is deleted', async () => {
    await using bench = await richBench();
    const run = bench.start(['plan', 'delete', 'last'], { tty: true });
    await run.says(/\[y\/N\] $/);
    run.stdin.end();
    expect(await run.code).toBe(6);
  });

  it.each([[['--no-input']], [[]]])(
    'Given nobody to ask (%j), then it is refused and says how',
    async (flags) => {
      await using bench = await richBench();
      const run = bench.start(['plan', 'delete', 'last', ...flags], { tty: flags.length > 0 });
      expect(await run.code).toBe(6);
      expect(run.err.text).toContain('or: agents plan delete 00000001 --yes');
      expect((await bench.json('plan', 'list')).data.plans).toHaveLength(1);
    },
  );

  it('Given a plan that a process runs, then it is refused, also the preview', async () => {
    await using bench = new CliBench();
    bench.write(
      'slow.plan.yaml',
      `name: slow\nsteps: [ { id: w, run: 'touch begun; ${waitFor('go')}', effect: read } ]\n`,
    );
    const run = bench.start(['plan', 'run', 'slow.plan.yaml']);
    await bench.untilFile('begun');
    for (const flag of ['--yes', '--dry-run']) {
      expect(await bench.json('plan', 'delete', 'last', flag)).toMatchObject({
        exit_code: 6,
        error: { code: 'plan_held', next_steps: [expect.stringContaining('agents plan cancel ')] },
      });
    }
    bench.write('go', '');
    expect(await run.code).toBe(0);
    const done = await bench.run('plan', 'delete', 'last', '--yes');
    expect(done.out).toMatch(
      /^deleted slow \w{8}: the plan, 0 checkpoints, \d+ events, \d+ pieces of state\n$/,
    );
  });

  it('Given a subplan, then the plan that it belongs to is named', async () => {
    await using bench = await richBench();
    const { data } = await bench.json('plan', 'status', 'last');
    expect(await bench.json('plan', 'delete', data.subplans[0].plan_id, '--yes')).toMatchObject({
      exit_code: 6,
      error: { code: 'is_subplan', next_steps: ['agents plan delete 00000001 --dry-run'] },
    });
  });
});
