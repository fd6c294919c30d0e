import { describe, expect, it } from 'vitest';
import { CliBench, fixedIds, tickingClock, waitFor } from '../../support/cli-bench.ts';

const WRITING = `
name: writing
steps:
  - { id: write, uses: fs.write, with: { path: a.txt, content: hi } }
  - { id: tone, uses: plan.set, with: { key: tone, value: calm } }
  - id: style
    decide: { question: Which style?, options: [ { id: short } ], by: human, default: short }
  - id: checks
    subplans:
      mode: sequential
      plans: [ { name: child, steps: [ { id: put, uses: fs.write, with: { path: b.txt, content: hi } } ] } ]
`;

async function writtenBench(): Promise<CliBench> {
  const bench = new CliBench();
  bench.clock = tickingClock('2026-11-21T02:03:39.000Z');
  bench.ids = fixedIds();
  bench.write('writing.plan.yaml', WRITING);
  const { code } = await bench.run('plan', 'run', 'writing.plan.yaml', '--quiet');
  expect(code).toBe(0);
  return bench;
}

describe('agents plan checkpoint list', () => {
  it('Given checkpoints, then one a line in their order; --tree adds those of subplans with their names', async () => {
    await using bench = await writtenBench();
    await bench.run('plan', 'checkpoint', 'pin', 'last', '1');
    expect((await bench.run('plan', 'checkpoint', 'list', 'last')).out).toMatchInlineSnapshot(`
      "   1  02:03:39  ◇ before write    write fs.write  pinned
         2  02:03:39  ◆ after write     write fs.write  1 file
         3  02:03:39  ▷ before subplan  checks child    0 files
      "
    `);
    bench.clock = tickingClock('2026-11-22T02:03:39.000Z');
    expect((await bench.run('plan', 'checkpoint', 'list', 'last', '--tree')).out).toMatchInlineSnapshot(`
      "   1  11-21 02:03:39  ◇ before write    writing  write fs.write  pinned
         2  11-21 02:03:39  ◆ after write     writing  write fs.write  1 file
         3  11-21 02:03:39  ▷ before subplan  writing  checks child    0 files
         4  11-21 02:03:39  ◇ before write    child    put fs.write
         5  11-21 02:03:39  ◆ after write     child    put fs.write    1 file
      "
    `);
  });

  it('Given filters and pages, then they hold', async () => {
    await using bench = await writtenBench();
    const numbers = async (...args: readonly string[]): Promise<readonly number[]> =>
      (await bench.json('plan', 'checkpoint', 'list', 'last', ...args)).data.checkpoints.map(
        ({ number }: { number: number }) => number,
      );
    expect(await numbers('--trigger', 'on_subplan_spawn')).toEqual([3]);
    expect(await numbers('--tree', '--trigger', 'on_tool_write', '--trigger', 'on_subplan_spawn')).toEqual([
      1, 3, 4,
    ]);
    const { data } = await bench.json('plan', 'checkpoint', 'list', 'last', '--limit', '2');
    expect(await numbers('--cursor', data.next_cursor)).toEqual([3]);
    expect(await numbers('--newest', '--limit', '2')).toEqual([3, 2]);
    expect((await bench.run('plan', 'checkpoint', 'list', 'last', '--limit', '2')).err).toContain(
      '--cursor ',
    );
    expect((await bench.run('plan', 'checkpoint', 'list', 'last', '--trigger', 'fork')).err).toBe(
      'no checkpoint fits\n',
    );
    const wrong = await bench.json('plan', 'checkpoint', 'list', 'last', '--trigger', 'on_tool_wirte');
    expect(wrong).toMatchObject({
      exit_code: 2,
      error: { hint: expect.stringContaining('did you mean "on_tool_write"?') },
    });
  });

  it('Given none, then it says so', async () => {
    await using bench = new CliBench();
    bench.write('x.plan.yaml', 'name: x\nsteps: [ { run: "true" } ]\n');
    await bench.run('plan', 'create', 'x.plan.yaml');
    expect((await bench.run('plan', 'checkpoint', 'list', 'last')).err).toBe('no checkpoints yet\n');
  });
});

describe('agents plan checkpoint show', () => {
  it('Given a checkpoint, then its whole state, readable', async () => {
    await using bench = await writtenBench();
    await bench.run('plan', 'checkpoint', 'pin', 'last', '3');
    expect((await bench.run('plan', 'checkpoint', 'show', 'last', '3')).out).toMatchInlineSnapshot(`
      "▷ checkpoint 3  before subplan  checks child  execute/processing  01JD7K3V00000000000000000C
        2026-11-21T02:03:39.000Z  event 25  execute/processing  pinned
        files: complete

      Steps (4)
        ✓  write   complete
        ✓  tone    complete
        ✓  style   complete
        ◐  checks  running

      Decisions (4)
        ✓  prompt_definition  What is to be done?                    writing (document)
        ✓  strategy_choice    How?                                   4 steps of writing.plan.yaml (document)
        ✓  style              Which style?                           short (default)
        ✓  subplan_spawn      Which subplan does step checks spawn?  child (document)                         step checks of the document, sequential

      Subplans (1)
        ·  child  queued  attempt 0 of 1

      Context (1)
        tone  calm

      Outputs (3)
        write  {"path":"a.txt","bytes":2,"created":true}
        tone   {"key":"tone","value":"calm"}
        style  {"chosen":"short","by":"default"}
      "
    `);
  });

  it('Given --json, then the checkpoint and the state in the documented shape', async () => {
    await using bench = await writtenBench();
    const { data } = await bench.json('plan', 'checkpoint', 'show', 'last', 'last');
    expect(data.checkpoint).toMatchObject({ number: 3, trigger: 'on_subplan_spawn' });
    expect(Object.keys(data.state_snapshot)).toEqual(
      expect.arrayContaining([
        'phase',
        'state',
        'decisions',
        'steps',
        'tool_calls',
        'subplans',
        'context',
        'outputs',
        'cursor',
        'error',
      ]),
    );
  });

  it('Given no such checkpoint, then exit 4', async () => {
    await using bench = await writtenBench();
    expect(await bench.json('plan', 'checkpoint', 'show', 'last', '99')).toMatchObject({
      exit_code: 4,
      error: { code: 'checkpoint_not_found' },
    });
  });
});

describe('marks of a checkpoint', () => {
  it('Given a checkpoint, then it can be pinned, named, found by its name, and all that undone', async () => {
    await using bench = await writtenBench();
    expect((await bench.run('plan', 'checkpoint', 'pin', 'last', '2')).out).toMatch(/  pinned\n$/);
    expect((await bench.run('plan', 'checkpoint', 'label', 'last', '2', 'good')).out).toContain('"good"');
    expect(await bench.json('plan', 'checkpoint', 'unpin', 'last', 'good')).toMatchObject({
      data: { checkpoint: { number: 2, pinned: false, label: 'good' } },
    });
    expect((await bench.run('plan', 'checkpoint', 'unpin', 'last', '2')).out).not.toContain('pinned');
    expect((await bench.run('plan', 'checkpoint', 'show', 'last', '2')).out).not.toContain('pinned');
    expect(await bench.json('plan', 'checkpoint', 'label', 'last', 'good')).toMatchObject({
      data: { checkpoint: { label: null } },
    });
    expect(await bench.json('plan', 'checkpoint', 'label', 'last', '2', '12')).toMatchObject({
      exit_code: 2,
      error: { code: 'invalid_label' },
    });
  });
});

describe('agents plan checkpoint create', () => {
  it('Given a plan that nobody runs, then it is taken here', async () => {
    await using bench = await writtenBench();
    const { code, out } = await bench.run('plan', 'checkpoint', 'create', 'last', '--label', 'before lunch');
    expect(code).toBe(0);
    expect(out).toMatch(/^● checkpoint 6  by hand  "before lunch"  execute\/complete  \w{26}\n$/);
  });

  it('Given a write that goes on, then it waits and says so; Ctrl-C takes the wish back, exit 5, no row', async () => {
    await using bench = new CliBench();
    bench.write(
      'slow.plan.yaml',
      `name: slow\nsteps: [ { id: write, run: 'touch at; ${waitFor('go')}' } ]\n`,
    );
    const run = bench.start(['plan', 'run', 'slow.plan.yaml', '--json']);
    await bench.untilFile('at');
    const ask = bench.start(['plan', 'checkpoint', 'create', 'last', '--json']);
    await ask.says(/queued: /);
    ask.send('SIGINT');
    expect(await ask.code).toBe(5);
    expect(JSON.parse(ask.out.text)).toMatchObject({
      error: { code: 'ask_withdrawn' },
      messages: [expect.stringContaining('queued')],
    });
    expect(await bench.json('plan', 'checkpoint', 'create', 'last', '--timeout', '20ms')).toMatchObject({
      exit_code: 5,
      error: { code: 'ask_timed_out' },
    });
    bench.write('go', '');
    expect(await run.code).toBe(0);
    expect(
      (await bench.json('plan', 'checkpoint', 'list', 'last', '--trigger', 'manual')).data.checkpoints,
    ).toEqual([]);
  });

  it.each([
    ['--timeout', 'soon'],
    ['--label', '12'],
    ['--label', ' '],
  ])('Given %s "%s", then exit 2', async (option, value) => {
    await using bench = new CliBench();
    expect(await bench.json('plan', 'checkpoint', 'create', 'last', option, value)).toMatchObject({
      exit_code: 2,
    });
  });
});
