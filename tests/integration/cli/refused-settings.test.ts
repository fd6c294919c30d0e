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
