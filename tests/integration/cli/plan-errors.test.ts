import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  COMMANDS,
  isGroup,
  nameOf,
  type CommandGroup,
  type CommandRow,
} from '../../../src/cli/command-table.ts';
import { CliBench } from '../../support/cli-bench.ts';
import { richBench } from '../../support/rich-plan.ts';

/** True if a command line begins with the words of a command. */
function isCommand(
  words: readonly string[],
  rows: readonly (CommandRow | CommandGroup)[] = COMMANDS,
): boolean {
  const row = rows.find((one) => nameOf(one) === words[0]);
  if (!row) return false;
  return isGroup(row) ? isCommand(words.slice(1), row.rows) : true;
}

describe('agents plan errors', () => {
  it('Given failures, then each with its message, where it came from, and what to type', async () => {
    await using bench = await richBench();
    const { code, out } = await bench.run('plan', 'errors', 'last');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "✗ step checks: subplan tests failed: the command ended with exit code 3
          step checks: 1 of 2 failed
          next: agents plan retry 00000001   or: agents plan checkpoint show 00000001 4
      ✗ tests › step broken: the command ended with exit code 3
          oh
          next: agents plan retry 00000001   or: agents plan checkpoint show 00000001 6
      "
    `);
  });

  it('Given --json, then the same as values, and each next step is a command that there is and that works', async () => {
    await using bench = await richBench();
    const { data } = await bench.json('plan', 'errors', 'last');
    // oxlint-disable-next-line typescript/no-explicit-any -- shapes of JSON answers
    expect(data.errors.map(({ kind, path, step_id }: any) => [kind, path.join('/'), step_id])).toEqual([
      ['step', '', 'checks'],
      ['step', 'tests', 'broken'],
    ]);
    const commands: readonly string[] = [
      ...new Set<string>(data.errors.flatMap(({ next_steps }: { next_steps: string[] }) => next_steps)),
    ];
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands) {
      const [program, ...words] = command.split(' ');
      expect([program, isCommand(words)]).toEqual(['agents', true]);
      if (!words.includes('retry')) expect((await bench.run(...words)).code).toBe(0);
    }
  });

  it('Given a plan whose outputs failed, then the plan itself is named', async () => {
    await using bench = new CliBench();
    bench.write(
      'o.plan.yaml',
      'name: o\nsteps: [ { id: a, run: "true", effect: read } ]\noutputs: { x: "${{ fromJSON(steps.a.outputs.stdout) }}" }\n',
    );
    await bench.run('plan', 'run', 'o.plan.yaml', '--quiet');
    const { out } = await bench.run('plan', 'errors', 'last');
    expect(out).toMatch(
      /^✗ the plan: .*\n(.*\n)? {4}next: agents plan retry \w{8} {3}or: agents plan status \w{8}\n$/,
    );
  });

  it('Given a failure that the document lets pass, then it is there, and nothing is to go on', async () => {
    await using bench = new CliBench();
    bench.write(
      'c.plan.yaml',
      'name: c\nsteps: [ { id: a, run: "exit 4", effect: read, continue_on_error: true } ]\n',
    );
    await bench.run('plan', 'run', 'c.plan.yaml', '--quiet');
    const { data } = await bench.json('plan', 'errors', 'last');
    expect(data.errors).toMatchObject([{ kind: 'step', next_steps: [] }]);
  });

  it('Given a checkpoint that could not be taken, then that too', async () => {
    await using bench = new CliBench();
    bench.write('w.plan.yaml', "name: w\nsteps: [{ id: w, run: 'true' }]\n");
    bench.write('large.bin', 'x'.repeat(300_000));
    mkdirSync(join(bench.home, 'agents'), { mode: 0o700 });
    writeFileSync(join(bench.home, 'agents', 'objects'), 'no folder for contents');
    await bench.run('plan', 'run', 'w.plan.yaml', '--set', 'core.checkpoints.on_failure=warn');
    const { code, out } = await bench.run('plan', 'errors', 'last');
    expect([code, out]).toEqual([0, expect.stringContaining('checkpoint')]);
    const asked = await bench.json('plan', 'checkpoint', 'create', 'last');
    expect(asked.error?.code).toBe('capture_failed');
  });

  it('Given nothing failed, then that is said', async () => {
    await using bench = new CliBench();
    bench.write('n.plan.yaml', 'name: n\nsteps: [ { run: "true", effect: read } ]\n');
    await bench.run('plan', 'run', 'n.plan.yaml', '--quiet');
    expect(await bench.run('plan', 'errors', 'last')).toEqual({
      code: 0,
      out: '',
      err: 'nothing has failed\n',
    });
    expect((await bench.json('plan', 'errors', 'last')).data.errors).toEqual([]);
  });
});
