import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliBench, waitFor } from '../../support/cli-bench.ts';

/** Its first step switches all automatic checkpoints off, while it writes. */
const SLY = `
name: sly
steps:
  - { id: sly, run: "printf 'core: { checkpoints: { auto_create_on: [] } }' > .agentsrc" }
  - { id: wait, run: '${waitFor('go')}', effect: read }
  - { id: first, run: 'true' }
  - { id: second, run: 'true' }
`;

let bench: CliBench;
beforeEach(() => {
  bench = new CliBench();
  bench.write('.agentsrc', 'core: { checkpoints: { auto_create_on: [on_tool_write] } }');
  bench.write('sly.plan.yaml', SLY);
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const triggers = async (): Promise<readonly unknown[]> => {
  const { checkpoints } = (await bench.json('plan', 'checkpoint', 'list', 'last')).data as {
    checkpoints: { trigger: string; step_id: string | null }[];
  };
  return checkpoints.map(({ trigger, step_id }) => `${trigger} ${step_id}`);
};

/** Runs until the step that waits, then pauses: the plan rests with the settings that the step wrote in the file. */
async function restAfterSly(): Promise<void> {
  const run = bench.start(['plan', 'run', 'sly.plan.yaml']);
  await run.says(/wait/);
  run.send('SIGTERM');
  bench.write('go', '');
  expect(await run.code).toBe(143);
}

describe('settings that a step changed while it wrote', () => {
  it('Given a plan that rested since, when it goes on, then they are still not taken', async () => {
    await restAfterSly();
    const { code } = await bench.run('plan', 'execute', 'last');
    expect(code).toBe(0);
    expect(await triggers()).toEqual([
      'on_tool_write sly',
      'manual null',
      'on_tool_write first',
      'on_tool_write second',
    ]);
  });

  it('Given a person who wrote another value meanwhile, then that holds', async () => {
    await restAfterSly();
    bench.write('.agentsrc', 'core: { checkpoints: { auto_create_on: [on_tool_write_complete] } }');
    await bench.run('plan', 'execute', 'last');
    expect((await triggers()).slice(2)).toEqual([
      'on_tool_write_complete first',
      'on_tool_write_complete second',
    ]);
  });
});

describe('settings that a step of another plan changed while it wrote', () => {
  const NEXT = "name: next\nsteps: [{ id: one, run: 'echo y > y' }]\n";
  const runNext = async (): Promise<string> => {
    bench.write('next.plan.yaml', NEXT);
    const { code, out, err } = await bench.run('plan', 'run', 'next.plan.yaml');
    expect([code, err]).toEqual([0, '']);
    return out;
  };
  const runSly = async (): Promise<void> => {
    bench.write('go', '');
    expect((await bench.run('plan', 'run', 'sly.plan.yaml')).code).toBe(0);
  };

  it('Given the next plan of the folder, then they are not taken there either, and it says so', async () => {
    await runSly();
    expect(await runNext()).toContain('changed core.checkpoints.auto_create_on while it wrote: not taken');
    expect(await triggers()).toEqual(['on_tool_write one']);
    // And the one after that.
    await runNext();
    expect(await triggers()).toEqual(['on_tool_write one']);
  });

  it('Given a checkpoint of a plan that nobody runs, then it holds what the step wanted left out', async () => {
    await runNext();
    const { plan_id } = (await bench.json('plan', 'status', 'last')).data as { plan_id: string };
    const sly = SLY.replace('auto_create_on: []', 'exclude: [work]').replace('name: sly', 'name: hide');
    bench.write('hide.plan.yaml', sly);
    bench.write('go', '');
    expect((await bench.run('plan', 'run', 'hide.plan.yaml')).code).toBe(0);
    mkdirSync(join(bench.folder, 'work'));
    bench.write('work/keep.txt', 'one');
    expect((await bench.run('plan', 'checkpoint', 'create', plan_id, '--label', 'kept')).code).toBe(0);
    const { out } = await bench.run(
      'plan',
      'checkpoint',
      'show',
      plan_id,
      'kept',
      '--files',
      '--path',
      'work',
    );
    expect(out).toContain('keep.txt');
  });

  it('Given a word of a person, also when all of it has ended, then they hold from then on', async () => {
    await runSly();
    await runNext();
    const { exit_code } = await bench.json('plan', 'approve', 'last');
    expect(exit_code).toBe(0);
    expect(await runNext()).not.toContain('not taken');
    expect(await triggers()).toEqual([]);
    expect((await bench.json('plan', 'approve', 'last')).error?.code).toBe('nothing_to_approve');
  });

  it('Given a person who leaves them, then nobody asks again for that plan, and they are still not taken', async () => {
    await runSly();
    expect((await bench.json('plan', 'deny', 'last')).exit_code).toBe(0);
    expect((await bench.json('plan', 'deny', 'last')).error?.code).toBe('nothing_to_approve');
    await runNext();
    expect(await triggers()).toEqual(['on_tool_write one']);
  });

  it('Given a person who wrote something else, then that holds', async () => {
    await runSly();
    bench.write('.agentsrc', 'core: { checkpoints: { auto_create_on: [on_tool_write_complete] } }');
    expect(await runNext()).not.toContain('not taken');
    expect(await triggers()).toEqual(['on_tool_write_complete one']);
  });
});
