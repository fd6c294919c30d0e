import { describe, expect, it } from 'vitest';
import { Sandbox, type AgentsProcess } from '../support/agents-process.ts';

/** Steps that go on only when the test makes a file: no test here waits for time. */
const GATED = `
name: gated
steps:
  - { id: before, run: 'while ! test -f go1; do sleep 0.02; done', effect: read }
  - { id: write, run: 'touch writing; while ! test -f go2; do sleep 0.02; done' }
  - { id: after, run: 'while ! test -f go3; do sleep 0.02; done', effect: read }
`;

async function untilSql(sandbox: Sandbox, query: string): Promise<void> {
  for (;;) {
    try {
      if (sandbox.sql(query).length > 0) return;
    } catch (thrown) {
      // The database or its tables may not be there yet.
      if (!/no such table|unable to open|directory does not exist/.test(String(thrown))) throw thrown;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const started = (step: string): string =>
  `select 1 from plan_events where type = 'tool.spawned' and json_extract(payload, '$.call_id') in
   (select json_extract(payload, '$.call_id') from plan_events where type = 'tool.started'
    and json_extract(payload, '$.step_id') = '${step}')`;

async function runGated(sandbox: Sandbox): Promise<AgentsProcess> {
  sandbox.write('gated.plan.yaml', GATED);
  const runner = sandbox.start(['plan', 'run', 'gated.plan.yaml']);
  await untilSql(sandbox, started('before'));
  return runner;
}

describe('a manual checkpoint from a second process', () => {
  it('Given a running plan, then it is taken before and after a write at once, and inside one it waits', async () => {
    using sandbox = new Sandbox();
    const runner = await runGated(sandbox);
    const before = await sandbox.json('plan', 'checkpoint', 'create', 'last', '--label', 'before the write');
    expect(before).toMatchObject({
      status: 'ok',
      data: { checkpoint: { trigger: 'manual', label: 'before the write' } },
    });

    sandbox.write('go1', '');
    await untilSql(sandbox, started('write'));
    const inside = sandbox.start(['plan', 'checkpoint', 'create', 'last', '--json']);
    await untilSql(sandbox, "select 1 from requests where progress like 'queued: step write%'");
    const impatient = await sandbox.json('plan', 'checkpoint', 'create', 'last', '--timeout', '300ms');
    expect(impatient).toMatchObject({ exit_code: 5, error: { code: 'ask_timed_out' } });
    expect(sandbox.sql("select 1 from checkpoints where trigger = 'manual'")).toHaveLength(1);
    sandbox.write('go2', '');
    const { stdout } = await inside.done;
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ok', data: { checkpoint: { trigger: 'manual' } } });

    const order = sandbox.sql('select trigger from checkpoints order by seq').map(({ trigger }) => trigger);
    expect(order).toEqual(['manual', 'on_tool_write', 'on_tool_write_complete', 'manual']);
    await untilSql(sandbox, started('after'));
    expect((await sandbox.json('plan', 'checkpoint', 'create', 'last')).data.checkpoint.number).toBe(5);
    sandbox.write('go3', '');
    expect((await runner.done).code).toBe(0);
    expect((await sandbox.json('plan', 'checkpoint', 'create', 'last')).data.checkpoint.number).toBe(6);
  });

  it('Given an asker that is killed or interrupted while it waits, then no row is made for it', async () => {
    using sandbox = new Sandbox();
    const runner = await runGated(sandbox);
    sandbox.write('go1', '');
    await untilSql(sandbox, started('write'));
    const killed = sandbox.start(['plan', 'checkpoint', 'create', 'last']);
    await killed.says(/queued/);
    killed.child.kill('SIGKILL');
    await killed.done;
    const interrupted = sandbox.start(['plan', 'checkpoint', 'create', 'last']);
    await interrupted.says(/queued/);
    interrupted.child.kill('SIGINT');
    expect((await interrupted.done).code).not.toBe(0);
    sandbox.write('go2', '');
    sandbox.write('go3', '');
    expect((await runner.done).code).toBe(0);
    expect(sandbox.sql("select 1 from checkpoints where trigger = 'manual'")).toHaveLength(0);
  });

  it('Given a runner that is killed while the asker waits, then the asker takes the checkpoint itself', async () => {
    using sandbox = new Sandbox();
    const runner = await runGated(sandbox);
    sandbox.write('go1', '');
    await untilSql(sandbox, started('write'));
    const asker = sandbox.start(['plan', 'checkpoint', 'create', 'last', '--json']);
    await untilSql(sandbox, 'select 1 from requests where progress is not null');
    runner.child.kill('SIGKILL');
    const { stdout } = await asker.done;
    expect(JSON.parse(stdout)).toMatchObject({ status: 'ok', data: { checkpoint: { trigger: 'manual' } } });

    // Whose these files are can't be told from what the write that was cut off has done.
    sandbox.write('go2', '');
    sandbox.write('go3', '');
    const refused = await sandbox.json('plan', 'execute', 'last');
    expect(refused).toMatchObject({ exit_code: 5, error: { code: 'unfinished_write' } });
    expect(await sandbox.json('plan', 'execute', 'last', '--rerun', 'write')).toMatchObject({
      exit_code: 0,
      data: { state: 'complete' },
    });
  });

  it('Given many askers at once and nobody who runs the plan, then numbers have no gaps', async () => {
    using sandbox = new Sandbox();
    sandbox.write('p.plan.yaml', "name: p\nsteps: [{ id: a, run: 'true', effect: read }]\n");
    await sandbox.run('plan', 'create', 'p.plan.yaml');
    const all = await Promise.all(
      Array.from({ length: 6 }, () => sandbox.json('plan', 'checkpoint', 'create', 'last')),
    );
    expect(all.map(({ exit_code }) => exit_code)).toEqual([0, 0, 0, 0, 0, 0]);
    const numbers = all.map(({ data }) => data.checkpoint.number as number).sort((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('two plans in one folder', () => {
  it('Given writes in both, then their windows never overlap', async () => {
    using sandbox = new Sandbox();
    // Each write fails if it finds the other's mark: with an overlap one of the two plans fails.
    const write = "{ run: 'mkdir busy || exit 1; sleep 0.1; rmdir busy' }";
    sandbox.write('p.plan.yaml', `name: p\nsteps: [${Array(4).fill(write).join(', ')}]\n`);
    const runs = await Promise.all([
      sandbox.json('plan', 'run', 'p.plan.yaml'),
      sandbox.json('plan', 'run', 'p.plan.yaml'),
    ]);
    expect(runs.map(({ data }) => data.state)).toEqual(['complete', 'complete']);
  });
});

describe('control from a second process', () => {
  it('Given a running plan, then pause, resume, stop and execute bring it to its end', async () => {
    using sandbox = new Sandbox();
    const runner = await runGated(sandbox);
    const pausing = sandbox.json('plan', 'pause', 'last');
    await untilSql(sandbox, 'select 1 from requests where claimed_at is not null');
    sandbox.write('go1', '');
    expect(await pausing).toMatchObject({ exit_code: 0, data: { state: 'paused' } });
    expect(await sandbox.json('plan', 'resume', 'last')).toMatchObject({
      exit_code: 0,
      data: { state: 'processing' },
    });
    await untilSql(sandbox, started('write'));
    expect(await sandbox.json('plan', 'stop', 'last')).toMatchObject({
      exit_code: 0,
      data: { state: 'paused' },
    });
    expect((await runner.done).code).toBe(5);
    expect(await sandbox.json('plan', 'pause', 'last')).toMatchObject({
      exit_code: 6,
      error: { code: 'not_running' },
    });
    sandbox.write('go2', '');
    sandbox.write('go3', '');
    expect(await sandbox.json('plan', 'execute', 'last')).toMatchObject({
      exit_code: 0,
      data: { state: 'complete' },
    });
  });

  it('Given SIGINT, then the running step ends, a checkpoint is taken, exit 130; execute goes on', async () => {
    using sandbox = new Sandbox();
    const runner = await runGated(sandbox);
    runner.child.kill('SIGINT');
    sandbox.write('go1', '');
    expect((await runner.done).code).toBe(130);
    const labels = sandbox.sql('select label from checkpoints');
    expect(labels).toEqual([{ label: 'paused' }]);
    sandbox.write('go2', '');
    sandbox.write('go3', '');
    expect((await sandbox.run('plan', 'execute', 'last')).code).toBe(0);
  });

  it('Given a running plan, when another process executes it, then it is refused, and a cancel ends it', async () => {
    using sandbox = new Sandbox();
    const runner = await runGated(sandbox);
    expect(await sandbox.json('plan', 'execute', 'last')).toMatchObject({
      exit_code: 6,
      error: { code: 'plan_held' },
    });
    expect(await sandbox.json('plan', 'cancel', 'last')).toMatchObject({
      exit_code: 0,
      data: { state: 'cancelled' },
    });
    expect((await runner.done).code).toBe(1);
    expect(sandbox.sql('select trigger from checkpoints')).toEqual([]);
  });

  it('Given .agentsrc is edited while the plan runs, then the write checkpoints stop at once', async () => {
    using sandbox = new Sandbox();
    const runner = await runGated(sandbox);
    sandbox.write('.agentsrc', 'core:\n  checkpoints:\n    auto_create_on: [on_error]\n');
    for (const gate of ['go1', 'go2', 'go3']) sandbox.write(gate, '');
    expect((await runner.done).code).toBe(0);
    expect(sandbox.sql('select trigger from checkpoints')).toEqual([]);
    expect(sandbox.sql("select 1 from plan_events where type = 'config.changed'")).toHaveLength(1);
  });
});
