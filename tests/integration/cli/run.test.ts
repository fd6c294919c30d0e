import { describe, expect, it } from 'vitest';
import { CliBench, fixedIds, tickingClock, waitFor } from '../../support/cli-bench.ts';

const DEMO = `
name: demo
goal: Show what a run says
steps:
  - { id: log, run: 'echo hello; echo two', effect: read }
  - id: style
    decide: { question: Which style?, options: [ { id: short }, { id: long } ], by: rule, choose: "'short'" }
  - id: write
    uses: fs.write
    with: { path: NOTES.md, content: "\${{ steps.log.outputs.stdout }}" }
outputs: { notes: "\${{ steps.write.outputs.path }}", style: "\${{ decisions.style.chosen }}" }
`;
const FAILING = `
name: failing
steps:
  - { id: fine, run: 'true', effect: read }
  - id: checks
    subplans:
      mode: sequential
      retries: { max: 1 }
      plans: [ { name: tests, steps: [ { id: broken, run: 'echo oh; exit 3', effect: read } ] } ]
`;
const ASKING = `
name: asking
steps:
  - id: style
    decide: { question: Which style?, options: [ { id: short }, { id: long, description: with details } ], by: human }
  - { id: say, run: 'echo "$STYLE"', env: { STYLE: "\${{ decisions.style.chosen }}" }, effect: read }
outputs: { said: "\${{ steps.say.outputs.stdout }}" }
`;

/** A subplan that speaks while the other one runs. */
const talking = (name: string, other: string): string =>
  `{ name: ${name}, steps: [ { id: talk, run: 'touch ${name}; ${waitFor(other)}; echo I am ${name}; touch ${name}-said; ${waitFor(`${other}-said`)}', effect: read } ] }`;

describe('agents plan run, as text', () => {
  it('Given a plan that succeeds, then it tells every step and checkpoint and ends with a summary', async () => {
    await using bench = new CliBench();
    bench.clock = tickingClock('2026-11-21T02:03:39.000Z');
    bench.ids = fixedIds();
    bench.write('demo.plan.yaml', DEMO);
    const { code, out, err } = await bench.run('plan', 'run', 'demo.plan.yaml');
    expect(err).toBe('');
    expect(out).toMatchInlineSnapshot(`
      "02:03:39 ◐ executing
      02:03:39 ◐ log $ echo hello; echo two
               │ hello
               │ two
      02:03:39 ✓ log $ echo hello; echo two  0.0s
      02:03:39 ✓ style  Which style? short (rule)
      02:03:39 ◐ write fs.write NOTES.md
      02:03:39 ◇ ckpt 1   before write   write fs.write
      02:03:39 ◆ ckpt 2   after write    write fs.write
      02:03:39 ✓ write fs.write NOTES.md  0.0s
      02:03:39 ✓ complete  notes = NOTES.md  style = short

      ✓ demo 00000001  execute/complete  0.0s
        steps        3 of 3 complete
        outputs      notes = NOTES.md
                     style = short
        checkpoints  2 kept: 1 before write, 1 after write
        next         agents plan status 00000001
                     agents plan checkpoint list 00000001 --tree
                     agents plan checkpoint show 00000001 2
      "
    `);
    expect(code).toBe(0);
    expect(bench.read('NOTES.md')).toBe('hello\ntwo');
  });

  it('Given outputs, then status, its JSON and the accessible summary tell them too; many are cut', async () => {
    await using bench = new CliBench();
    const values = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}: "\${{ inputs.size }}"`);
    bench.write(
      'gives.plan.yaml',
      `name: gives\ninputs: { size: { type: number, default: 5 } }\nsteps: [ { run: 'true', effect: read } ]\noutputs: { ${values.join(', ')} }\n`,
    );
    expect((await bench.run('plan', 'create', 'gives.plan.yaml')).code).toBe(0);
    expect((await bench.run('plan', 'status', 'last')).out).not.toContain('Outputs');
    const { out } = await bench.run('plan', 'execute', 'last', '--accessible');
    expect(out).toContain('Output: c = 5.\nOutput: and 2 more in its status.\n');
    const status = await bench.run('plan', 'status', 'last');
    expect(status.out).toContain('\n\nOutputs\n  a = 5\n  b = 5\n  c = 5\n  d = 5\n  e = 5\n\nCheckpoints 0');
    expect((await bench.json('plan', 'status', 'last')).data.outputs).toMatchObject({ a: 5, e: 5 });
  });

  it('Given a plan that fails, then it says what failed, keeps the summary short and exits 1', async () => {
    await using bench = new CliBench();
    bench.clock = tickingClock('2026-11-21T02:03:39.000Z');
    bench.ids = fixedIds();
    bench.write('failing.plan.yaml', FAILING);
    const { code, out } = await bench.run('plan', 'run', 'failing.plan.yaml', '--set', 'ui.glyphs=ascii');
    expect(out).toMatchInlineSnapshot(`
      "02:03:39 * executing
      02:03:39 * fine $ true
      02:03:39 + fine $ true  0.0s
      02:03:39 * checks sequential: tests
      02:03:39 s ckpt 1   before subplan checks tests
      02:03:39 * subplan tests
      02:03:39 * tests > broken $ echo oh; exit 3
               | oh
      02:03:39 x tests > broken $ echo oh; exit 3  0.0s  the command ended with exit code 3
      02:03:39 e ckpt 2   on error       the command ended with exit code 3  in tests
      02:03:39 ~ subplan tests  again: the command ended with exit code 3
      02:03:39 * subplan tests  attempt 2
      02:03:39 * tests > broken $ echo oh; exit 3
               | oh
      02:03:39 x tests > broken $ echo oh; exit 3  0.0s  the command ended with exit code 3
      02:03:39 e ckpt 3   on error       the command ended with exit code 3  in tests
      02:03:39 x subplan tests  the command ended with exit code 3
      02:03:39 x checks sequential: tests  0.0s  subplan tests failed: the command ended with exit code 3
      02:03:39 x failed: subplan tests failed: the command ended with exit code 3
      02:03:39 e ckpt 4   on error       subplan tests failed: the command ended with exit code 3

      x failing 00000001  execute/errored  0.0s
        steps        1 of 2 complete, 1 failed, 1 subplan
        x checks sequential: tests: subplan tests failed: the command ended with exit code 3
        x tests > broken $ echo oh; exit 3: the command ended with exit code 3
        checkpoints  4 kept: 1 before subplan, 3 on error
        next         agents plan errors 00000001
                     agents plan retry 00000001
                     agents plan status 00000001
                     agents plan checkpoint list 00000001 --tree
      "
    `);
    expect(code).toBe(1);
    expect(out.slice(out.indexOf('\n\n')).trim().split('\n').length).toBeLessThanOrEqual(15);
  });

  it('Given --quiet, then only the result; given --verbose, then tool calls too', async () => {
    await using bench = new CliBench();
    bench.write('demo.plan.yaml', DEMO);
    const quiet = await bench.run('plan', 'run', 'demo.plan.yaml', '--quiet');
    expect(quiet.out).toMatch(/^✓ demo \w{8}  execute\/complete  [\d.]+s\n$/);
    const verbose = await bench.run('plan', 'run', 'demo.plan.yaml', '--verbose');
    expect(verbose.out).toContain('read shell.run');
  });

  it('Given FORCE_COLOR, then there are colours; --no-color beats it', async () => {
    await using bench = new CliBench();
    bench.env['FORCE_COLOR'] = '1';
    bench.write('demo.plan.yaml', DEMO);
    const coloured = await bench.run('plan', 'run', 'demo.plan.yaml');
    expect(coloured.out).toContain('\u001b[32m✓');
    const plain = await bench.run('plan', 'run', 'demo.plan.yaml', '--no-color');
    expect(plain.out).not.toContain('\u001b');
  });

  it('Given output that tries to steer the terminal, then it is shown, not done', async () => {
    await using bench = new CliBench();
    bench.write('esc.plan.yaml', `name: esc\nsteps: [ { run: "printf '\\\\033[2J\\\\n'", effect: read } ]\n`);
    const { out } = await bench.run('plan', 'run', 'esc.plan.yaml');
    expect(out).toContain('│ \\x1b[2J');
    expect(out).not.toContain('\u001b');
  });

  it('Given two tools that talk at once, then each line says who', async () => {
    await using bench = new CliBench();
    bench.write(
      'two.plan.yaml',
      `name: two\nsteps: [ { id: both, subplans: { mode: parallel, plans: [ ${talking('a', 'b')}, ${talking('b', 'a')} ] } } ]\n`,
    );
    const { out } = await bench.run('plan', 'run', 'two.plan.yaml');
    expect(out).toContain('│ [a › talk] I am a');
    expect(out).toContain('│ [b › talk] I am b');
  });
});

describe('the end of a run', () => {
  it('Given many failed steps, then the summary names a few and counts the rest', async () => {
    await using bench = new CliBench();
    const steps = [1, 2, 3, 4, 5, 6].map(
      (n) => `  - { id: s${n}, run: 'exit ${n}', effect: read, continue_on_error: true }`,
    );
    bench.write('many.plan.yaml', `name: many\nsteps:\n${steps.join('\n')}\n`);
    const { code, out } = await bench.run('plan', 'run', 'many.plan.yaml');
    expect(code).toBe(0);
    const summary = out.slice(out.indexOf('\n\n')).trim();
    expect(summary).toMatch(
      /0 of 6 complete, 6 failed\n.* s1 .*\n.* s2 .*\n.* s3 .*\n.* s4 .*\n {2}and 2 more failed steps\n {2}checkpoints {2}none\n/,
    );
    expect(summary.split('\n').length).toBeLessThanOrEqual(15);
  });

  it('Given a question without options, then the way to answer it is shown', async () => {
    await using bench = new CliBench();
    bench.write('ask.plan.yaml', `name: ask\nsteps: [ { id: who, ask: { question: Who? } } ]\n`);
    const { code, out } = await bench.run('plan', 'run', 'ask.plan.yaml');
    expect([code, out]).toEqual([5, expect.stringMatching(/agents plan answer \w{8} who TEXT\n/)]);
    expect((await bench.run('plan', 'status', 'last')).out).toMatch(
      /\? who .*agents plan answer \w{8} who TEXT/,
    );
  });

  it('Given a place to print that fails, then it is a bug that is told, exit 70', async () => {
    await using bench = new CliBench();
    bench.write('demo.plan.yaml', DEMO);
    const run = bench.start(['plan', 'create', 'demo.plan.yaml']);
    run.out.write = () => {
      throw new Error('no paper');
    };
    expect(await run.code).toBe(70);
    expect(run.err.text).toContain('error: no paper');
  });
});

describe('agents plan run, for programs', () => {
  it('Given --json, then one answer with the plan as it ended', async () => {
    await using bench = new CliBench();
    bench.clock = tickingClock('2026-11-21T02:03:39.000Z');
    bench.ids = fixedIds();
    bench.write('demo.plan.yaml', DEMO);
    const { out } = await bench.run('plan', 'run', 'demo.plan.yaml', '--json');
    expect(JSON.parse(out)).toMatchInlineSnapshot(`
      {
        "command": "plan run",
        "data": {
          "checkpoints": 2,
          "error": null,
          "name": "demo",
          "outputs": {
            "notes": "NOTES.md",
            "style": "short",
          },
          "phase": "execute",
          "plan_id": "01JD7K3V000000000000000001",
          "state": "complete",
          "steps": {
            "complete": 3,
            "failed": 0,
            "skipped": 0,
            "total": 3,
          },
        },
        "error": null,
        "exit_code": 0,
        "messages": [],
        "status": "ok",
        "timing": {
          "duration_ms": 0,
          "started": "2026-11-21T02:03:39.000Z",
        },
      }
    `);
  });

  it('Given a plan that fails, then data and error stand side by side', async () => {
    await using bench = new CliBench();
    bench.write('failing.plan.yaml', FAILING);
    const answer = await bench.json('plan', 'run', 'failing.plan.yaml');
    expect(answer).toMatchObject({
      status: 'error',
      exit_code: 1,
      data: { phase: 'execute', state: 'errored', steps: { total: 2, complete: 1, failed: 1, skipped: 0 } },
      error: {
        code: 'subplans_failed',
        message: expect.stringContaining('tests'),
        next_steps: [
          expect.stringMatching(/^agents plan errors/),
          expect.stringMatching(/^agents plan retry/),
        ],
      },
    });
  });

  it('Given --json=stream, then one event per line and the answer last', async () => {
    await using bench = new CliBench();
    bench.write('demo.plan.yaml', DEMO);
    const { out } = await bench.run('plan', 'run', '--json=stream', 'demo.plan.yaml');
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const answer = lines.pop();
    expect(answer).toMatchObject({
      command: 'plan run',
      status: 'ok',
      data: { outputs: { notes: 'NOTES.md' } },
    });
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    const created = lines.find(({ type }) => type === 'checkpoint.created');
    expect(Object.keys(created)).toEqual(['plan_id', 'root_plan_id', 'seq', 'type', 'at', 'payload']);
    expect(created.payload.checkpoint).toMatchObject({
      number: 1,
      trigger: 'on_tool_write',
      tool: 'fs.write',
    });
  });

  it('Given a document with faults, then each has its place, exit 3, and nothing is created', async () => {
    await using bench = new CliBench();
    bench.write(
      'bad.plan.yaml',
      'name: bad\nsteps:\n  - { id: a, run: x, uses: fs.read }\n  - { id: a, rum: y }\n',
    );
    const text = await bench.run('plan', 'run', 'bad.plan.yaml');
    expect(text.code).toBe(3);
    expect(text.out).toBe('');
    expect(text.err).toMatch(/^error: .+\n {2}bad\.plan\.yaml:3:\d+ {2}.+\n/);
    const answer = await bench.json('plan', 'validate', 'bad.plan.yaml');
    expect(answer).toMatchObject({
      exit_code: 3,
      data: null,
      error: {
        faults: expect.arrayContaining([expect.objectContaining({ file: 'bad.plan.yaml', line: 3 })]),
      },
    });
    expect((await bench.json('plan', 'list')).data.plans).toEqual([]);
  });

  it('Given inputs, then they reach the plan; a missing one is exit 2', async () => {
    await using bench = new CliBench();
    bench.write(
      'in.plan.yaml',
      `
name: in
inputs: { version: { type: string, required: true }, level: { type: number, default: 1 } }
steps: [ { id: say, run: 'echo "$V"', env: { V: "\${{ inputs.version }}/\${{ inputs.level }}" }, effect: read } ]
outputs: { said: "\${{ steps.say.outputs.stdout }}" }
`,
    );
    const answer = await bench.json('plan', 'run', '-i', 'version=3=1', 'in.plan.yaml', '--input', 'level=7');
    expect(answer.data.outputs).toEqual({ said: '3=1/7' });
    expect(await bench.json('plan', 'run', 'in.plan.yaml')).toMatchObject({ exit_code: 2, data: null });
    expect(await bench.json('plan', 'run', 'in.plan.yaml', '-i', 'version')).toMatchObject({
      exit_code: 2,
      error: { code: 'invalid_option' },
    });
  });
});

describe('a plan that asks a person', () => {
  it('Given nobody at the terminal, then it rests with exit 5 and says how to answer', async () => {
    await using bench = new CliBench();
    bench.write('asking.plan.yaml', ASKING);
    const { code, out } = await bench.run('plan', 'run', 'asking.plan.yaml');
    expect(code).toBe(5);
    expect(out).toContain('? style waits for you: Which style?');
    expect(out).toMatch(/execute\/paused \(waits for an answer\)/);
    expect(out).toMatch(/next +agents plan answer \w{8} style short\|long\n +agents plan execute \w{8}\n/);
    const listed = await bench.json('plan', 'list');
    const id = listed.data.plans[0].plan_id;
    expect(await bench.json('plan', 'answer', id, 'style', 'shrt')).toMatchObject({ exit_code: 2 });
    const answered = await bench.run('plan', 'answer', id, 'style', 'long');
    expect(answered.out).toMatch(/^style: long\nasking \w{8}  execute\/paused\n$/);
    expect(await bench.json('plan', 'execute', id)).toMatchObject({
      exit_code: 0,
      data: { outputs: { said: 'long' } },
    });
    expect(await bench.json('plan', 'execute', id)).toMatchObject({
      exit_code: 6,
      data: { state: 'complete' },
      error: { code: 'plan_ended' },
    });
  });

  it('Given --json and nobody, then data has the plan and the error says that it rests', async () => {
    await using bench = new CliBench();
    bench.write('asking.plan.yaml', ASKING);
    const answer = await bench.json('plan', 'run', 'asking.plan.yaml', '--no-input');
    expect(answer).toMatchObject({
      exit_code: 5,
      data: { state: 'paused' },
      error: { code: 'plan_waiting' },
    });
  });

  it('Given a terminal, then numbered choices are shown and the typed one is taken', async () => {
    await using bench = new CliBench();
    bench.write('asking.plan.yaml', ASKING);
    const run = bench.start(['plan', 'run', 'asking.plan.yaml', '--json'], { tty: true });
    await run.says(/Type 1 to 2 or a name/);
    expect(run.err.text).toBe(
      '? Which style? (style)\n  1  short\n  2  long  with details\nType 1 to 2 or a name, then Enter: ',
    );
    run.stdin.write('3\n');
    await run.says(/is none of: short, long\nType 1 to 2/);
    run.stdin.write('2\n');
    expect(await run.code).toBe(0);
    expect(JSON.parse(run.out.text).data.outputs).toEqual({ said: 'long' });
  });

  it('Given a terminal whose input ends, then the plan rests', async () => {
    await using bench = new CliBench();
    bench.write('asking.plan.yaml', ASKING);
    const run = bench.start(['plan', 'run', 'asking.plan.yaml'], { tty: true });
    run.stdin.end();
    expect(await run.code).toBe(5);
  });

  it('Given a terminal, when the answer comes from elsewhere, then the question ends and the plan goes on', async () => {
    await using bench = new CliBench();
    bench.write('asking.plan.yaml', ASKING);
    const run = bench.start(['plan', 'run', 'asking.plan.yaml'], { tty: true });
    await run.says(/Type 1 to 2/);
    expect((await bench.run('plan', 'answer', 'last', 'style', 'short')).code).toBe(0);
    expect(await run.code).toBe(0);
  });
});

describe('signals while a plan runs', () => {
  const GATED = `name: gated\nsteps:\n  - { id: one, run: 'touch at-one; ${waitFor('go')}', effect: read }\n  - { id: two, run: 'true', effect: read }\n`;

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'Given %s once, then the running step ends, the plan rests with a checkpoint, exit %i',
    async (signal, exit) => {
      await using bench = new CliBench();
      bench.write('gated.plan.yaml', GATED);
      const run = bench.start(['plan', 'run', 'gated.plan.yaml', '--json']);
      await bench.untilFile('at-one');
      run.send(signal);
      if (signal === 'SIGINT') run.send(signal);
      bench.write('go', '');
      expect(await run.code).toBe(exit);
      expect(JSON.parse(run.out.text)).toMatchObject({
        exit_code: exit,
        data: { state: 'paused', steps: { complete: 1 } },
        messages: [expect.stringContaining('pausing')],
      });
      const text = await bench.run('plan', 'execute', 'last');
      expect(text.code).toBe(0);
    },
  );

  it('Given Ctrl-C twice within two seconds, then the plan is cancelled, exit 130', async () => {
    await using bench = new CliBench();
    bench.clock = tickingClock('2026-11-21T02:03:39.000Z', 60);
    bench.write('gated.plan.yaml', GATED);
    const run = bench.start(['plan', 'run', 'gated.plan.yaml']);
    await bench.untilFile('at-one');
    run.send('SIGINT');
    run.send('SIGINT');
    expect(await run.code).toBe(130);
    expect(run.err.text).toMatch(/pausing when .+\ncancelling: /);
    expect(run.out.text).toMatch(/execute\/cancelled/);
  });

  it('Given that the clock is set back between the two, then the plan is cancelled all the same', async () => {
    await using bench = new CliBench();
    let now = Date.parse('2026-11-21T02:03:39.000Z');
    bench.clock = { ...tickingClock('2026-11-21T02:03:39.000Z', 60), now: () => (now -= 3_600_000) };
    bench.write('gated.plan.yaml', GATED);
    const run = bench.start(['plan', 'run', 'gated.plan.yaml']);
    await bench.untilFile('at-one');
    run.send('SIGINT');
    run.send('SIGINT');
    expect(await run.code).toBe(130);
    expect(run.out.text).toMatch(/execute\/cancelled/);
  });

  it('Given Ctrl-C twice with more time between, then it still only rests', async () => {
    await using bench = new CliBench();
    bench.clock = tickingClock('2026-11-21T02:03:39.000Z', 2001);
    bench.write('gated.plan.yaml', GATED);
    const run = bench.start(['plan', 'run', 'gated.plan.yaml']);
    await bench.untilFile('at-one');
    run.send('SIGINT');
    run.send('SIGINT');
    bench.write('go', '');
    expect(await run.code).toBe(130);
    expect(run.out.text).toMatch(/execute\/paused \(by a signal\)/);
  });
});
