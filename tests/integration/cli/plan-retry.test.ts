import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';

/** Fails until the file `good` is there; `after` and `report` stand behind the failure. */
const FRAGILE = `
name: fragile
steps:
  - { id: first, run: 'echo 1 >> first.txt' }
  - { id: build, run: 'test -f good && echo built', effect: read, retries: { max: 1, backoff: 1ms } }
  - { id: after, run: 'echo 1 >> after.txt' }
  - { id: only-then, run: 'echo failed', effect: read, if: "\${{ failure() }}", needs: [build] }
  - { id: off, run: 'true', effect: read, if: "\${{ false }}", needs: [first] }
  - { id: well, run: 'true', effect: read, if: "\${{ success() }}", needs: [build] }
outputs: { said: "\${{ steps.build.outputs.stdout }}" }
`;

async function failed(document = FRAGILE): Promise<CliBench> {
  const bench = new CliBench();
  bench.write('p.plan.yaml', document);
  expect((await bench.run('plan', 'run', 'p.plan.yaml', '--quiet')).code).toBe(1);
  return bench;
}

// oxlint-disable-next-line typescript/no-explicit-any -- shapes of JSON answers
async function steps(bench: CliBench): Promise<Record<string, any>> {
  const { data } = await bench.json('plan', 'status', 'last');
  return Object.fromEntries(data.steps.map((step: { id: string }) => [step.id, step]));
}

describe('agents plan retry', () => {
  it.each([
    ['edited', FRAGILE.replace('echo built', 'echo made'), 1],
    ['broken', 'name: [', 1],
    ['as it was', FRAGILE, 0],
    ['gone', null, 0],
  ])(
    'Given a document that is %s, then it is said that the plan goes on with the old one, or nothing',
    async (_, text, said) => {
      await using bench = await failed();
      if (text === null) rmSync(join(bench.folder, 'p.plan.yaml'));
      else bench.write('p.plan.yaml', text);
      const { messages } = await bench.json('plan', 'retry', 'last');
      expect(messages).toEqual(
        Array(said).fill(
          'p.plan.yaml has changed since this plan was made; a new plan: agents plan run p.plan.yaml',
        ),
      );
    },
  );

  it('Given a failed plan whose cause is gone, then its failed step and what was skipped run, and what was complete stays', async () => {
    await using bench = await failed();
    const before = await steps(bench);
    expect([before['build'].status, before['after'].status, before['well'].status]).toEqual([
      'failed',
      'skipped',
      'skipped',
    ]);
    bench.write('good', '');
    const { code, out } = await bench.run('plan', 'retry', 'last');
    expect(code).toBe(0);
    expect(out).toMatch(/again from build, after, well \(pid \d+\)\n/);
    const after = await steps(bench);
    expect(Object.values(after).map(({ id, status, attempt }) => `${id} ${status} ${attempt}`)).toEqual([
      'first complete 1',
      'build complete 1',
      'after complete 1',
      'only-then complete 1',
      'off skipped 0',
      'well complete 1',
    ]);
    expect([bench.read('first.txt'), bench.read('after.txt')]).toEqual(['1\n', '1\n']);
    const status = await bench.json('plan', 'status', 'last');
    expect(status.data).toMatchObject({ phase: 'execute', state: 'complete', error: null });
    const events = await bench.json('plan', 'events', 'last');
    expect(events.data.events.filter(({ type }: { type: string }) => type === 'plan.retried')).toHaveLength(
      1,
    );
  });

  it('Given it fails again, then exit 1, with all its retries used anew, and it can be retried once more', async () => {
    await using bench = await failed();
    const again = await bench.json('plan', 'retry', 'last');
    expect(again).toMatchObject({ exit_code: 1, data: { state: 'errored', steps: { failed: 1 } } });
    expect((await steps(bench))['build'].attempt).toBe(2);
    bench.write('good', '');
    const good = await bench.json('plan', 'retry', 'last');
    expect(good).toMatchObject({ exit_code: 0, data: { outputs: { said: 'built' } } });
  });

  it('Given --json=stream, then the retry is an event like others', async () => {
    await using bench = await failed();
    bench.write('good', '');
    const { out } = await bench.run('plan', 'retry', 'last', '--json=stream');
    const first = JSON.parse(out.split('\n')[0] as string);
    expect(first).toMatchObject({
      type: 'plan.retried',
      payload: { step_ids: ['build', 'after', 'well'], subplans: [] },
    });
  });

  it('Given failed subplans, then each gets a further attempt from its first step, and complete ones stay', async () => {
    await using bench = await failed(`
name: parent
steps:
  - id: checks
    subplans:
      mode: sequential
      retries: { max: 1, backoff: 1ms }
      plans:
        - { name: fine, steps: [ { id: a, run: 'echo 1 >> fine.txt' } ] }
        - { name: bad, steps: [ { id: b, run: 'echo 1 >> bad.txt' }, { id: c, run: 'test -f good', effect: read } ] }
        - { name: late, steps: [ { id: d, run: 'echo 1 >> late.txt' } ] }
`);
    const subplans = async (): Promise<readonly string[]> =>
      (await bench.json('plan', 'status', 'last')).data.subplans.map(
        // oxlint-disable-next-line typescript/no-explicit-any -- shapes of JSON answers
        ({ name, status, attempt, max_retries }: any) => `${name} ${status} ${attempt}/${max_retries + 1}`,
      );
    expect(await subplans()).toEqual(['fine complete 1/2', 'bad errored 2/2', 'late cancelled 0/2']);
    expect((await bench.run('plan', 'retry', 'last')).code).toBe(1);
    expect(await subplans()).toEqual(['fine complete 1/2', 'bad errored 4/4', 'late cancelled 0/2']);
    bench.write('good', '');
    expect((await bench.run('plan', 'retry', 'last')).code).toBe(0);
    expect(await subplans()).toEqual(['fine complete 1/2', 'bad complete 5/6', 'late complete 1/2']);
    expect([bench.read('fine.txt'), bench.read('bad.txt'), bench.read('late.txt')]).toEqual([
      '1\n',
      '1\n'.repeat(5),
      '1\n',
    ]);
    const spawned = await bench.json('plan', 'checkpoint', 'list', 'last', '--trigger', 'on_subplan_spawn');
    expect(spawned.data.checkpoints).toHaveLength(3);
  });

  it('Given a step that failed by its answer, then it is asked again', async () => {
    await using bench = new CliBench();
    bench.write(
      'ask.plan.yaml',
      'name: ask\nsteps: [ { id: n, ask: { question: How many?, type: number } } ]\n',
    );
    await bench.run('plan', 'run', 'ask.plan.yaml', '--no-input');
    await bench.run('plan', 'answer', 'last', 'n', 'many');
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(1);
    expect((await bench.run('plan', 'retry', 'last')).code).toBe(5);
    await bench.run('plan', 'answer', 'last', 'n', '7');
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(0);
  });

  it('Given subplans of subplans, and a wrong answer in one, then it is asked again, and nothing says failed at the end', async () => {
    await using bench = new CliBench();
    bench.write(
      'deep.plan.yaml',
      `
name: deep
steps:
  - id: s
    subplans:
      plans:
        - name: child
          steps:
            - { id: n, ask: { question: How many?, type: number } }
            - { id: t, subplans: { plans: [ { name: below, steps: [ { id: x, run: 'test -f good', effect: read } ] } ] } }
`,
    );
    await bench.run('plan', 'run', 'deep.plan.yaml', '--no-input');
    await bench.run('plan', 'answer', 'last', 'n', 'many');
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(1);
    expect((await bench.run('plan', 'retry', 'last')).code).toBe(5);
    await bench.run('plan', 'answer', 'last', 'n', '7');
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(1);
    bench.write('good', '');
    const { code, out } = await bench.run('plan', 'retry', 'last');
    expect(code).toBe(0);
    expect(out.slice(out.indexOf('deep '))).not.toContain('✗');
    expect((await bench.json('plan', 'errors', 'last')).data.errors).toEqual([]);
  });

  it.each([
    ['queued', ['plan', 'create', 'p.plan.yaml'], 'agents plan execute '],
    ['complete', ['plan', 'run', 'p.plan.yaml'], 'agents plan status '],
  ])('Given a plan that is %s, then it is refused: exit 6, nothing changed', async (state, make, next) => {
    await using bench = new CliBench();
    bench.write('p.plan.yaml', 'name: p\nsteps: [ { run: "true", effect: read } ]\n');
    await bench.run(...make);
    const refused = await bench.json('plan', 'retry', 'last');
    expect(refused).toMatchObject({
      exit_code: 6,
      data: { state },
      error: { code: 'plan_not_failed', next_steps: [expect.stringContaining(next)] },
    });
  });

  it('Given a failed plan, when it is executed, then the refusal names retry', async () => {
    await using bench = await failed();
    const { code, err } = await bench.run('plan', 'execute', 'last');
    expect(code).toBe(6);
    expect(err).toMatch(/next: agents plan retry \w{8}/);
    expect(existsSync(join(bench.folder, 'after.txt'))).toBe(false);
  });
});
