import { describe, expect, it } from 'vitest';
import { spawn } from 'node:child_process';
import { CliBench, waitFor } from '../support/cli-bench.ts';
import { AGENTS, AgentsProcess } from '../support/agents-process.ts';
import { hasReached, making } from '../support/reaching-plan.ts';

/** Writes a line for each time that it begins, and ends when it is let go. */
const SLOW = `echo begun >> "$BEYOND/log"; touch at; ${waitFor('go')}; rm "$BEYOND/a"`;

/** A plan that was rolled back, and whose compensation is killed in the middle. */
async function killed(bench: CliBench): Promise<Awaited<ReturnType<typeof hasReached>>> {
  const beyond = await hasReached(bench, making('a', SLOW));
  await bench.run('plan', 'rollback', 'last', '2', '--yes');
  const child = spawn(process.execPath, [AGENTS, 'plan', 'compensate', 'last', '--yes'], {
    cwd: bench.folder,
    env: bench.env,
    stdio: 'ignore',
  });
  const { done } = new AgentsProcess(child);
  await bench.untilFile('at');
  expect((await bench.json('plan', 'compensate', 'last')).data.compensations[0].status).toBe('running');
  child.kill('SIGKILL');
  await done;
  return beyond;
}

const statusOf = async (bench: CliBench): Promise<string> =>
  (await bench.json('plan', 'compensate', 'last')).data.compensations[0].status;

describe('Given a compensation that SIGKILL cut off', () => {
  it('then it is unknown, is not run again by itself, and runs once more with --rerun, after what is left of it has ended', async () => {
    await using bench = new CliBench();
    const beyond = await killed(bench);
    expect(await statusOf(bench)).toBe('unknown');
    const all = await bench.json('plan', 'compensate', 'last', '--yes');
    expect([all.exit_code, all.error?.code]).toEqual([5, 'compensation_unknown']);
    expect([beyond.read('log'), beyond.has('a')]).toEqual(['begun\n', true]);
    bench.write('go', '');
    const again = await bench.json('plan', 'compensate', 'last', '1', '--rerun');
    expect(again.data.settled).toEqual([1]);
    expect([beyond.read('log'), beyond.has('a')]).toEqual(['begun\nbegun\n', false]);
  });

  it('then --skip settles it, and it is not begun again', async () => {
    await using bench = new CliBench();
    const beyond = await killed(bench);
    expect((await bench.json('plan', 'compensate', 'last', '1', '--skip')).data.settled).toEqual([1]);
    expect(await statusOf(bench)).toBe('skipped');
    bench.write('go', '');
    expect([beyond.read('log'), beyond.has('a')]).toEqual(['begun\n', true]);
  });

  it('then the plan can go on without running it again, and says what waits', async () => {
    await using bench = new CliBench();
    const beyond = await killed(bench);
    const { code, err } = await bench.run('plan', 'execute', 'last');
    expect(code).toBe(0);
    expect(err).toMatch(/1 compensation waits for you: .*\nto run: agents plan compensate \w+ 1 --rerun/);
    expect([await statusOf(bench), beyond.read('log')]).toEqual(['unknown', 'begun\n']);
  });

  it('then going back takes what it did to the files with it', async () => {
    await using bench = new CliBench();
    await killed(bench);
    const { data } = await bench.json('plan', 'rollback', 'last', '2', '--yes');
    expect(data.changes_reverted).toEqual([{ path: 'at', action: 'deleted' }]);
    expect(await statusOf(bench)).toBe('unknown');
  });
});
