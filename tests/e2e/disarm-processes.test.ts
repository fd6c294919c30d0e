import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';
import { planWith, rollBack, runWith } from '../support/disarm.ts';
import { mayRunAgents, OrdinarySandbox } from '../support/ordinary-user.ts';

describe('a step that would not be seen', () => {
  it('Given that it kills the process that runs it, and is brought back, then nothing is lost', async () => {
    using sandbox = new Sandbox();
    const { signal } = await runWith(sandbox, 'echo half > half.txt; kill -9 $PPID; sleep 1000');
    expect(signal).toBe('SIGKILL');
    const { exit_code } = await sandbox.json('plan', 'execute', 'last');
    expect(exit_code).toBe(0);
    expect([sandbox.has('half.txt'), sandbox.has('precious.txt')]).toEqual([false, false]);
    expect(sandbox.processes()).toEqual([]);
    await rollBack(sandbox);
  });

  it('Given that it kills all there is at once, run, screen and itself, then that is said, and nothing is lost', async () => {
    using sandbox = new Sandbox();
    sandbox.write('precious.txt', 'as it was\n');
    // Whatever has this home: the screen, the run that has a process of its own, and the shell that does it, last.
    const kill = `for p in /proc/[0-9]*; do q=\${p#/proc/}; test $q = $$ || ! grep -qz "^AGENTS_HOME=$AGENTS_HOME\\$" $p/environ || all="$all $q"; done 2>/dev/null; kill -9 $all $$`;
    sandbox.write('p.plan.yaml', planWith(`echo half > half.txt; ${kill}`));
    await using terminal = sandbox.terminal(['plan', 'run', 'p.plan.yaml']);
    await terminal.exits();
    while (sandbox.processes().length > 0) await wait(5);
    expect(sandbox.read('half.txt')).toBe('half\n');
    const { data } = await sandbox.json('doctor');
    expect(data.checks).toContainEqual(
      expect.objectContaining({
        id: 'runners',
        status: 'warn',
        message: expect.stringContaining('nobody runs'),
      }),
    );
    const { code, stdout } = await sandbox.run('plan', 'execute', 'last', '--no-input');
    expect(code).toBe(0);
    expect(stdout).toContain('rolled back to before what failed or was cut off, 1 path');
    expect([sandbox.has('half.txt'), sandbox.has('precious.txt')]).toEqual([false, false]);
    await rollBack(sandbox);
    expect((await sandbox.run('storage', 'verify')).code).toBe(0);
  });

  it('Given that it makes a hundred thousand events, then every checkpoint holds what was there', async () => {
    using sandbox = new Sandbox();
    sandbox.write('old.txt', 'old\n');
    // Two events for each rename: more than the system keeps. The last changes are of a kind that only a look would find then.
    const flood = `const f = require("fs"); f.writeFileSync("f", ""); for (let i = 0; i < 25000; i += 1) { f.renameSync("f", "g"); f.renameSync("g", "f"); }
      f.writeFileSync("flooded", "all"); f.writeFileSync("old.txt", "new\\n")`;
    sandbox.write('flood.cjs', flood);
    const { code } = await runWith(sandbox, `'${process.execPath}' flood.cjs`);
    expect(code).toBe(0);
    expect([sandbox.read('flooded'), sandbox.read('old.txt')]).toEqual(['all', 'new\n']);
    await rollBack(sandbox);
    expect([sandbox.has('flooded'), sandbox.read('old.txt')]).toEqual([false, 'old\n']);
  });
});

describe('a process that outlives its step and writes on', () => {
  // Without its environment, its group and its pipes: nobody finds it any more.
  const LEAVE = `env -i setsid '${process.execPath}' "$PWD"/../writer.cjs </dev/null >/dev/null 2>&1 3>&- &`;
  const WRITER = `const f = require("fs"); for (let i = 1; !f.existsSync("../stop"); i += 1) {
    if (i < 20000) f.appendFileSync("grow.txt", ("line " + i).padEnd(500) + "\\n"); f.writeFileSync("same.txt", String(i % 10)); }
    f.writeFileSync("../ended", "")`;

  it('Given checkpoints while it writes, then what one could not hold is said, and no line of it is ever lost', async () => {
    using sandbox = new Sandbox();
    writeFileSync(join(sandbox.root, 'writer.cjs'), WRITER);
    const steps = [
      { id: 'first', run: 'echo changed > precious.txt' },
      { id: 'evil', run: `${LEAVE} while ! test -s grow.txt; do sleep 0.01; done` },
      ...['a', 'b', 'c'].map((id) => ({ id, run: `echo ${id} > ${id}.txt` })),
      { id: 'end', run: ': > ../stop; while ! test -e ../ended; do sleep 0.01; done; rm precious.txt' },
    ];
    sandbox.write('precious.txt', 'as it was\n');
    sandbox.write('p.plan.yaml', JSON.stringify({ name: 'outlived', steps }));
    try {
      const { code, stdout } = await sandbox.run('plan', 'run', 'p.plan.yaml', '--no-input');
      expect(code).toBe(0);
      const { data } = await sandbox.json('plan', 'checkpoint', 'list', 'last');
      const partial = (data.checkpoints as Made[]).filter(({ capture }) => capture.status === 'partial');
      for (const { number, capture } of partial) {
        expect(capture.paths.every((path) => ['grow.txt', 'same.txt'].includes(path))).toBe(true);
        expect(stdout).toMatch(new RegExp(`ckpt ${number} .*partial: .* changing while read`));
      }
    } finally {
      writeFileSync(join(sandbox.root, 'stop'), '');
    }
    const written = sandbox.read('grow.txt');
    await rollBack(sandbox);
    expect((await sandbox.json('plan', 'undo', 'last', '--yes')).exit_code).toBe(0);
    expect(sandbox.read('grow.txt')).toBe(written);
    expect((await sandbox.run('storage', 'verify')).code).toBe(0);
  });
});

/** What the list says of a checkpoint. */
interface Made {
  readonly number: number;
  readonly capture: { readonly status: string; readonly paths: readonly string[] };
}

// What is open already stays so: the plan goes on until it has to open something, and nothing of that is lost either.
describe.skipIf(!mayRunAgents())('a step that takes the rights away', () => {
  it.each([
    ['of the home', 'chmod 000 "$AGENTS_HOME"', /agents\.db may not be reached any more while it was in use/],
    ['of its databases', 'chmod 000 "$AGENTS_HOME"/*.db*', /a checkpoint failed/],
  ])(
    'Given those %s, then the plan stops, the doctor says what to do, and with that it goes on',
    async (_, evil, said) => {
      using sandbox = new OrdinarySandbox();
      const { code, stdout, stderr } = await runWith(sandbox, `echo half > half.txt; ${evil}`);
      expect(code).toBe(7);
      expect(stdout + stderr).toMatch(said);
      expect(sandbox.read('precious.txt')).toBe('changed\n');
      const held = await sandbox.json('plan', 'execute', 'last');
      expect(held).toMatchObject({ exit_code: 7, error: { next_steps: ['agents doctor'] } });
      const { data } = await sandbox.json('doctor');
      sandbox.shell(data.checks.find(({ id }: { id: string }) => id === 'home').next);
      expect((await sandbox.run('plan', 'execute', 'last', '--no-input')).code).toBe(0);
      await rollBack(sandbox);
      expect(sandbox.has('half.txt')).toBe(false);
    },
  );
});
