import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { richBench } from '../../support/rich-plan.ts';
import { ScreenTerminal } from '../../support/screen-terminal.ts';

describe('agents plan tree', () => {
  it('Given a plan, then its tree as the screen has it: what went well is folded, --all opens it', async () => {
    await using bench = await richBench();
    expect((await bench.run('plan', 'tree', 'last')).out).toMatchInlineSnapshot(`
      "✓ Strategize                                                                                                       0.0s
      ▾ ✗ Execute                                                                                                        0.0s
        ✓ log $ echo hello                                                                                               0.0s
        ✓ style Which style?                                                                                      short  0.0s
        ⊘ fetch http.request https://example.org/                                                            if: \${{ false }}
        ⊘ send http.request https://example.org/                                                             if: \${{ false }}
        ✓ write fs.write NOTES.md                                                                          write  ◇1 ◆2  0.0s
        ✓ ask How many?                                                                                               2  0.0s
        ▾ ✗ checks ordered: lint, tests                 subplan tests failed: the command ended with exit code 3  ▷3 ▷4  0.0s
          ▸ ✓ lint                                                                                               1 step  0.0s
          ▾ ✗ tests                                                                  the command ended with exit code 3  0.0s
            ✗ broken $ echo oh >&2; exit 3                                    the command ended with exit code 3  ◇5 ◆6  0.0s
      "
    `);
    const all = await bench.run('plan', 'tree', 'last', '--all');
    expect(all.out.split('\n').filter((line) => line.includes('look'))).toMatchInlineSnapshot(`
      [
        "      ✓ look $ true                                                                                                0.0s",
      ]
    `);
  });

  it('Given a terminal, then no line is longer than it is wide', async () => {
    await using bench = await richBench();
    using screen = new ScreenTerminal(60, 20);
    const terminal = { stdin: screen.stdin, stdout: screen.stdout };
    const run = bench.start(['plan', 'tree', 'last'], { terminal });
    expect(await run.code).toBe(0);
    expect(Math.max(...run.out.text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('Given a subplan, then only its own', async () => {
    await using bench = await richBench();
    const { data } = await bench.json('plan', 'status', 'last');
    const { out } = await bench.run('plan', 'tree', data.subplans[1].plan_id);
    expect(out).toContain('broken');
    expect(out).not.toContain('NOTES.md');
  });

  it('Given --json, then phases, steps and subplans, nested', async () => {
    await using bench = await richBench();
    const { data } = await bench.json('plan', 'tree', 'last');
    expect(data).toMatchObject({ name: 'rich' });
    // oxlint-disable-next-line typescript/no-explicit-any -- shapes of JSON answers
    expect(data.nodes.map(({ kind, phase, state }: any) => [kind, phase, state])).toEqual([
      ['phase', 'strategize', 'complete'],
      ['phase', 'execute', 'errored'],
    ]);
    const steps = data.nodes[1].children;
    expect(steps[1]).toMatchObject({ kind: 'step', step: { id: 'style' }, decision: { chosen: 'short' } });
    expect(steps[6].children[0]).toMatchObject({
      kind: 'subplan',
      subplan: { name: 'lint', status: 'complete' },
      children: [{ kind: 'step', step: { id: 'look' }, decision: null, children: [] }],
    });
  });

  it('Given no such plan, then exit 4', async () => {
    await using bench = new CliBench();
    expect(await bench.json('plan', 'tree', 'last')).toMatchObject({ exit_code: 4, data: null });
  });
});
