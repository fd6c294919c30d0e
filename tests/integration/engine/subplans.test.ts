import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runStateOf, stepOf, stepsOf, subplansOf } from '../../../src/domain/plan-state.ts';
import { outputsOf } from '../../../src/domain/state-snapshot.ts';
import { Engine } from '../../support/engine.ts';

const statuses = (engine: Engine): Record<string, string> =>
  Object.fromEntries(
    subplansOf(engine.journal.plan(engine.planId)).map(({ name, status }) => [name, status]),
  );

/** In which order children began and ended: `+a -a`. */
const order = (engine: Engine): string => {
  const names = new Map(subplansOf(engine.journal.plan(engine.planId)).map(({ id, name }) => [id, name]));
  return engine.events
    .flatMap((event) => {
      if (event.type === 'subplan.started') return [`+${names.get(event.payload.subplan_id)}`];
      if (event.type === 'subplan.completed' || event.type === 'subplan.failed')
        return [`-${names.get(event.payload.subplan_id)}`];
      return [];
    })
    .join(' ');
};

const child = (name: string, run = 'true', more = ''): string =>
  `{ name: ${name}, steps: [{ id: r, run: "${run}", effect: read }]${more} }`;

describe('subplans', () => {
  it('Given sequential, then one ends before the next begins', async () => {
    await using engine = await Engine.create(`
name: p
steps: [{ id: s, subplans: { mode: sequential, plans: [${child('a')}, ${child('b')}] } }]`);
    await engine.run();
    expect(order(engine)).toBe('+a -a +b -b');
  });

  it('Given parallel with max_parallel 2, then never more than two run', async () => {
    await using engine = await Engine.create(`
name: p
steps: [{ id: s, subplans: { mode: parallel, max_parallel: 2, plans: [${['a', 'b', 'c', 'd'].map((n) => child(n)).join()}] } }]`);
    await engine.run();
    let running = 0;
    const most = Math.max(
      ...order(engine)
        .split(' ')
        .map((mark) => (running += mark.startsWith('+') ? 1 : -1)),
    );
    expect(most).toBe(2);
    expect(statuses(engine)).toEqual({ a: 'complete', b: 'complete', c: 'complete', d: 'complete' });
  });

  it('Given dependency_ordered, then a subplan waits for what it needs', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: s
    subplans:
      mode: dependency_ordered
      plans: [${child('last', 'true', ', needs: [first]')}, ${child('first')}]`);
    await engine.run();
    expect(order(engine)).toBe('+first -first +last -last');
  });

  it('Given fail_fast, when one fails, then running ones are ended and never-started ones are cancelled', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: s
    subplans:
      mode: parallel
      max_parallel: 2
      plans: [${child('bad', 'exit 1')}, ${child('long', 'sleep 60')}, ${child('never')}]`);
    const end = await engine.run();
    expect(runStateOf(end.state)).toBe('errored');
    expect(statuses(engine)).toEqual({ bad: 'errored', long: 'cancelled', never: 'cancelled' });
    for (const { plan_id, name } of subplansOf(end.state)) {
      expect(runStateOf(engine.journal.plan(plan_id))).toBe(name === 'bad' ? 'errored' : 'cancelled');
    }
  });

  it('Given fail_fast, when one fails while another waits for its next attempt, then the step fails, not the run', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: s
    subplans:
      mode: parallel
      fail_fast: true
      plans:
        - ${child('waits', 'exit 1', ', retries: { max: 1, backoff: 10m }')}
        - ${child('fails', 'while ! test -f go; do sleep 0.01; done; exit 1')}`);
    engine.bus.subscribe({
      onEvent: ({ type }) =>
        void (type === 'subplan.retried' && writeFileSync(join(engine.workspace, 'go'), '')),
    });
    await engine.run();
    expect(statuses(engine)).toEqual({ waits: 'cancelled', fails: 'errored' });
    expect(runStateOf(engine.journal.plan(engine.planId))).toBe('errored');
  });

  it('Given no fail_fast, when one fails, then the others still run, and the step fails', async () => {
    await using engine = await Engine.create(`
name: p
steps: [{ id: s, subplans: { fail_fast: false, plans: [${child('bad', 'exit 1')}, ${child('good')}] } }]`);
    const end = await engine.run();
    expect(statuses(engine)).toEqual({ bad: 'errored', good: 'complete' });
    expect(end.error?.code).toBe('subplans_failed');
  });

  it('Given no fail_fast, when one fails, then those that need it are cancelled', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: s
    subplans:
      mode: dependency_ordered
      fail_fast: false
      plans: [${child('bad', 'exit 1')}, ${child('after', 'true', ', needs: [bad]')}, ${child('free')}]`);
    await engine.run();
    expect(statuses(engine)).toEqual({ bad: 'errored', after: 'cancelled', free: 'complete' });
  });

  it('Given subplans in subplans, when the middle one is retried, then it begins from its first step', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: s
    subplans:
      plans:
        - name: middle
          retries: { max: 1, backoff: 1ms }
          steps:
            - { id: mark, run: 'echo x >> marks' }
            - id: inner
              subplans: { plans: [{ name: leaf, steps: [{ id: l, run: 'test $(wc -l < marks) -ge 2', effect: read }] }] }`);
    const end = await engine.run();
    expect(runStateOf(end.state)).toBe('complete');
    const middle = engine.journal.plan(subplansOf(end.state)[0]?.plan_id ?? '');
    expect(stepsOf(middle).map(({ status, attempt }) => [status, attempt])).toEqual([
      ['complete', 1],
      ['complete', 1],
    ]);
    expect(engine.events.filter(({ type }) => type === 'subplan.spawned')).toHaveLength(3);
  });

  it('Given retries that restore files where nobody can, then step and subplan fail and say so', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: s
    subplans:
      retries: { max: 1, restore: workspace }
      plans:
        - { name: c, steps: [{ run: 'exit 1', retries: { max: 1, restore: workspace } }] }`);
    const end = await engine.run();
    expect(end.error?.message).toContain('retries.restore: files are not captured in this run');
    expect(engine.events.filter(({ type }) => type === 'subplan.retried')).toEqual([]);
  });

  it('Given inputs and outputs, then values go in by expressions and come out by the step', async () => {
    await using engine = await Engine.create(
      `
name: p
inputs: { who: { type: string, required: true } }
steps:
  - id: s
    env: { GREETING: hello }
    subplans:
      plans:
        - name: greet
          steps: [{ id: say, run: 'echo "$GREETING $WHO"', effect: read, env: { WHO: "\${{ inputs.who }}" } }]
  - id: done
    uses: plan.set
    with: { key: status, value: "\${{ steps.s.outputs.plans.greet.status }}" }`,
      { inputs: { who: 'world' } },
    );
    const end = await engine.run();
    const [greet] = subplansOf(end.state);
    expect(outputsOf(engine.journal.plan(greet?.plan_id ?? ''))).toMatchObject({
      say: { stdout: 'hello world' },
    });
    expect(end.state.parts.context.get('status')?.value).toBe('complete');
    expect(stepOf(end.state, 's')?.status).toBe('complete');
  });
});
