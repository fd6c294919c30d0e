import { describe, expect, it } from 'vitest';
import { CliBench, tickingClock } from '../../support/cli-bench.ts';

const DAY_MS = 86_400_000;
const later = (days: number) => tickingClock(new Date(Date.now() + days * DAY_MS).toISOString());

describe('agents plan prune', () => {
  it('Given a plan that ended long ago and one with a checkpoint of a person, Then it says which goes, and that one goes', async () => {
    await using bench = new CliBench();
    bench.write('p.plan.yaml', 'name: p\nsteps: [ { id: w, run: echo a > a.txt } ]\n');
    for (let n = 0; n < 2; n += 1) expect((await bench.run('plan', 'run', 'p.plan.yaml')).code).toBe(0);
    await bench.run('plan', 'checkpoint', 'label', 'last', '1', 'good');
    bench.clock = later(9);
    expect((await bench.run('plan', 'prune')).out).toMatch(
      /^nothing to do: core\.plans\.retention keeps all/,
    );
    const set = ['--set', 'core.plans.retention=1w'];
    const looked = await bench.run('plan', 'prune', '--dry-run', ...set);
    expect(looked.out).toMatch(
      /p +execute\/complete +last \d{4}-\d\d-\d\d +would go\n.*stays: a checkpoint is labelled\nnothing was deleted: --dry-run\n$/,
    );
    const { data } = await bench.json('plan', 'prune', '--dry-run', ...set);
    expect(data).toMatchObject({ dry_run: true, deleted: 1, plans: [{ kept: null }, { kept: 'labelled' }] });
    const gone = await bench.run('plan', 'prune', ...set);
    expect(gone.out).toContain(' is gone\n');
    expect(gone.err).toContain('agents storage gc');
    const { data: left } = await bench.json('plan', 'list');
    expect(left.plans).toMatchObject([{ plan_id: data.plans[1].plan_id }]);
    const { data: none } = await bench.json('plan', 'prune', ...set);
    expect(none).toMatchObject({ deleted: 0, plans: [{ kept: 'labelled' }] });
  });

  it.each(['12h', '0d', '1y'])('Given the age %s, Then it is refused: a plan is worth a day', async (age) => {
    await using bench = new CliBench();
    const { code, err } = await bench.run('config', 'show', '--set', `core.plans.retention=${age}`);
    expect([code, err]).toEqual([3, expect.stringContaining('no age of a day or more')]);
  });
});
