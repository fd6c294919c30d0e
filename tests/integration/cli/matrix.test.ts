import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';

describe('Given a plan with a matrix, when it runs', () => {
  it('then each combination has its values, and those of the steps before it', async () => {
    await using bench = new CliBench();
    bench.write(
      'm.plan.yaml',
      `name: m
inputs: { folder: { default: out }, token: { secret: true } }
env: { PLACE: "\${{ inputs.folder }}" }
steps:
  - { id: log, run: echo said, effect: read }
  - { id: way, decide: { question: q, options: [up, down], by: rule, choose: "'up'" } }
  - { id: folder, uses: fs.mkdir, with: { path: out } }
  - id: write
    uses: fs.write
    with:
      path: "\${{ env.PLACE }}/\${{ matrix.who.name }}.txt"
      content: "\${{ format('{0}-{1}', steps.log.outputs.stdout, matrix.n) }} \${{ decisions.way.chosen }} \${{ plan.name }}"
    strategy: { matrix: { n: [1, 2.5], who: [ { name: "it's" } ], exclude: [ { n: 2.5 } ], include: [ { n: true, who: { name: b } } ] } }
  - id: say
    run: echo "$ALL $TOKEN"
    effect: read
    env: { ALL: "\${{ toJSON(steps.write.outputs.plans) != '' && matrix.a }}", TOKEN: "\${{ format('{0}{1}', inputs.token, steps.log.outputs.stdout) }}" }
    strategy: { matrix: { a: [x] } }
outputs:
  written: "\${{ steps.write.outputs.plans['write (true, {\\"name\\":\\"b\\"})'].outputs.path }}"
  said: "\${{ steps.say.outputs.plans['say (x)'].outputs.stdout }}"
`,
    );
    bench.env['TOKEN'] = 'secret-12345';
    const answer = await bench.json('plan', 'run', 'm.plan.yaml');
    expect(answer).toMatchObject({
      exit_code: 0,
      data: { outputs: { written: 'out/b.txt', said: 'x ***said' } },
    });
    expect(bench.read("out/it's.txt")).toBe('said-1 up m');
    expect(bench.read('out/b.txt')).toBe('said-true up m');
    expect(JSON.stringify(await bench.json('plan', 'events', 'last'))).not.toContain('secret-12345');
  });

  it.each([
    [true, ['t (1) errored', 't (2) cancelled', 't (3) cancelled']],
    [false, ['t (1) errored', 't (2) complete', 't (3) complete']],
  ])('then fail_fast: %s decides what becomes of the others', async (failFast, ends) => {
    await using bench = new CliBench();
    bench.write(
      'm.plan.yaml',
      `name: m
steps:
  - id: t
    run: test "$N" != 1
    effect: read
    env: { N: "\${{ matrix.n }}" }
    strategy: { matrix: { n: [1, 2, 3] }, max_parallel: 1, fail_fast: ${failFast} }
`,
    );
    expect((await bench.run('plan', 'run', 'm.plan.yaml')).code).toBe(1);
    const { data } = await bench.json('plan', 'status', 'last');
    expect(
      data.subplans.map(({ name, status }: { name: string; status: string }) => `${name} ${status}`),
    ).toEqual(ends);
  });

  it('then included documents are repeated with their inputs', async () => {
    await using bench = new CliBench();
    bench.write(
      'one.plan.yaml',
      'name: one\ninputs: { n: { type: number, required: true } }\nsteps: [ { run: "true", effect: read } ]\noutputs: { n: "${{ inputs.n }}" }\n',
    );
    bench.write(
      'm.plan.yaml',
      `name: m
steps:
  - id: t
    strategy: { matrix: { n: [1, 2] } }
    subplans: { mode: parallel, plans: [ { name: p, uses: ./one.plan.yaml, with: { n: "\${{ matrix.n }}" } } ] }
outputs: { two: "\${{ steps.t.outputs.plans['p (2)'].outputs.n }}" }
`,
    );
    const answer = await bench.json('plan', 'run', 'm.plan.yaml');
    expect(answer).toMatchObject({ exit_code: 0, data: { outputs: { two: 2 } } });
  });
});
