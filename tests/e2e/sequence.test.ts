import { describe, expect, it } from 'vitest';
import { Sandbox } from '../support/agents-process.ts';

const SEQUENCE = `
name: sequence
steps:
  - { id: w1, uses: fs.write, with: { path: a.txt, content: a } }
  - { id: r, uses: fs.read, with: { path: a.txt } }
  - id: s
    subplans: { plans: [{ name: child, steps: [{ id: w2, uses: fs.write, with: { path: b.txt, content: b } }] }] }
  - { id: w3, run: echo half > c.txt; exit 1 }
`;

describe('the built command', () => {
  it('Given the sequence of the design, then a second process reads 8 rows in order with their owners', async () => {
    using sandbox = new Sandbox();
    sandbox.write('sequence.plan.yaml', SEQUENCE);
    const run = await sandbox.json('plan', 'run', 'sequence.plan.yaml');
    expect(run).toMatchObject({
      status: 'error',
      exit_code: 1,
      data: { phase: 'execute', state: 'errored' },
    });

    const list = await sandbox.json('plan', 'checkpoint', 'list', 'last', '--tree');
    const rows = list.data.checkpoints as {
      trigger: string;
      plan_id: string;
      outcome: string;
      number: number;
    }[];
    const root = run.data.plan_id as string;
    expect(
      rows.map(({ number, trigger, outcome, plan_id }) => [number, trigger, outcome, plan_id === root]),
    ).toEqual([
      [1, 'on_tool_write', null, true],
      [2, 'on_tool_write_complete', 'ok', true],
      [3, 'on_subplan_spawn', null, true],
      [4, 'on_tool_write', null, false],
      [5, 'on_tool_write_complete', 'ok', false],
      [6, 'on_tool_write', null, true],
      [7, 'on_tool_write_complete', 'error', true],
      [8, 'on_error', null, true],
    ]);

    const seen = sandbox.sql(
      'select c.trigger, s.state_snapshot from checkpoint_snapshots s join checkpoints c using (id) order by c.seq',
    );
    const states = seen.map(
      ({ state_snapshot }) => JSON.parse(String(state_snapshot)) as Record<string, unknown>,
    );
    expect(seen.map(({ trigger }) => trigger)).toEqual(rows.map(({ trigger }) => trigger));
    expect(states.at(-1)).toMatchObject({
      phase: 'execute',
      state: 'errored',
      error: { code: 'command_failed' },
    });

    for (const [index, state] of states.entries()) {
      const shown = await sandbox.json('plan', 'checkpoint', 'show', 'last', String(index + 1));
      expect(shown.data.state_snapshot).toEqual(state);
    }
  });
});
