import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { CliBench, fixedIds, tickingClock, waitFor } from '../../support/cli-bench.ts';

const RICH = `
name: rich
goal: Everything that a plan can show
steps:
  - { id: log, run: 'echo hello', effect: read }
  - id: style
    decide: { question: Which style?, options: [ { id: short }, { id: long } ], by: rule, choose: "'short'" }
  - { id: note, uses: plan.set, with: { key: tone, value: calm } }
  - { id: write, uses: fs.write, with: { path: NOTES.md, content: hi } }
  - { id: off, run: 'true', effect: read, if: "\${{ false }}" }
  - id: checks
    subplans:
      mode: sequential
      plans:
        - { name: lint, steps: [ { id: look, run: 'true', effect: read } ] }
        - { name: tests, steps: [ { id: broken, run: 'exit 3', effect: read } ] }
`;

async function richBench(): Promise<CliBench> {
  const bench = new CliBench();
  bench.clock = tickingClock('2026-11-21T02:03:39.000Z');
  bench.ids = fixedIds();
  bench.write('rich.plan.yaml', RICH);
  await bench.run('plan', 'run', 'rich.plan.yaml', '--quiet');
  return bench;
}

/** The folder's name is new in every run. */
const inFolder = (bench: CliBench, text: string): string => text.replaceAll(bench.folder, '/project');

describe('naming a plan', () => {
  it('Given a folder without plans, then last says how to make the first one', async () => {
    await using bench = new CliBench();
    const { code, err } = await bench.run('plan', 'status', 'last');
    expect(code).toBe(4);
    expect(err).toContain('error: there is no plan in this folder yet\n');
    expect(err).toContain('next: agents plan run FILE\n');
  });

  it.each([
    ['rich', 'did you mean 00000001 (rich)?'],
    ['rcih', 'did you mean 00000001 (rich)?'],
    ['utterly', 'a plan is named by its id'],
  ])('Given %s, then the plan of that name is offered', async (typed, hint) => {
    await using bench = await richBench();
    expect(await bench.json('plan', 'status', typed)).toMatchObject({
      exit_code: 4,
      error: { code: 'plan_not_found', hint: expect.stringContaining(hint) },
    });
  });

  it('Given a plan that rests and a newer one that has ended, then executing last offers the one that rests', async () => {
    await using bench = new CliBench();
    bench.write('ask.plan.yaml', 'name: ask\nsteps: [ { ask: { question: "Well?" } } ]\n');
    bench.write('x.plan.yaml', 'name: x\nsteps: [ { run: "true", effect: read } ]\n');
    const { data } = await bench.json('plan', 'run', 'ask.plan.yaml');
    await bench.run('plan', 'run', 'x.plan.yaml');
    const { err } = await bench.run('plan', 'execute', 'last');
    expect(err).toContain(
      `next: agents plan execute ${String(data.plan_id).slice(-8)}   or: agents plan status`,
    );
  });
});

describe('agents plan list', () => {
  it('Given a plan whose process was killed, then it says that nobody runs it', async () => {
    await using bench = await richBench();
    const database = new Database(join(bench.home, 'agents', 'agents.db'));
    database.exec("update plans set state = 'processing', lease = null");
    database.close();
    expect((await bench.run('plan', 'list')).out).toContain('rich  ‖ nobody runs it  4/6');
  });

  it('Given plans, then a table, newest first', async () => {
    await using bench = await richBench();
    bench.write('new.plan.yaml', 'name: new\nsteps: [ { run: "true" } ]\n');
    await bench.run('plan', 'create', 'new.plan.yaml');
    const { out } = await bench.run('plan', 'list');
    expect(out).toMatchInlineSnapshot(`
      "ID        NAME  STATE                STEPS  CHECKPOINTS  AGE
      0000000T  new   · strategize/queued  0/1    0            0s
      00000001  rich  ✗ execute/errored    4/6    5            0s
      "
    `);
    const everywhere = await bench.run('plan', 'list', '--all-workspaces');
    expect(inFolder(bench, everywhere.out)).toContain('WORKSPACE');
    expect(inFolder(bench, everywhere.out)).toMatch(/rich .* \/project\n/);
  });

  it('Given another folder, then only its plans; -C and --all-workspaces reach the others', async () => {
    await using bench = await richBench();
    const elsewhere = bench.start(['plan', 'list'], { cwd: bench.root });
    expect(await elsewhere.code).toBe(0);
    expect(elsewhere.out.text).toBe('');
    expect(elsewhere.err.text).toContain('no plans in this folder');
    const named = bench.start(['plan', 'list', '-C', bench.folder, '--json'], { cwd: bench.root });
    await named.code;
    expect(JSON.parse(named.out.text).data.plans).toHaveLength(1);
    const both = await bench.json('plan', 'list', '-C', bench.folder, '--all-workspaces');
    expect(both).toMatchObject({ exit_code: 2, error: { code: 'invalid_option' } });
  });

  it('Given filters and pages, then they hold', async () => {
    await using bench = await richBench();
    bench.write('new.plan.yaml', 'name: new\nsteps: [ { run: "true" } ]\n');
    await bench.run('plan', 'create', 'new.plan.yaml');
    const names = async (...args: readonly string[]): Promise<readonly string[]> =>
      (await bench.json('plan', 'list', ...args)).data.plans.map(({ name }: { name: string }) => name);
    expect(await names('--phase', 'strategize')).toEqual(['new']);
    expect(await names('--state', 'errored')).toEqual(['rich']);
    expect((await bench.run('plan', 'list', '--state', 'applied')).err).toBe('no plan fits\n');
    const first = await bench.json('plan', 'list', '--limit', '1');
    expect(first.data.plans[0].name).toBe('new');
    expect(await names('--cursor', first.data.next_cursor)).toEqual(['rich']);
    expect((await bench.run('plan', 'list', '--limit', '1')).err).toContain(
      'more: agents plan list --cursor ',
    );
  });

  it('Given nothing anywhere, then it says how to start', async () => {
    await using bench = new CliBench();
    expect((await bench.run('plan', 'list', '--all-workspaces')).err).toBe(
      'no plans yet: agents plan run FILE\n',
    );
    expect((await bench.run('plan', 'list', '--all-workspaces', '--quiet')).err).toBe('');
  });
});

describe('agents plan status', () => {
  it('Given a plan, then its tree with checkpoints', async () => {
    await using bench = await richBench();
    const { out } = await bench.run('plan', 'status', 'last');
    expect(inFolder(bench, out)).toMatchInlineSnapshot(`
      "✗ rich 00000001  execute/errored
        Everything that a plan can show
        01JD7K3V000000000000000001  in /project
        subplan tests failed: the command ended with exit code 3

        ✓ log $ echo hello                       0.0s
        ✓ style Which style?                     0.0s  short
        ✓ note plan.set tone                     0.0s
        ✓ write fs.write NOTES.md         ◇1 ◆2  0.0s
        ⊘ off $ true                                   if: \${{ false }}
        ✗ checks sequential: lint, tests  ▷3 ▷4  0.0s  subplan tests failed: the command ended with exit code 3
          ✓ lint                                       execute/complete
            ✓ look $ true                        0.0s
          ✗ tests                                      execute/errored
            ✗ broken $ exit 3                    0.0s  the command ended with exit code 3

      Checkpoints the last 5 of 6
         2  02:03:39  ◆ after write     rich   write fs.write                                            1 file
         3  02:03:39  ▷ before subplan  rich   checks lint                                               0 files
         4  02:03:39  ▷ before subplan  rich   checks tests                                              0 files
         5  02:03:39  ✗ on error        tests  the command ended with exit code 3
         6  02:03:39  ✗ on error        rich   subplan tests failed: the command ended with exit code 3  0 files
      "
    `);
  });

  it('Given --json, then the row of the list and what is in it', async () => {
    await using bench = await richBench();
    const { data } = await bench.json('plan', 'status', 'last');
    expect(data).toMatchObject({
      name: 'rich',
      state: 'errored',
      lease: null,
      checkpoints: expect.any(Number),
    });
    expect(data.steps.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`)).toEqual([
      'log complete',
      'style complete',
      'note complete',
      'write complete',
      'off skipped',
      'checks failed',
    ]);
    expect(data.subplans).toMatchObject([
      { name: 'lint', status: 'complete' },
      { name: 'tests', status: 'errored' },
    ]);
    expect(data.decisions.map(({ type }: { type: string }) => type)).toContain('choice');
    expect(data.last_checkpoints.at(-1)).toMatchObject({ trigger: 'on_error' });
  });

  it('Given a subplan, then it is found by its id like any plan', async () => {
    await using bench = await richBench();
    const { data } = await bench.json('plan', 'status', 'last');
    const child = await bench.run('plan', 'status', data.subplans[1].plan_id);
    expect(child.out).toMatch(/^✗ tests \w{8} {2}execute\/errored/);
    const events = await bench.json('plan', 'events', data.subplans[1].plan_id);
    expect(new Set(events.data.events.map(({ plan_id }: { plan_id: string }) => plan_id))).toEqual(
      new Set([data.subplans[1].plan_id]),
    );
  });

  it.each([
    ['plan', 'status', 'nope'],
    ['plan', 'status', 'last'],
    ['plan', 'events', 'last'],
    ['plan', 'watch', 'last'],
    ['plan', 'execute', 'last'],
    ['plan', 'pause', 'last'],
    ['plan', 'checkpoint', 'create', 'last'],
    ['plan', 'checkpoint', 'list', 'last'],
    ['plan', 'checkpoint', 'show', 'last', '1'],
    ['plan', 'checkpoint', 'pin', 'last', '1'],
  ])('Given no such plan, then %s %s %s is exit 4 and one clear line', async (...args) => {
    await using bench = new CliBench();
    const { code, out, err } = await bench.run(...args);
    expect([code, out]).toEqual([4, '']);
    expect(err).toMatch(/^error: there is no plan /);
    expect(await bench.json(...args)).toMatchObject({
      exit_code: 4,
      data: null,
      error: { code: 'plan_not_found' },
    });
  });

  it('Given a settings file that is broken, then one can still look', async () => {
    await using bench = await richBench();
    bench.write('.agentsrc', 'ui: { glyphs: hieroglyphs }\n');
    const run = bench.start(['plan', 'status', '-C', bench.folder, 'last'], { cwd: bench.root });
    expect(await run.code).toBe(0);
    expect(run.out.text).toContain('✗ rich');
  });
});

describe('agents plan events', () => {
  it('Given a plan that has ended, then its whole history, line by line', async () => {
    await using bench = await richBench();
    const { code, out } = await bench.run('plan', 'events', 'last', '--follow');
    expect(code).toBe(0);
    expect(inFolder(bench, out).replaceAll(/process \d+/g, 'process 1')).toMatchInlineSnapshot(`
      "02:03:39 · plan rich created with 6 steps in /project
      02:03:39 · getting ready (strategize/processing)
      02:03:39 · prompt_definition  What is to be done? Everything that a plan can show (document)
      02:03:39 · strategy_choice  How? 6 steps of rich.plan.yaml (document)
      02:03:39 ◐ executing
      02:03:39 ◐ log $ echo hello
      02:03:39 · log  read shell.run echo hello
      02:03:39 · process 1
      02:03:39 · log  shell.run done
      02:03:39 ✓ log $ echo hello  0.0s
      02:03:39 ◐ style Which style?
      02:03:39 ✓ style  Which style? short (rule)
      02:03:39 ✓ style Which style?  0.0s
      02:03:39 ◐ note plan.set tone
      02:03:39 · note  read plan.set tone
      02:03:39 · context tone set
      02:03:39 · note  plan.set done
      02:03:39 ✓ note plan.set tone  0.0s
      02:03:39 ◐ write fs.write NOTES.md
      02:03:39 ◇ ckpt 1   before write   write fs.write
      02:03:39 · write  write fs.write NOTES.md
      02:03:39 · write  fs.write done
      02:03:39 ◆ ckpt 2   after write    write fs.write
      02:03:39 ✓ write fs.write NOTES.md  0.0s
      02:03:39 ⊘ off $ true  skipped: if: \${{ false }}
      02:03:39 ◐ checks sequential: lint, tests
      02:03:39 · subplan_spawn  Which subplan does step checks spawn? lint (document)
      02:03:39 · subplan lint
      02:03:39 · lint › plan lint created with 1 step
      02:03:39 · subplan_spawn  Which subplan does step checks spawn? tests (document)
      02:03:39 · subplan tests
      02:03:39 · tests › plan tests created with 1 step
      02:03:39 ▷ ckpt 3   before subplan checks lint
      02:03:39 ◐ subplan lint
      02:03:39 · lint › getting ready (strategize/processing)
      02:03:39 · lint › prompt_definition  What is to be done? lint (document)
      02:03:39 · lint › strategy_choice  How? 1 steps of rich.plan.yaml (document)
      02:03:39 ◐ lint › executing
      02:03:39 ◐ lint › look $ true
      02:03:39 · lint › look  read shell.run true
      02:03:39 · lint › process 1
      02:03:39 · lint › look  shell.run done
      02:03:39 ✓ lint › look $ true  0.0s
      02:03:39 ✓ lint › complete
      02:03:39 ✓ subplan lint
      02:03:39 ▷ ckpt 4   before subplan checks tests
      02:03:39 ◐ subplan tests
      02:03:39 · tests › getting ready (strategize/processing)
      02:03:39 · tests › prompt_definition  What is to be done? tests (document)
      02:03:39 · tests › strategy_choice  How? 1 steps of rich.plan.yaml (document)
      02:03:39 ◐ tests › executing
      02:03:39 ◐ tests › broken $ exit 3
      02:03:39 · tests › broken  read shell.run exit 3
      02:03:39 · tests › process 1
      02:03:39 · tests › broken  shell.run failed: the command ended with exit code 3
      02:03:39 ✗ tests › broken $ exit 3  0.0s  the command ended with exit code 3
      02:03:39 ✗ tests › failed: the command ended with exit code 3
      02:03:39 ✗ ckpt 5   on error       the command ended with exit code 3  in tests
      02:03:39 ✗ subplan tests  the command ended with exit code 3
      02:03:39 ✗ checks sequential: lint, tests  0.0s  subplan tests failed: the command ended with exit code 3
      02:03:39 ✗ failed: subplan tests failed: the command ended with exit code 3
      02:03:39 ✗ ckpt 6   on error       subplan tests failed: the command ended with exit code 3
      "
    `);
  });

  it('Given --json, then all events in one answer; --json=stream, then one per line', async () => {
    await using bench = await richBench();
    const { data } = await bench.json('plan', 'events', 'last');
    expect(data.events.length).toBe(data.seq);
    const { out } = await bench.run('plan', 'events', 'last', '--json=stream');
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.slice(0, -1)).toEqual(data.events);
    expect(lines.at(-1).data).toEqual({ plan_id: data.plan_id, seq: data.seq });
  });
});

describe('following a plan that somebody else runs', () => {
  const GATED = `name: gated\nsteps:\n  - { id: one, run: 'touch at-one; ${waitFor('go')}', effect: read }\n`;

  it('Given a running plan, then watch tells what happens until it ends', async () => {
    await using bench = new CliBench();
    bench.write('gated.plan.yaml', GATED);
    const run = bench.start(['plan', 'run', 'gated.plan.yaml']);
    await bench.untilFile('at-one');
    const watch = bench.start(['plan', 'watch', 'last']);
    const stream = bench.start(['plan', 'watch', 'last', '--json=stream']);
    const events = bench.start(['plan', 'events', 'last', '--follow']);
    await Promise.all([watch.says(/◐ one/), stream.says(/step\.started/), events.says(/◐ one/)]);
    const status = await bench.run('plan', 'status', 'last');
    expect(status.out).toContain(`run by pid ${process.pid} for `);
    expect(await bench.json('plan', 'status', 'last')).toMatchObject({
      data: { lease: { holder: { pid: process.pid }, role: 'runner', liveness: 'alive' } },
    });
    bench.write('go', '');
    expect(await Promise.all([run, watch, stream, events].map(({ code }) => code))).toEqual([0, 0, 0, 0]);
    expect(watch.out.text).toMatch(/✓ complete\n✓ execute\/complete\n$/);
    expect(watch.err.text).toBe('');
    expect(JSON.parse(stream.out.text.trimEnd().split('\n').at(-1) as string)).toMatchObject({
      data: { state: 'complete', steps: { complete: 1 } },
    });
  });

  it('Given Ctrl-C in a watch, then only the watching ends', async () => {
    await using bench = new CliBench();
    bench.write('gated.plan.yaml', GATED);
    const run = bench.start(['plan', 'run', 'gated.plan.yaml', '--json']);
    await bench.untilFile('at-one');
    const watch = bench.start(['plan', 'watch', 'last']);
    await watch.says(/◐ one/);
    watch.send('SIGINT');
    expect(await watch.code).toBe(130);
    expect(watch.err.text).toContain('no longer watching');
    bench.write('go', '');
    expect(await run.code).toBe(0);
  });

  it('Given a plan that nobody runs, then watch says so; a reader that goes away ends it', async () => {
    await using bench = new CliBench();
    bench.write('gated.plan.yaml', GATED);
    await bench.run('plan', 'create', 'gated.plan.yaml');
    const watch = bench.start(['plan', 'watch', 'last']);
    await watch.says(/nobody runs it now: agents plan execute \w{8}/);
    watch.out.closed = true;
    expect(await watch.code).toBe(0);
    expect((await bench.run('plan', 'status', 'last')).out).toContain('nobody runs it');
  });

  it('Given a plan that failed, then watch exits 1', async () => {
    await using bench = await richBench();
    expect((await bench.run('plan', 'watch', 'last')).code).toBe(1);
  });
});
