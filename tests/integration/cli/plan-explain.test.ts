import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { RICH } from '../../support/rich-plan.ts';

describe('agents plan explain', () => {
  it('Given a document, then its graph, what writes, and what nothing can take back; nothing is created', async () => {
    await using bench = new CliBench();
    bench.write('rich.plan.yaml', RICH);
    const { code, out } = await bench.run('plan', 'explain', 'rich.plan.yaml');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "rich
        Everything that a plan can show
        rich.plan.yaml

        log         $ echo hello                       read
        style       Which style?                       short | long, by rule           after log
        fetch       http.request https://example.org/  read                            after log    if \${{ false }}
        send        http.request https://example.org/  write, beyond the folder        after fetch  if \${{ false }}
        write       fs.write NOTES.md                  write                           after style
        ask         How many?                          an answer, by human, default 2  after write
        checks      ordered: lint, tests                                               after ask
          lint
            look    $ true                             read
          tests                                                                        after lint
            broken  $ echo oh >&2; exit 3              write, beyond the folder

      9 steps, 3 writes, 2 decisions, 2 subplans
      What can't be undone by a rollback, for it may reach beyond the folder:
        send  http.request https://example.org/
        tests › broken  $ echo oh >&2; exit 3
      "
    `);
    expect((await bench.json('plan', 'list')).data.plans).toEqual([]);
  });

  it('Given nothing that reaches beyond the folder, then nothing is said of it; a name that is the id once', async () => {
    await using bench = new CliBench();
    const steps = '[{ id: note, name: note, uses: fs.write, with: { path: a, content: b } }]';
    bench.write('tame.plan.yaml', `name: tame\nsteps: ${steps}\n`);
    const { out } = await bench.run('plan', 'explain', 'tame.plan.yaml');
    expect(out).toMatch(/\n {2}note +write\n\n1 step, 1 write/);
    expect(out).not.toContain('undone');
  });

  it('Given steps with compensate, then they are told apart from what nothing takes back', async () => {
    await using bench = new CliBench();
    bench.write(
      'back.plan.yaml',
      `name: back
steps:
  - { id: a, run: make, compensate: { run: "rm it" } }
  - { id: b, run: make, compensate: { uses: fs.write, with: { path: x, content: "" } } }
  - { id: c, run: make, compensate: { uses: plan.set, with: { key: k, value: 1 } } }
  - { id: d, run: make }
`,
    );
    const { out } = await bench.run('plan', 'explain', 'back.plan.yaml');
    expect(out).toContain(`What can't be undone by a rollback, for it may reach beyond the folder:
  d  $ make
What a rollback offers to take back:
  a  by shell.run rm it
  b  by fs.write x
  c  by plan.set k
`);
    const { data } = await bench.json('plan', 'explain', 'back.plan.yaml');
    expect(data.not_undone).toEqual([{ path: [], step_id: 'd', what: '$ make' }]);
    expect(data.steps[0].compensate).toBe('shell.run rm it');
  });

  it('Given a step beyond the folder that is called as its id, then it is named once', async () => {
    await using bench = new CliBench();
    bench.write('wild.plan.yaml', "name: wild\nsteps: [{ id: build, name: build, run: 'make' }]\n");
    expect((await bench.run('plan', 'explain', 'wild.plan.yaml')).out).toMatch(
      /beyond the folder:\n {2}build\n$/,
    );
  });

  it('Given --json, then all of it, and where each effect comes from', async () => {
    await using bench = new CliBench();
    bench.write('rich.plan.yaml', RICH);
    const { data } = await bench.json('plan', 'explain', 'rich.plan.yaml');
    expect(data.steps[0]).toEqual({
      id: 'log',
      kind: 'run',
      name: '$ echo hello',
      needs: [],
      if: null,
      tool: 'shell.run',
      effect: 'read',
      effect_from: 'document',
      beyond_folder: false,
      decision: null,
      subplans: null,
    });
    // oxlint-disable-next-line typescript/no-explicit-any -- shapes of JSON answers
    const origins = data.steps.map(({ id, effect, effect_from }: any) => `${id} ${effect} ${effect_from}`);
    expect(origins).toEqual([
      'log read document',
      'style null null',
      'fetch read call',
      'send write tool',
      'write write tool',
      'ask null null',
      'checks null null',
    ]);
    expect(data.steps[5].decision).toEqual({ question: 'How many?', options: [], by: 'human', default: '2' });
    expect(data.steps[6].subplans).toMatchObject({
      mode: 'dependency_ordered',
      plans: [
        { name: 'lint', needs: [], steps: [{ id: 'look' }] },
        { name: 'tests', needs: ['lint'] },
      ],
    });
    expect(data.not_undone).toEqual([
      { path: [], step_id: 'send', what: 'http.request https://example.org/' },
      { path: ['tests'], step_id: 'broken', what: '$ echo oh >&2; exit 3' },
    ]);
  });

  it('Given a tool that the settings call a reader, then it is said; a step that says write stays one', async () => {
    await using bench = new CliBench();
    bench.write('.agentsrc', 'tools: { overrides: { fs.write: read } }\n');
    bench.write(
      'p.plan.yaml',
      `name: p
inputs: { url: { type: string, default: 'https://example.org' } }
steps:
  - { id: quiet, uses: fs.write, with: { path: a, content: b } }
  - { id: loud, uses: fs.write, with: { path: a, content: b }, effect: write }
  - { id: open, uses: http.request, with: { url: "\${{ inputs.url }}" } }
  - { id: free, ask: { question: Who? } }
`,
    );
    expect((await bench.run('plan', 'explain', 'p.plan.yaml')).out).toMatchInlineSnapshot(`
      "p
        p.plan.yaml

        quiet  fs.write a                      read (by the settings)
        loud   fs.write a                      write                     after quiet
        open   http.request \${{ inputs.url }}  write, beyond the folder  after loud
        free   Who?                            an answer, by human       after open

      4 steps, 2 writes, 1 decision, 0 subplans
      What can't be undone by a rollback, for it may reach beyond the folder:
        open  http.request \${{ inputs.url }}
      "
    `);
  });

  it('Given a document with faults, then each with its place: exit 3', async () => {
    await using bench = new CliBench();
    bench.write('bad.plan.yaml', 'name: bad\nsteps: [ { uses: fs.wriet } ]\n');
    const { code, err } = await bench.run('plan', 'explain', 'bad.plan.yaml');
    expect(code).toBe(3);
    expect(err).toContain('bad.plan.yaml:2:');
  });
});
