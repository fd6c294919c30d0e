import { describe, expect, it, vi } from 'vitest';
import { decisionsOf, runStateOf, stepsOf, subplansOf } from '../../../src/domain/plan-state.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import type { Prompter } from '../../../src/ports/prompter.ts';
import { Engine } from '../../support/engine.ts';

const statusesOf = (engine: Engine): string[] =>
  stepsOf(engine.journal.plan(engine.planId)).map(({ id, status }) => `${id} ${status}`);

/** Resolves with the first event that fits. */
function seen(engine: Engine, fits: (event: PlanEvent) => boolean): Promise<PlanEvent> {
  return new Promise((resolve) => {
    engine.bus.subscribe({ onEvent: (event) => fits(event) && resolve(event) });
  });
}

const callStarted = (event: PlanEvent): boolean => event.type === 'tool.spawned';

const LONG = `
name: p
steps:
  - { id: a, run: 'while ! test -f go; do sleep 0.02; done' }
  - { id: b, run: 'true' }`;

describe('pause, stop and cancel', () => {
  it('Given a running write, when paused, then it ends first, a checkpoint labelled paused is taken, and b waits', async () => {
    await using engine = await Engine.create(LONG);
    const running = engine.run();
    await seen(engine, callStarted);
    engine.runner.ask({ kind: 'pause', by: 'SIGINT' });
    const { writeFile } = await import('node:fs/promises');
    await writeFile(`${engine.workspace}/go`, '');
    const end = await running;
    expect(end.pausedBecause).toBe('signal');
    expect(statusesOf(engine)).toEqual(['a complete', 'b pending']);
    expect((await engine.checkpoints()).at(-1)).toMatchObject({
      trigger: 'manual',
      label: 'paused',
      state: 'paused',
    });
  });

  it('Given no automatic checkpoints, when paused, then the one labelled paused is taken all the same', async () => {
    await using engine = await Engine.create('name: p\nsteps: [{ id: a, sleep: 60s }]');
    engine.settings.edit([]);
    const running = engine.run();
    await seen(engine, ({ type }) => type === 'step.started');
    engine.runner.ask({ kind: 'pause', by: 'pid 1' });
    expect((await running).pausedBecause).toBe('person');
    expect((await engine.checkpoints()).map(({ label }) => label)).toEqual(['paused']);
    expect(statusesOf(engine)).toEqual(['a pending']);
  });

  it('Given a running write, when stopped, then its tool is ended, its complete-trigger fires with error, no on_error', async () => {
    await using engine = await Engine.create(LONG);
    const running = engine.run();
    await seen(engine, callStarted);
    engine.runner.ask({ kind: 'stop', by: 'pid 1' });
    const end = await running;
    expect(end.pausedBecause).toBe('stopped');
    const rows = (await engine.checkpoints()).map(({ trigger, outcome }) => [trigger, outcome]);
    expect(rows).toEqual([
      ['on_tool_write', null],
      ['on_tool_write_complete', 'error'],
      ['manual', null],
    ]);
    expect(statusesOf(engine)).toEqual(['a pending', 'b pending']);
  });

  it('Given running subplans, when cancelled, then all of the tree is cancelled and on_error does not fire', async () => {
    await using engine = await Engine.create(`
name: p
steps:
  - id: s
    subplans: { plans: [{ name: x, steps: [{ id: r, run: sleep 60, effect: read }] }] }
  - { id: after, run: 'true' }`);
    const running = engine.run();
    await seen(engine, callStarted);
    engine.runner.ask({ kind: 'pause', by: 'SIGINT' });
    engine.runner.ask({ kind: 'cancel', by: 'SIGINT' });
    engine.runner.ask({ kind: 'pause', by: 'SIGINT' });
    const end = await running;
    expect(end).toMatchObject({ pausedBecause: null, error: null });
    expect(runStateOf(end.state)).toBe('cancelled');
    expect(subplansOf(end.state)).toMatchObject([{ status: 'cancelled' }]);
    expect(statusesOf(engine)).toEqual(['s cancelled', 'after cancelled']);
    expect(await engine.fired()).toEqual(['on_subplan_spawn s']);
  });

  it('Given it stays when paused, when told to go on, then it goes on by the same path as after a kill', async () => {
    await using engine = await Engine.create(LONG, { stayWhenPaused: true });
    const running = engine.run();
    await seen(engine, callStarted);
    const paused = seen(engine, ({ type }) => type === 'checkpoint.created');
    engine.runner.ask({ kind: 'stop', by: 'pid 1' });
    await paused;
    expect((await running).pausedBecause).toBe('stopped');
  });
});

describe('decisions by people', () => {
  const ASK = `
name: p
steps:
  - { id: d, decide: { question: "Which?", options: [a, b], by: human } }
  - { id: free, run: 'true', effect: read, needs: [] }
  - { id: after, if: "decisions.d.chosen == 'b'", run: 'true', effect: read, needs: [d] }`;

  it('Given nobody to ask, then independent steps go on and the plan waits', async () => {
    await using engine = await Engine.create(ASK);
    const end = await engine.run();
    expect(end.pausedBecause).toBe('waiting');
    expect(statusesOf(engine)).toEqual(['d pending', 'free complete', 'after pending']);
    expect(decisionsOf(end.state).at(-1)).toMatchObject({ step_id: 'd', chosen: null });
  });

  it('Given nobody to ask and a default, then the default is taken and recorded as such', async () => {
    await using engine = await Engine.create(`
name: p
steps: [{ id: d, decide: { question: "Which?", options: [a, b], by: human, default: b } }]`);
    const end = await engine.run();
    expect(decisionsOf(end.state).at(-1)).toMatchObject({ chosen: 'b', by: 'default' });
  });

  it('Given a prompter, then questions are asked one at a time and the answers used', async () => {
    let open = 0;
    const prompter: Prompter = {
      ask: async ({ options }) => {
        open += 1;
        expect(open).toBe(1);
        await Promise.resolve();
        open -= 1;
        return options.at(-1)?.id ?? '42';
      },
    };
    await using engine = await Engine.create(
      `
name: p
steps:
  - { id: d, needs: [], decide: { question: "Which?", options: [a, b], by: human } }
  - { id: n, needs: [], ask: { question: "How many?", type: number } }
  - { id: set, needs: [n, d], uses: plan.set, with: { key: n, value: "\${{ steps.n.outputs.answer }}" } }`,
      { prompter },
    );
    const end = await engine.run();
    expect(decisionsOf(end.state).find(({ step_id }) => step_id === 'd')).toMatchObject({
      chosen: 'b',
      by: 'human',
    });
    expect(end.state.parts.context.get('n')?.value).toBe(42);
  });

  it.each([
    ['number', 'many', 'bad_answer', undefined],
    ['boolean', 'yes', undefined, true],
    ['string', 'Ada', undefined, 'Ada'],
  ])('Given an answer of type %s: %s', async (type, answer, code, value) => {
    await using engine = await Engine.create(
      `
name: p
steps:
  - { id: q, ask: { question: "?", type: ${type} } }
  - { id: set, uses: plan.set, with: { key: v, value: "\${{ steps.q.outputs.answer }}" } }`,
      { prompter: { ask: async () => answer } },
    );
    const end = await engine.run();
    expect(end.error?.code).toBe(code);
    expect(end.state.parts.context.get('v')?.value).toBe(value);
  });

  it('Given a prompter that nobody answers, then the plan waits', async () => {
    await using engine = await Engine.create(ASK, { prompter: { ask: async () => null } });
    expect((await engine.run()).pausedBecause).toBe('waiting');
  });

  it('Given an open question, when the run is paused, then the prompt is taken back', async () => {
    const ask = vi.fn<Prompter['ask']>(
      (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(null))),
    );
    await using engine = await Engine.create(ASK, { prompter: { ask } });
    const running = engine.run();
    await seen(engine, (event) => event.type === 'step.completed' && event.payload.step_id === 'free');
    engine.runner.ask({ kind: 'pause', by: 'pid 9' });
    expect((await running).pausedBecause).toBe('person');
    expect(ask).toHaveBeenCalledOnce();
  });
});
