import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';

/** Longer than a lease's beat, and than an interval. */
const AWAY_MS = 2200;
const INTERVAL_MS = 1000;
const QUICK = Array.from({ length: 4 }, (_, n) => `  - { id: quick${n}, run: 'true', effect: read }\n`).join(
  '',
);
const PLAN = `
name: slow
steps:
  - { id: slow, run: 'echo begun >> slow.log; while ! test -f ../go; do sleep 0.01; done; echo done >> slow.log' }
${QUICK}  - { id: last, run: 'cat slow.log > last.log' }
`;
const LEASE = `select lease_fence, lease ->> '$.holder.pid' as pid from plans`;
const INTERVALS = `select count(*) as n from plan_events where type = 'checkpoint.created' and payload ->> '$.checkpoint.trigger' = 'interval'`;

function planned(): Sandbox {
  const sandbox = new Sandbox();
  sandbox.write('.agentsrc', `core:\n  checkpoints:\n    interval: { seconds: ${INTERVAL_MS / 1000} }\n`);
  sandbox.write('slow.plan.yaml', PLAN);
  return sandbox;
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (thrown) {
    // The tool's own short sleeps come and go.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

interface Awake {
  readonly since: number;
  /** Checkpoints that came until then. */
  readonly intervals: number;
}

/** As a machine that sleeps: nothing of it goes on, and time does. */
async function suspend(sandbox: Sandbox, meanwhile: () => Promise<void>): Promise<Awake> {
  const before = sandbox.sql(LEASE);
  const asleep = sandbox.processes();
  for (const pid of asleep) tell(pid, 'SIGSTOP');
  await Promise.all([wait(AWAY_MS), meanwhile()]);
  for (const pid of asleep) tell(pid, 'SIGCONT');
  const awake = { since: performance.now(), intervals: intervals(sandbox) };
  expect(sandbox.sql(LEASE)).toEqual(before);
  return awake;
}

const intervals = (sandbox: Sandbox): number => Number(sandbox.sql(INTERVALS)[0]?.['n']);

async function untilBegun(sandbox: Sandbox): Promise<void> {
  while (!existsSync(join(sandbox.workspace, 'slow.log'))) await wait(5);
}

/** Its end is that of a run that nothing came between. */
async function expectUndisturbed(sandbox: Sandbox, awake: Awake): Promise<void> {
  const awakeMs = performance.now() - awake.since;
  expect(sandbox.read('last.log')).toBe('begun\ndone\n');
  expect(sandbox.sql('select state from plans')).toEqual([{ state: 'complete' }]);
  // Those that were missed come as one.
  const late = intervals(sandbox) - awake.intervals;
  expect(late).toBeGreaterThanOrEqual(1);
  expect(late).toBeLessThanOrEqual(1 + awakeMs / INTERVAL_MS);
  const taken = sandbox.sql(`select type from plan_events where type in ('plan.resumed', 'plan.paused')`);
  expect(taken).toEqual([]);
  expect((await sandbox.run('storage', 'verify')).code).toBe(0);
}

it('Given a run and its tool that are suspended together, then it stays their own and goes on as if nothing had been', async () => {
  using sandbox = planned();
  const runner = sandbox.start(['plan', 'run', 'slow.plan.yaml', '--json']);
  await untilBegun(sandbox);
  const awake = await suspend(sandbox, async () => {
    expect((await sandbox.json('plan', 'execute', 'last')).error?.code).toBe('plan_held');
    expect((await sandbox.json('storage', 'gc')).exit_code).toBe(0);
  });
  sandbox.write('../go', '');
  expect((await runner.done).code).toBe(0);
  await expectUndisturbed(sandbox, awake);
});

it('Given a run with its screen and another that watches, all suspended, then both screens go on to its end', async () => {
  using sandbox = planned();
  await using terminal = sandbox.terminal(['plan', 'run', 'slow.plan.yaml']);
  await terminal.shows(/◐ slow/);
  await using watcher = sandbox.terminal(['plan', 'watch', 'last']);
  await watcher.shows(/◐ slow/);
  await untilBegun(sandbox);
  const awake = await suspend(sandbox, async () => undefined);
  sandbox.write('../go', '');
  for (const screen of [terminal, watcher]) {
    await screen.shows(/EXECUTE complete/);
    screen.press('q');
    expect(await screen.exits()).toBe(0);
  }
  await expectUndisturbed(sandbox, awake);
});
