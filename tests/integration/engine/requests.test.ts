import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/domain/checkpoint.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import { decisionsOf, stepOf } from '../../../src/domain/plan-state.ts';
import { EventBus } from '../../../src/execution/event-bus.ts';
import { LiveJournal } from '../../../src/execution/live-journal.ts';
import { PlanControlService } from '../../../src/execution/plan-control-service.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { systemClock } from '../../../src/host/system-clock.ts';
import { UlidSource } from '../../../src/host/ulid-source.ts';
import type { AskOptions } from '../../../src/ports/plan-control.ts';
import { openStorage, type Storage } from '../../../src/storage/open-storage.ts';
import { Engine, type EngineOptions } from '../../support/engine.ts';

const processes = new SystemProcessTable();

/** The database of a home, opened twice: once for the run, once for whoever asks, as two processes would. */
let storages: readonly [Storage, Storage];
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'agents-requests-'));
  const open = (): Promise<Storage> => openStorage({ home, durability: 'normal', processes });
  storages = [await open(), await open()];
});

afterEach(async () => {
  for (const storage of storages) await storage.close();
  await rm(home, { recursive: true, force: true });
});

const create = (yaml: string, options: EngineOptions = {}): Promise<Engine> =>
  Engine.create(yaml, { ...options, storage: storages[0] });

function controlOf(_engine: Engine): PlanControlService {
  const [, storage] = storages;
  const ids = new UlidSource(systemClock);
  const { plans, leases, requests, checkpoints } = storage;
  const openJournal = (rootId: string, fence: number): Promise<LiveJournal> =>
    LiveJournal.open({ plans, bus: new EventBus(), clock: systemClock, ids }, rootId, fence);
  return new PlanControlService({
    plans,
    leases,
    requests,
    checkpoints,
    processes,
    clock: systemClock,
    ids,
    openJournal,
  });
}

const asking = (more: Partial<AskOptions> = {}): AskOptions => ({
  timeoutMs: null,
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...more,
});

function seen(engine: Engine, fits: (event: PlanEvent) => boolean): Promise<PlanEvent> {
  return new Promise((resolve) => {
    engine.bus.subscribe({ onEvent: (event) => fits(event) && resolve(event) });
  });
}

const GATED = `name: p
steps:
  - { id: w, run: 'while ! test -f go; do sleep 0.02; done' }
  - { id: r, run: 'true', effect: read }`;

async function inWrite(
  options: EngineOptions = {},
): Promise<{ engine: Engine; ended: ReturnType<Engine['run']> }> {
  const engine = await create(GATED, options);
  const started = seen(engine, ({ type }) => type === 'tool.spawned');
  const ended = engine.run();
  await started;
  return { engine, ended };
}

describe('asking the process that runs a plan', () => {
  it('Given a write that runs, when a checkpoint is asked for, then it waits, says why, and comes after the write', async () => {
    const { engine, ended } = await inWrite();
    await using _ = engine;
    const said: string[] = [];
    const asked = controlOf(engine).checkpoint(
      engine.planId,
      'mine',
      asking({ onProgress: (text) => said.push(text) }),
    );
    const impatient = controlOf(engine).checkpoint(engine.planId, null, asking({ timeoutMs: 200 }));
    await expect(impatient).rejects.toMatchObject({ code: 'ask_timed_out', exitCode: 5 });
    const leaving = new AbortController();
    const left = controlOf(engine).checkpoint(engine.planId, null, asking({ signal: leaving.signal }));
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'ask_withdrawn' });
    await writeFile(join(engine.workspace, 'go'), '');
    expect(await asked).toMatchObject({ trigger: 'manual', label: 'mine', number: 3 });
    expect(said[0]).toMatch(
      /^queued: step w \(shell\.run\) writes since .*; its state before is checkpoint 1$/,
    );
    await ended;
    expect((await engine.fired()).filter((line) => line === 'manual')).toHaveLength(1);
  });

  it('Given a write that runs, when a checkpoint is marked from elsewhere, then the runner records it at once', async () => {
    const { engine, ended } = await inWrite();
    await using _ = engine;
    const control = controlOf(engine);
    const [{ id }] = (await storages[1].checkpoints.list({ planId: engine.planId })).items as [Checkpoint];
    const seenMark = seen(engine, ({ type }) => type === 'checkpoint.marked');
    const kept = await control.mark(engine.planId, id, { label: 'mine', pinned: true }, asking());
    expect(kept).toMatchObject({ id, label: 'mine', pinned: true });
    expect(await seenMark).toMatchObject({ payload: { checkpoint_id: id, number: 1, label: 'mine' } });
    // What is so already is no event.
    await control.mark(engine.planId, id, { pinned: true }, asking());
    await expect(control.mark(engine.planId, id.replace(/..$/, '00'), {}, asking())).rejects.toMatchObject({
      code: 'checkpoint_not_found',
      exitCode: 4,
    });
    await writeFile(join(engine.workspace, 'go'), '');
    await ended;
    // Nobody runs it any more: done here.
    expect(await control.mark(engine.planId, id, { label: null, pinned: false }, asking())).toMatchObject({
      label: null,
      pinned: false,
    });
    const marks = await storages[1].plans.eventsOfType(engine.planId, 'checkpoint.marked');
    expect(marks.map(({ payload }) => payload)).toEqual([
      { checkpoint_id: id, number: 1, label: 'mine', pinned: true },
      { checkpoint_id: id, number: 1, label: null, pinned: false },
    ]);
  });

  it('Given pause and resume from elsewhere, then the run rests and goes on in the same process', async () => {
    const { engine, ended } = await inWrite({ stayWhenPaused: true });
    await using _ = engine;
    const control = controlOf(engine);
    const paused = control.pause(engine.planId, asking());
    // The wish has to be taken before the write ends.
    while ((await storages[1].requests.pending(engine.planId)).length === 0) await systemClock.sleep(5);
    await engine.wished;
    await writeFile(join(engine.workspace, 'go'), '');
    expect(await paused).toMatchObject({ state: 'paused' });
    expect(await control.resume(engine.planId, asking())).toMatchObject({ state: 'processing' });
    expect((await ended).pausedBecause).toBeNull();
    expect(stepOf(engine.journal.plan(engine.planId), 'r')?.status).toBe('complete');
  });

  it('Given a resting run, when it is cancelled from elsewhere, then it ends', async () => {
    await using engine = await create('name: p\nsteps: [{ id: s, sleep: 60s }]', { stayWhenPaused: true });
    const ended = engine.run();
    const control = controlOf(engine);
    await control.pause(engine.planId, asking());
    expect(await control.cancel(engine.planId, asking())).toMatchObject({ state: 'cancelled' });
    expect((await ended).pausedBecause).toBeNull();
  });

  it('Given a run that is not resting, when told to resume, then that is answered at once', async () => {
    const { engine, ended } = await inWrite();
    await using _ = engine;
    expect(await controlOf(engine).resume(engine.planId, asking())).toMatchObject({ state: 'processing' });
    await controlOf(engine).stop(engine.planId, asking());
    expect((await ended).pausedBecause).toBe('stopped');
  });

  it('Given a question, when it is answered from elsewhere, then the prompt is taken back and the plan goes on', async () => {
    const yaml = 'name: p\nsteps: [{ id: d, decide: { question: "Which?", options: [a, b], by: human } }]';
    const ask = (_: unknown, signal: AbortSignal): Promise<null> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));
    await using engine = await create(yaml, { prompter: { ask } });
    const asked = seen(
      engine,
      (event) => event.type === 'decision.made' && event.payload.decision.chosen === null,
    );
    const ended = engine.run();
    await asked;
    const control = controlOf(engine);
    await expect(control.answer(engine.planId, 'd', 'z', asking())).rejects.toMatchObject({
      code: 'unknown_option',
      hint: 'options: a, b',
      exitCode: 2,
    });
    await expect(control.answer(engine.planId, 'nothing', 'a', asking())).rejects.toMatchObject({
      exitCode: 4,
    });
    await control.answer(engine.planId, 'd', 'b', asking());
    expect((await ended).pausedBecause).toBeNull();
    expect(decisionsOf(engine.journal.plan(engine.planId)).at(-1)).toMatchObject({
      chosen: 'b',
      by: `pid ${process.pid}`,
    });
  });

  it.each([
    ['approve', ['on_tool_write sly', 'on_tool_write_complete sly', 'on_error w'], 1],
    [
      'deny',
      [
        'on_tool_write sly',
        'on_tool_write_complete sly',
        'on_tool_write w',
        'on_tool_write_complete w',
        'on_error w',
      ],
      0,
    ],
  ] as const)(
    'Given a step that changed the settings while it wrote, when a person says %s, then that holds from then on',
    async (word, fired, changes) => {
      await using engine = await create(`name: p
steps:
  - { id: sly, run: 'true' }
  - { id: wait, run: 'while ! test -f go; do sleep 0.02; done', effect: read }
  - { id: w, run: 'false' }`);
      engine.bus.subscribe({
        onEvent: (event) => {
          if (event.type === 'tool.started' && event.payload.step_id === 'sly')
            engine.settings.edit(['on_error']);
        },
      });
      const refused = seen(engine, ({ type }) => type === 'config.changed');
      const waits = seen(
        engine,
        (event) => event.type === 'step.started' && event.payload.step_id === 'wait',
      );
      const ended = engine.run();
      await Promise.all([refused, waits]);
      const control = controlOf(engine);
      await control[word](engine.planId, asking());
      await expect(control[word](engine.planId, asking())).rejects.toMatchObject({
        code: 'nothing_to_approve',
        exitCode: 6,
      });
      await writeFile(join(engine.workspace, 'go'), '');
      await ended;
      expect(await engine.fired()).toEqual(fired.map((name) => (name === 'on_error w' ? 'on_error' : name)));
      const told = engine.events.filter(({ type }) => type === 'config.changed');
      expect(told).toMatchObject([
        { payload: { error: { code: 'config_changed_by_step' } } },
        { payload: { error: null, changes: { length: changes } } },
      ]);
      expect(engine.events.some(({ type }) => type === 'note.added')).toBe(true);
    },
  );

  it('Given a kind that a run does not know, then the asker hears so', async () => {
    const { engine, ended } = await inWrite();
    await using _ = engine;
    const id = new UlidSource(systemClock).next();
    const [asked_at, root] = [new Date().toISOString(), engine.planId];
    const ask = { id, root_plan_id: root, plan_id: root, args: {}, asker: processes.self, asked_at };
    await storages[1].requests.ask({
      ...ask,
      kind: 'retry',
      progress: null,
      answered_at: null,
      result: null,
    });
    let request = await engine.storage.requests.read(id);
    while (!request?.answered_at) {
      await systemClock.sleep(5);
      request = await engine.storage.requests.read(id);
    }
    expect(request.result).toMatchObject({ ok: false, error: { code: 'not_supported' } });
    engine.runner.ask({ kind: 'cancel', by: 'test' });
    await ended;
  });
});

describe('asking where nobody runs the plan', () => {
  const QUESTION = 'name: p\nsteps: [{ id: d, decide: { question: "Which?", options: [a, b], by: human } }]';

  async function rested(yaml: string): Promise<Engine> {
    const engine = await create(yaml);
    await engine.run();
    await engine.giveUpLease();
    return engine;
  }

  it('Given a plan that waits, then checkpoint, answer and cancel are done here; pause, resume, stop are refused', async () => {
    await using engine = await rested(QUESTION);
    const control = controlOf(engine);
    expect(await control.checkpoint(engine.planId, null, asking())).toMatchObject({
      trigger: 'manual',
      state: 'paused',
    });
    for (const wish of ['pause', 'resume', 'stop'] as const) {
      await expect(control[wish](engine.planId, asking())).rejects.toMatchObject({
        code: 'not_running',
        exitCode: 6,
      });
    }
    await control.answer(engine.planId, 'd', 'a', asking());
    await expect(control.answer(engine.planId, 'd', 'a', asking())).rejects.toMatchObject({
      code: 'already_answered',
    });
    expect(await control.cancel(engine.planId, asking())).toMatchObject({ state: 'cancelled' });
    await expect(control.cancel(engine.planId, asking())).rejects.toMatchObject({
      code: 'plan_ended',
      exitCode: 6,
    });
    expect(await engine.storage.leases.read(engine.planId)).toBeNull();
  });

  it('Given decisions of the same name in two subplans, then the answer has to say which', async () => {
    const child = (name: string): string =>
      `{ name: ${name}, steps: [{ id: d, decide: { question: "In ${name}?", options: [a, b], by: human } }] }`;
    await using engine = await rested(
      `name: p\nsteps: [{ id: s, subplans: { mode: parallel, plans: [${child('x')}, ${child('y')}] } }]`,
    );
    const control = controlOf(engine);
    await expect(control.answer(engine.planId, 'd', 'a', asking())).rejects.toMatchObject({
      code: 'ambiguous_decision',
    });
    const waiting = [...engine.journal.tree.plans.values()]
      .flatMap(decisionsOf)
      .filter(({ chosen }) => chosen === null);
    expect(waiting).toHaveLength(2);
    for (const { id } of waiting) await control.answer(engine.planId, id.slice(-8), 'a', asking());
  });

  it('Given another command that holds the plan for a moment, then it waits for its turn, or until its time is over', async () => {
    await using engine = await rested(QUESTION);
    const held = await engine.storage.leases.acquire(engine.planId, processes.self, 'command', null);
    const control = controlOf(engine);
    const late = control.checkpoint(engine.planId, null, asking({ timeoutMs: 50 }));
    await expect(late).rejects.toMatchObject({ code: 'ask_timed_out' });
    const aborted = AbortSignal.abort();
    await expect(control.checkpoint(engine.planId, null, asking({ signal: aborted }))).rejects.toMatchObject({
      code: 'ask_withdrawn',
    });
    const waiting = control.checkpoint(engine.planId, null, asking());
    if (held) await engine.storage.leases.release(held);
    expect(await waiting).toMatchObject({ trigger: 'manual' });
  });
});
