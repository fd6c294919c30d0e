import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';

const IDLE = `name: idle
inputs:
  old: { default: x }
steps:
  - { id: way, decide: { question: q, options: [left, right] } }
  - { id: log, run: 'true', if: "\${{ false }}" }
`;

describe('agents plan validate', () => {
  it('Given a document with what is surely not meant, then it is valid, with warnings in their places', async () => {
    await using bench = new CliBench();
    bench.write('idle.plan.yaml', IDLE);
    const text = await bench.run('plan', 'validate', 'idle.plan.yaml');
    expect(text).toMatchInlineSnapshot(`
      {
        "code": 0,
        "err": "warning: idle.plan.yaml:3:3 the input old is never used (use it as inputs.old, or leave it out)
      warning: idle.plan.yaml:5:5 the decision way is never used (in a later step, such as if: decisions.way.chosen == 'left')
      warning: idle.plan.yaml:6:33 this if is never true: log never runs (leave the step or the if out)
      ",
        "out": "idle.plan.yaml is valid: plan idle, 2 steps
      ",
      }
    `);
    const answer = await bench.json('plan', 'validate', 'idle.plan.yaml');
    expect(answer.data.warnings).toHaveLength(3);
    expect(answer.data.warnings[2]).toEqual({
      file: 'idle.plan.yaml',
      line: 6,
      column: 33,
      message: 'this if is never true: log never runs',
      hint: 'leave the step or the if out',
    });
    expect(answer).toMatchObject({ exit_code: 0, data: { valid: true } });
    expect(answer.messages.map((message) => message.slice(0, 28))).toEqual([
      'warning: idle.plan.yaml:3:3 ',
      'warning: idle.plan.yaml:5:5 ',
      'warning: idle.plan.yaml:6:33',
    ]);
  });

  it('Given faults beside them, then the warnings are told with the faults', async () => {
    await using bench = new CliBench();
    bench.write('idle.plan.yaml', `${IDLE}  - { id: bad, run: 'true', needs: [nothing] }\n`);
    const { code, err } = await bench.run('plan', 'validate', 'idle.plan.yaml');
    expect(code).toBe(3);
    expect(err).toMatch(
      /^warning: idle.plan.yaml:3:3 the input old[^]+\nerror: idle.plan.yaml has a fault\n/,
    );
  });

  it.each([['run'], ['create']])('Given warnings, then plan %s tells them too', async (what) => {
    await using bench = new CliBench();
    bench.write('idle.plan.yaml', IDLE.replace('left, right]', 'left, right], by: human, default: left'));
    const { exit_code, messages } = await bench.json('plan', what, 'idle.plan.yaml');
    expect(exit_code).toBe(0);
    expect(messages.slice(0, 3).map((message) => message.slice(0, 28))).toEqual([
      'warning: idle.plan.yaml:3:3 ',
      'warning: idle.plan.yaml:5:5 ',
      'warning: idle.plan.yaml:6:33',
    ]);
  });

  it('Given --quiet, then only that it is valid', async () => {
    await using bench = new CliBench();
    bench.write('idle.plan.yaml', IDLE);
    const { out, err } = await bench.run('plan', 'validate', 'idle.plan.yaml', '--quiet');
    expect(out).toBe('idle.plan.yaml is valid: plan idle, 2 steps\n');
    expect(err).toBe('');
  });

  it('Given an included document, then its warnings are told with its own file', async () => {
    await using bench = new CliBench();
    bench.write('idle.plan.yaml', IDLE);
    bench.write(
      'all.plan.yaml',
      'name: all\nsteps: [ { subplans: { plans: [ { name: p, uses: ./idle.plan.yaml } ] } } ]\n',
    );
    const { data } = await bench.json('plan', 'validate', 'all.plan.yaml');
    expect(data.warnings.map(({ file }: { file: string }) => file)).toEqual(Array(3).fill('idle.plan.yaml'));
  });
});
