import { describe, expect, it } from 'vitest';
import { CliBench, waitFor, type CliRun } from '../../support/cli-bench.ts';

const GATED = `
name: gated
steps:
  - { id: one, run: 'touch at-one; ${waitFor('go-one')}', effect: read }
  - { id: two, run: 'touch at-two; ${waitFor('go-two')}' }
  - { id: three, run: 'true', effect: read }
`;

async function startGated(bench: CliBench): Promise<CliRun> {
  bench.write('gated.plan.yaml', GATED);
  const run = bench.start(['plan', 'run', 'gated.plan.yaml', '--json']);
  await bench.untilFile('at-one');
  return run;
}

describe('steering a plan from another terminal', () => {
  it('Given a running plan, then pause ends when it rests, and resume lets it go on in its own process', async () => {
    await using bench = new CliBench();
    const run = await startGated(bench);
    const pause = bench.start(['plan', 'pause', 'last']);
    await bench.untilClaimed('pause');
    bench.write('go-one', '');
    bench.write('go-two', '');
    expect(await pause.code).toBe(0);
    expect(pause.out.text).toMatch(/^gated \w{8}  execute\/paused\n$/);
    expect(await bench.json('plan', 'resume', 'last')).toMatchObject({
      exit_code: 0,
      data: { phase: 'execute', state: 'processing' },
    });
    expect(await run.code).toBe(0);
  });

  it('Given a plan that is paused, then pausing it again leaves it resting where it runs, and resume finds it', async () => {
    await using bench = new CliBench();
    const run = await startGated(bench);
    const pause = bench.start(['plan', 'pause', 'last']);
    await bench.untilClaimed('pause');
    bench.write('go-one', '');
    bench.write('go-two', '');
    expect(await pause.code).toBe(0);
    const again = await bench.run('plan', 'pause', 'last');
    expect(again).toMatchObject({ code: 0, err: 'it was paused already\n' });
    expect(again.out).toMatch(/execute\/paused\n$/);
    expect(await bench.json('plan', 'resume', 'last')).toMatchObject({ exit_code: 0, messages: [] });
    expect(await run.code).toBe(0);
  });

  it.each(['pause', 'resume', 'stop'])(
    'Given a plan that has ended, then %s says that it has, exit 6',
    async (what) => {
      await using bench = new CliBench();
      bench.write('x.plan.yaml', 'name: x\nsteps: [ { run: "true" } ]\n');
      await bench.run('plan', 'run', 'x.plan.yaml');
      expect(await bench.json('plan', what, 'last')).toMatchObject({
        exit_code: 6,
        error: { code: 'plan_ended', message: 'the plan has ended already: execute/complete' },
      });
    },
  );

  it('Given a running plan, then stop ends its process with exit 5 and it can be executed again', async () => {
    await using bench = new CliBench();
    const run = await startGated(bench);
    expect(await bench.json('plan', 'stop', 'last')).toMatchObject({
      exit_code: 0,
      data: { state: 'paused' },
    });
    expect(await run.code).toBe(5);
    expect(JSON.parse(run.out.text)).toMatchObject({
      error: { code: expect.any(String) },
      data: { state: 'paused' },
    });
    bench.write('go-one', '');
    bench.write('go-two', '');
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(0);
  });

  it('Given a running plan, then cancel ends it for good, exit 1 there', async () => {
    await using bench = new CliBench();
    const run = await startGated(bench);
    expect(await bench.json('plan', 'cancel', 'last')).toMatchObject({ data: { state: 'cancelled' } });
    expect(await run.code).toBe(1);
    expect(JSON.parse(run.out.text)).toMatchObject({ error: { code: 'plan_cancelled' } });
  });

  it('Given a plan that another process runs, then executing it too is refused, exit 6', async () => {
    await using bench = new CliBench();
    const run = await startGated(bench);
    const second = await bench.json('plan', 'execute', 'last');
    expect(second).toMatchObject({ exit_code: 6, data: { state: 'processing' } });
    bench.write('go-one', '');
    bench.write('go-two', '');
    expect(await run.code).toBe(0);
  });

  it.each(['pause', 'resume', 'stop'])(
    'Given nobody runs it, then %s is refused, exit 6, and says what to do',
    async (what) => {
      await using bench = new CliBench();
      bench.write('gated.plan.yaml', GATED);
      await bench.run('plan', 'create', 'gated.plan.yaml');
      const { code, err } = await bench.run('plan', what, 'last');
      expect(code).toBe(6);
      expect(err).toMatch(/^error: nobody runs .+\n(.+\n)? {2}next: agents plan execute \w{8}\n$/);
    },
  );

  it('Given nobody runs it, then cancel is done by the command itself', async () => {
    await using bench = new CliBench();
    bench.write('gated.plan.yaml', GATED);
    await bench.run('plan', 'create', 'gated.plan.yaml');
    expect((await bench.run('plan', 'cancel', 'last')).out).toMatch(/\/cancelled\n$/);
  });
});

describe('agents plan answer', () => {
  const ASK = 'name: asks\nsteps: [ { id: q, decide: { question: "Go?", options: [go, no], by: human } } ]\n';

  it('Given a plan that rests, then it says what was answered and how it goes on', async () => {
    await using bench = new CliBench();
    bench.write('ask.plan.yaml', ASK);
    await bench.run('plan', 'run', 'ask.plan.yaml');
    const { out, err } = await bench.run('plan', 'answer', 'last', 'q', 'go');
    expect(out).toMatch(/^q: go\nasks \w{8} {2}execute\/paused\n$/);
    expect(err).toMatch(/^next: agents plan execute \w{8}\n$/);
    expect((await bench.run('plan', 'show', 'last', 'q')).out).toMatch(/by +you/);
  });

  it.each([[[]], [['--accessible']]])(
    'Given a default and nobody to ask, %j, then nobody is waited for',
    async (flags) => {
      await using bench = new CliBench();
      bench.write('ask.plan.yaml', ASK.replace('human', 'human, default: go'));
      const { out } = await bench.run('plan', 'run', 'ask.plan.yaml', ...flags);
      expect(out).not.toMatch(/waits for you|Waiting for you/);
      expect(out).toMatch(/Go\? go \(default\)|chosen by default/);
    },
  );
});

describe('agents plan create and validate', () => {
  it('Given a document, then create stores it and says what comes next; --quiet gives only the id', async () => {
    await using bench = new CliBench();
    bench.write('gated.plan.yaml', GATED);
    const created = await bench.run('plan', 'create', 'gated.plan.yaml');
    expect(created.out).toMatch(/^created gated  \w{26}  strategize\/queued\n$/);
    expect(created.err).toMatch(/^next: agents plan execute \w{8}\n$/);
    expect((await bench.run('plan', 'create', 'gated.plan.yaml', '-q')).out).toMatch(/^\w{26}\n$/);
    expect(await bench.json('plan', 'create', 'gated.plan.yaml')).toMatchObject({
      data: { name: 'gated', state: 'queued' },
    });
  });

  it.each([
    ['one step', 'name: x\nsteps: [ { run: "true" } ]\n', 'x.plan.yaml is valid: plan x, 1 step\n'],
    ['more', GATED, 'x.plan.yaml is valid: plan gated, 3 steps\n'],
  ])(
    'Given a good document with %s, then validate says so and creates nothing',
    async (_what, document, says) => {
      await using bench = new CliBench();
      bench.write('x.plan.yaml', document);
      expect((await bench.run('plan', 'validate', 'x.plan.yaml')).out).toBe(says);
      expect(await bench.json('plan', 'validate', 'x.plan.yaml')).toMatchObject({
        data: { valid: true, file: 'x.plan.yaml' },
      });
      expect((await bench.json('plan', 'list')).data.plans).toEqual([]);
    },
  );
});
