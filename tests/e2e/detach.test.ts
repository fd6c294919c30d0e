import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';

/** A step that goes on only when the test makes a file. */
const GATED = `
name: gated
steps:
  - { id: first, run: 'while ! test -f go; do sleep 0.02; done', effect: read }
  - { id: last, run: 'echo done > done.txt' }
`;

async function untilState(sandbox: Sandbox, wanted: string): Promise<void> {
  while (sandbox.sql('select state from plans')[0]?.['state'] !== wanted) await wait(10);
}

it('Given a terminal, when a plan is run with --detach and the terminal is closed, then the plan goes on, and a screen finds it again', async () => {
  using sandbox = new Sandbox();
  sandbox.write('gated.plan.yaml', GATED);
  {
    await using terminal = sandbox.terminal(['plan', 'run', 'gated.plan.yaml', '--detach']);
    expect(await terminal.exits()).toBe(0);
    expect(terminal.raw).not.toContain('\u001B[?1049h');
    expect(terminal.text).toMatch(/gated \w{8} runs in process \d+, also when this terminal is closed/);
    expect(terminal.text).toMatch(/agents plan watch \w{8}/);
  }
  await untilState(sandbox, 'processing');
  await using watcher = sandbox.terminal(['plan', 'watch', 'last']);
  await watcher.shows(/◐ first/);
  sandbox.write('go', '');
  await watcher.shows(/EXECUTE complete/);
  watcher.press('q');
  expect(await watcher.exits()).toBe(0);
  expect(sandbox.read('done.txt')).toBe('done\n');
});

it('Given --json, then plan and process are told; and a plan that somebody runs is refused', async () => {
  using sandbox = new Sandbox();
  sandbox.write('gated.plan.yaml', GATED);
  const { plan_id } = (await sandbox.json('plan', 'create', 'gated.plan.yaml')).data;
  const started = await sandbox.json('plan', 'execute', 'last', '--detach');
  expect(started).toMatchObject({ status: 'ok', data: { plan_id, name: 'gated' } });
  expect(sandbox.processes()).toContain(started.data.pid);
  const again = await sandbox.json('plan', 'execute', 'last', '--detach');
  expect(again).toMatchObject({ status: 'error', exit_code: 6, data: { plan_id } });
  sandbox.write('go', '');
  await untilState(sandbox, 'complete');
});
