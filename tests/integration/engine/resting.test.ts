import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/domain/errors.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import { runStateOf, stepOf, subplansOf } from '../../../src/domain/plan-state.ts';
import type { Wish } from '../../../src/execution/request-responder.ts';
import { recover } from '../../../src/execution/plan-runner.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { createMemoryStorage } from '../../../src/memory/create-memory-storage.ts';
import { asking, controlOf } from '../../support/control.ts';
import { Engine } from '../../support/engine.ts';
import { SharedHome } from '../../support/shared-home.ts';

const processes = new SystemProcessTable();
const nothing = { rerun: [], skip: [] };

function seen(engine: Engine, fits: (event: PlanEvent) => boolean): Promise<PlanEvent> {
  return new Promise((resolve) => {
    engine.bus.subscribe({ onEvent: (event) => fits(event) && resolve(event) });
  });
}

const statuses = (engine: Engine): Record<string, string> =>
  Object.fromEntries(
    subplansOf(engine.journal.plan(engine.planId)).map(({ name, status }) => [name, status]),
  );

/** Two children one after the other; the first waits for the file `go` in its first step. */
const sequential = (rest: string): string => `
name: p
steps:
  - id: s
    subplans:
      mode: sequential
      plans:
        - { name: a, steps: [{ id: r, run: 'while ! test -f go; do sleep 0.02; done', effect: read }${rest}] }
        - { name: b, steps: [{ id: r, run: 'true', effect: read }] }
  - { id: after, sleep: 60s }`;

const began = (id: string) => (event: PlanEvent) =>
  event.type === 'step.started' && event.payload.step_id === id;

describe('subplans and rest', () => {
  it.each([
    ['last', '', 'complete', ['a', 'b']],
    ['first of two', ', { id: t, sleep: 1ms }', 'queued', ['a', 'a', 'b']],
  ])(
    'Given a pause while a child does its %s step, then only what is left of both goes on, and what ended stays',
    async (_, rest, status, started) => {
      await using home = await SharedHome.open();
      await using engine = await Engine.create(sequential(rest), {
        storage: home.runner,
        stayWhenPaused: true,
      });
      const [gated, last] = [
        seen(engine, ({ type }) => type === 'tool.spawned'),
        seen(engine, began('after')),
      ];
      const running = engine.run();
      await gated;
      const paused = controlOf(home.asker).pause(engine.planId, asking);
      await engine.wished;
      await writeFile(join(engine.workspace, 'go'), '');
      await paused;
      expect(statuses(engine)).toEqual({ a: status, b: 'queued' });
      await controlOf(home.asker).resume(engine.planId, asking);
      await last;
      engine.runner.ask({ kind: 'cancel', by: 'pid 1' });
      const { state } = await running;
      const children = subplansOf(state);
      expect(children).toMatchObject([
        { name: 'a', status: 'complete', attempt: 1 },
        { name: 'b', status: 'complete', attempt: 1 },
      ]);
      const nameOf = new Map(children.map(({ id, name }) => [id, name]));
      expect(
        engine.events.flatMap((event) =>
          event.type === 'subplan.started' ? [nameOf.get(event.payload.subplan_id)] : [],
        ),
      ).toEqual(started);
      const spawns = (await engine.fired()).filter((line) => line.startsWith('on_subplan_spawn'));
      expect(spawns).toHaveLength(2);
      const ends = children.map(({ plan_id }) => runStateOf(engine.journal.plan(plan_id)));
      expect([runStateOf(state), ...ends]).toEqual(['cancelled', 'complete', 'complete']);
    },
  );

  it('Given children with goals and of other files, then goals and inputs are filled for each', async () => {
    const yaml = `
name: p
inputs: { who: { type: string, default: Ada } }
steps:
  - id: s
    subplans:
      plans:
        - { name: other, uses: ./other.plan.yaml, with: { name: "\${{ inputs.who }}" } }
outputs: { said: "\${{ steps.s.outputs.plans.other.outputs.said }}" }`;
    await using engine = await Engine.create(yaml, {
      files: {
        'other.plan.yaml': `
name: other
goal: Greet \${{ inputs.name }}
inputs: { name: { required: true }, word: { default: hello } }
steps: [{ id: say, run: 'echo "$WORD $NAME"', effect: read, env: { WORD: "\${{ inputs.word }}", NAME: "\${{ inputs.name }}" } }]
outputs: { said: "\${{ steps.say.outputs.stdout }}" }`,
      },
    });
    const { state } = await engine.run();
    const [other] = subplansOf(state);
    expect(state.parts.plan.get('result')?.value).toEqual({ said: 'hello Ada' });
    expect((await engine.storage.plans.get(other?.plan_id ?? '')).goal).toBe('Greet Ada');
  });
});

describe('a run that cannot go on', () => {
  it('Given a resting run, when it is stopped, then it ends as it rests, with nothing recorded twice', async () => {
    await using home = await SharedHome.open();
    await using engine = await Engine.create('name: p\nsteps: [{ id: s, sleep: 60s }]', {
      storage: home.runner,
      stayWhenPaused: true,
    });
    const ended = engine.run();
    await controlOf(home.asker).pause(engine.planId, asking);
    expect(await controlOf(home.asker).stop(engine.planId, asking)).toMatchObject({ state: 'paused' });
    expect((await ended).pausedBecause).toBe('stopped');
    expect(engine.events.filter(({ type }) => type === 'plan.paused')).toHaveLength(1);
  });

  it.each([
    ['a signal', 'signal', 'paused'],
    ['the wish to go on', null, 'complete'],
  ] as const)(
    'Given a pause that is being stored, when %s comes, then it is not forgotten',
    async (late, reason, state) => {
      await using engine = await Engine.create('name: p\nsteps: [{ id: s, sleep: 50ms }]', {
        stayWhenPaused: true,
      });
      const resume = { kind: 'resume', asker: processes.self } as Wish;
      engine.bus.subscribe({
        onEvent: ({ type }) => {
          const isFirst = engine.events.filter((event) => event.type === 'step.started').length < 2;
          if (type === 'step.started' && isFirst) engine.runner.ask({ kind: 'pause', by: 'pid 1' });
          if (type !== 'plan.paused') return;
          if (late === 'a signal') engine.runner.ask({ kind: 'pause', by: 'SIGHUP' });
          else engine.runner.onWish(resume, () => expect.unreachable('it is answered with the others'));
        },
      });
      const end = await engine.run();
      expect([end.pausedBecause, runStateOf(end.state)]).toEqual([reason, state]);
    },
  );

  it('Given a store that fails, then the run ends by that fault, and the plan has not failed', async () => {
    const storage = createMemoryStorage();
    const append = storage.plans.append.bind(storage.plans);
    storage.plans.append = async (commit) => {
      if (commit.entries.some(({ event }) => event.type === 'step.completed'))
        throw new StorageError('database_full', 'no space left');
      await append(commit);
    };
    await using engine = await Engine.create("name: p\nsteps: [{ id: r, run: 'true', effect: read }]", {
      storage,
    });
    await expect(engine.run()).rejects.toMatchObject({ code: 'database_full', exitCode: 7 });
    const state = engine.journal.plan(engine.planId);
    expect([runStateOf(state), stepOf(state, 'r')?.status]).toEqual(['processing', 'running']);
  });

  it('Given a kill between a failed step and the failure of its plan, then the plan fails by it', async () => {
    await using engine = await Engine.create(
      "name: p\nsteps: [{ id: bad, run: exit 1, effect: read }, { id: next, run: 'true', effect: read }]",
    );
    const { journal, planId } = engine;
    const error = { code: 'x', message: 'broken', hint: null };
    await journal.commit([
      { type: 'plan.phase_changed', plan_id: planId, payload: { phase: 'execute', state: 'processing' } },
      { type: 'step.started', plan_id: planId, payload: { step_id: 'bad', attempt: 1 } },
      { type: 'step.failed', plan_id: planId, payload: { step_id: 'bad', error, continued: false } },
    ]);
    await recover(journal, processes, nothing);
    const end = await engine.run();
    expect(stepOf(end.state, 'next')).toMatchObject({ status: 'skipped', reason: 'a step before it failed' });
    expect([runStateOf(end.state), end.error]).toEqual(['errored', error]);
    expect(await engine.fired()).toEqual(['on_error']);
  });
});
