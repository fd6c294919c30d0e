import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { richBench } from '../../support/rich-plan.ts';

describe('agents plan show', () => {
  it('Given a choice, then question, options with the chosen one, who and why', async () => {
    await using bench = await richBench();
    expect((await bench.run('plan', 'show', 'last', 'style')).out).toMatchInlineSnapshot(`
      "Which style?
        ✓ short  one line
          long
        decision    choice of style
        by          rule
        because     nobody reads more
        made        02:03:39  01JD7K3V000000000000000005
      "
    `);
    const { data } = await bench.json('plan', 'show', 'last', 'style');
    expect(data.decision).toMatchObject({
      step_id: 'style',
      chosen: 'short',
      by: 'rule',
      superseded_by: null,
    });
  });

  it('Given an answer, then it stands where options would', async () => {
    await using bench = await richBench();
    expect((await bench.run('plan', 'show', 'last', 'ask')).out).toMatchInlineSnapshot(`
      "How many?
        decision    answer of ask
        chosen      2
        by          default
        default     2
        made        02:03:39  01JD7K3V000000000000000009
      "
    `);
  });

  it("Given a decision's id, or the end of one, then that one, also of a subplan and of no step", async () => {
    await using bench = await richBench();
    const { data } = await bench.json('plan', 'status', 'last');
    const { id } = data.decisions[0];
    const shown = await bench.json('plan', 'show', 'last', id.slice(-8));
    expect(shown.data.decision).toMatchObject({ id, type: 'prompt_definition' });
    const child = await bench.json('plan', 'status', data.subplans[0].plan_id);
    const below = await bench.run('plan', 'show', 'last', child.data.decisions[0].id);
    expect(below.out).toContain('prompt definition of lint');
  });

  it('Given a question that waits, then for whom', async () => {
    await using bench = new CliBench();
    bench.write(
      'q.plan.yaml',
      'name: q\nsteps: [ { id: go, decide: { question: Go?, options: [yes, no], by: human } } ]\n',
    );
    await bench.run('plan', 'run', 'q.plan.yaml', '--no-input');
    const { out } = await bench.run('plan', 'show', 'last', 'go');
    expect(out).toMatch(/^\? Go\?\n {4}yes\n {4}no\n/);
    expect(out).toContain('waits for you');
  });

  it('Given the same step in two subplans, then both are named', async () => {
    await using bench = new CliBench();
    const plan = (name: string): string =>
      `{ name: ${name}, steps: [ { id: go, decide: { question: Go?, options: [yes], by: rule, choose: "'yes'" } } ] }`;
    bench.write(
      'two.plan.yaml',
      `name: two\nsteps: [ { id: s, subplans: { plans: [ ${plan('a')}, ${plan('b')} ] } } ]\n`,
    );
    await bench.run('plan', 'run', 'two.plan.yaml', '--quiet');
    const { code, err } = await bench.run('plan', 'show', 'last', 'go');
    expect(code).toBe(4);
    expect(err).toMatch(/go names 2 decisions\n {2}\w{8} Go\?; \w{8} Go\?\n {2}next: agents plan show /);
    const next = /next: agents (.*?) {3}or/.exec(err)?.[1] as string;
    expect((await bench.run(...next.split(' '))).code).toBe(0);
  });

  it('Given a decision that is not there, then what there is, and the nearest', async () => {
    await using bench = await richBench();
    expect((await bench.run('plan', 'show', 'last', 'stile')).err).toMatchInlineSnapshot(`
      "error: no decision is called "stile"
        did you mean style? decided or asked: style, ask
        next: agents plan status 00000001
      "
    `);
    expect((await bench.run('plan', 'show', 'last', 'xylophone')).err).toContain(
      'decided or asked: style, ask',
    );
    bench.write('n.plan.yaml', 'name: n\nsteps: [ { run: "true" } ]\n');
    await bench.run('plan', 'create', 'n.plan.yaml');
    const none = await bench.json('plan', 'show', 'last', 'x');
    expect(none).toMatchObject({
      exit_code: 4,
      error: { hint: expect.stringContaining('no step has decided') },
    });
  });
});
