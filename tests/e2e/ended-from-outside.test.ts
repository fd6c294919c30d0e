import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';

/** Outside of the workspace: inside it would count as the step's own doing. */
const GO = '../go';
/** A write that begins, and ends only when the test makes a file: done twice it would have begun twice. */
const SLOW = 'echo begun >> slow.log; while ! test -f ../go; do sleep 0.01; done; echo done >> slow.log';
const PLAN = `
name: slow
steps:
  - { id: first, run: 'echo first >> first.log' }
  - { id: slow, run: '${SLOW}', retries: { max: 1, restore: workspace } }
  - { id: last, run: 'cat slow.log > last.log' }
`;
const SPAWNED = `select payload ->> '$.process.pid' as pid from plan_events where type = 'tool.spawned' and payload ->> '$.call_id' in
  (select payload ->> '$.call_id' from plan_events where type = 'tool.started' and payload ->> '$.step_id' = 'slow') order by seq`;

function planned(): Sandbox {
  const sandbox = new Sandbox();
  sandbox.write('slow.plan.yaml', PLAN);
  return sandbox;
}

async function untilBegun(sandbox: Sandbox): Promise<number> {
  while (!existsSync(join(sandbox.workspace, 'slow.log'))) await wait(5);
  // Its process is told a moment after it began.
  while (sandbox.sql(SPAWNED).length === 0) await wait(5);
  return Number(sandbox.sql(SPAWNED)[0]?.['pid']);
}

async function untilGone(sandbox: Sandbox): Promise<void> {
  while (sandbox.processes().length > 0) await wait(5);
}

function expectOnce(sandbox: Sandbox): void {
  expect(sandbox.read('first.log')).toBe('first\n');
  expect(sandbox.read('last.log')).toBe('begun\ndone\n');
}

it.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('Given %s, then the write ends, the plan rests, and goes on behind it', async (signal, code) => {
  using sandbox = planned();
  const runner = sandbox.start(['plan', 'run', 'slow.plan.yaml']);
  await untilBegun(sandbox);
  runner.child.kill(signal);
  await runner.says(/pausing/);
  sandbox.write(GO, '');
  expect((await runner.done).code).toBe(code);
  expect(sandbox.read('slow.log')).toBe('begun\ndone\n');
  expect(sandbox.sql('select state from plans')).toEqual([{ state: 'paused' }]);
  expect((await sandbox.run('plan', 'execute', 'last')).code).toBe(0);
  expectOnce(sandbox);
});

it('Given SIGKILL of only the process of a tool, then its step has failed, and the next attempt does it once', async () => {
  using sandbox = planned();
  const runner = sandbox.start(['plan', 'run', 'slow.plan.yaml', '--json']);
  const pid = await untilBegun(sandbox);
  process.kill(-pid, 'SIGKILL');
  sandbox.write(GO, '');
  expect((await runner.done).code).toBe(0);
  expectOnce(sandbox);
});

it('Given SIGKILL of the terminal, then the plan rests when its write is done, and goes on from anywhere', async () => {
  using sandbox = planned();
  await using terminal = sandbox.terminal(['plan', 'run', 'slow.plan.yaml']);
  await untilBegun(sandbox);
  terminal.pty.kill('SIGKILL');
  await terminal.exits();
  sandbox.write(GO, '');
  await untilGone(sandbox);
  expect(sandbox.sql('select state from plans')).toEqual([{ state: 'paused' }]);
  expect((await sandbox.run('plan', 'execute', 'last')).code).toBe(0);
  expectOnce(sandbox);
});

it('Given a holder that is stopped, then nobody takes over by itself, and after --take-over it writes nothing any more', async () => {
  using sandbox = planned();
  const runner = sandbox.start(['plan', 'run', 'slow.plan.yaml']);
  const tool = await untilBegun(sandbox);
  const pid = runner.child.pid as number;
  runner.child.kill('SIGSTOP');
  const held = { exit_code: 6, error: { code: 'plan_held', hint: expect.stringContaining(`pid ${pid}`) } };
  expect(await sandbox.json('plan', 'execute', 'last')).toMatchObject(held);
  expect((await sandbox.json('plan', 'rollback', 'last', '1', '--yes')).exit_code).toBe(6);
  const asked = await sandbox.json('plan', 'checkpoint', 'create', 'last', '--timeout', '100ms');
  expect(asked).toMatchObject({ exit_code: 5, error: { code: 'ask_timed_out' } });

  const taker = sandbox.start(['plan', 'execute', 'last', '--take-over', '--json']);
  while (sandbox.sql(SPAWNED).length < 2) await wait(5);
  const before = sandbox.sql('select seq, hex(hash) as hash from plan_events order by seq');
  // It is gone: there is nothing left to go on. Its tool too.
  runner.child.kill('SIGCONT');
  expect((await runner.done).signal).toBe('SIGKILL');
  expect(sandbox.processes()).not.toContain(tool);
  sandbox.write(GO, '');
  expect((await taker.done).code).toBe(0);
  expectOnce(sandbox);
  const after = sandbox.sql('select seq, hex(hash) as hash from plan_events order by seq');
  expect(after.slice(0, before.length)).toEqual(before);
  expect((await sandbox.run('storage', 'verify')).code).toBe(0);
});
