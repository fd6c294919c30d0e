import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hasRows, Sandbox } from '../support/agents-process.ts';
import { bytesBelow, peakMemory } from '../support/memory-use.ts';

const MIB = 1024 * 1024;
/** Whatever comes in: of each stream 16 MiB are kept, and of the log. */
const MOST_MEMORY_MIB = 900;

/** All at once: none of them waits for another. */
const planOf = (runs: Readonly<Record<string, string>>, limited: readonly string[]): string =>
  JSON.stringify({
    name: 'nasty',
    steps: Object.entries(runs).map(([id, run]) => ({
      id,
      run,
      effect: 'read',
      needs: [],
      continue_on_error: true,
      timeout: limited.includes(id) ? '1s' : '100s',
    })),
  });

const ENDLESS = {
  endless: 'sleep 1000',
  deaf: "trap '' TERM; while :; do sleep 0.1; done",
  closed: 'exec >&- 2>&-; sleep 1000',
  flood: 'yes & yes >&2 & wait',
};
const LEAVING = {
  behind: 'sleep 1000 & echo said',
  daemon: "setsid sh -c 'sleep 1000 & sleep 1000' & echo said",
  deafdaemon: `setsid sh -c "trap '' TERM; while :; do sleep 0.1; done" & echo said`,
  crowd: 'for i in $(seq 200); do sleep 1000 & done; echo said',
  binary: "head -c 100000 /dev/urandom; printf '\\377\\376'; echo said",
};

describe('tools that behave badly', () => {
  it('Given tools that never end, ignore signals, close their pipes, leave others behind, then all limits are kept and all ended', async () => {
    using sandbox = new Sandbox();
    sandbox.write('p.plan.yaml', planOf({ ...ENDLESS, ...LEAVING }, Object.keys(ENDLESS)));
    const { code } = await sandbox.run('plan', 'run', 'p.plan.yaml', '--no-input', '--quiet');
    expect(code).toBe(0);
    const { data } = await sandbox.json('plan', 'status', 'last');
    const steps = data.steps as readonly { id: string; status: string; error: { code: string } | null }[];
    const ends = Object.fromEntries(steps.map(({ id, status, error }) => [id, error?.code ?? status]));
    expect(ends).toEqual({
      ...Object.fromEntries(Object.keys(ENDLESS).map((id) => [id, 'timed_out'])),
      ...Object.fromEntries(Object.keys(LEAVING).map((id) => [id, 'complete'])),
    });
    expect(sandbox.processes()).toEqual([]);
  });

  it('Given that nobody reads what is said, then the tool waits with it, its limit is kept, and memory is not filled', async () => {
    using sandbox = new Sandbox();
    sandbox.write(
      'p.plan.yaml',
      planOf({ flood: `yes "$(head -c 1000 /dev/zero | tr '\\0' x)"` }, ['flood']),
    );
    const runner = sandbox.start(['plan', 'run', 'p.plan.yaml', '--no-input']);
    runner.child.stdout?.pause();
    const ended = "select 1 from plan_events where type = 'tool.failed'";
    while (!hasRows(sandbox, ended)) await wait(20);
    runner.child.stdout?.resume();
    const { stdout } = await runner.done;
    expect(stdout).toMatch(/took longer than its limit/);
    expect(stdout.length).toBeLessThan(4 * MIB);
  });

  it('Given 64 MiB on both streams at once, in one line, then memory and disk stay bounded, and both ends are kept', async () => {
    using sandbox = new Sandbox();
    const say = (fd: number): string =>
      `{ echo begin; head -c 32M /dev/zero | tr '\\0' 'x'; echo end; } >&${fd}`;
    sandbox.write(
      'p.plan.yaml',
      JSON.stringify({
        name: 'large',
        steps: [
          { id: 'large', run: `${say(1)} & ${say(2)} & wait` },
          { id: 'next', run: 'touch ready; while test -e ready; do sleep 0.05; done' },
        ],
        outputs: { cut: '${{ steps.large.outputs.truncated }}' },
      }),
    );
    const runner = sandbox.start(['plan', 'run', 'p.plan.yaml', '--no-input', '--json']);
    const begun = "select 1 from plan_events where type = 'tool.started' limit 1 offset 1";
    while (!hasRows(sandbox, begun)) await wait(20);
    const peak = peakMemory(runner.child.pid as number);
    while (!sandbox.has('ready')) await wait(20);
    sandbox.remove('ready');
    const { code, stdout } = await runner.done;
    expect(code).toBe(0);
    expect(JSON.parse(stdout).data.outputs).toEqual({ cut: true });
    expect(peak ?? 0).toBeLessThan(MOST_MEMORY_MIB);
    expect(bytesBelow(sandbox.home)).toBeLessThan(64 * MIB);
  });
});
