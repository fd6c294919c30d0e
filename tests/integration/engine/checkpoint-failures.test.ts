import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/domain/errors.ts';
import { runStateOf, stepOf } from '../../../src/domain/plan-state.ts';
import type { Trigger } from '../../../src/domain/checkpoint.ts';
import type { Commit } from '../../../src/ports/plan-store.ts';
import { createMemoryStorage } from '../../../src/memory/create-memory-storage.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import type { Storage } from '../../../src/storage/open-storage.ts';
import { Engine } from '../../support/engine.ts';
import { FixedSettings } from '../../support/fixed-settings.ts';

/** A disk that is full whenever a checkpoint of these triggers is to be written (or anything that says so). */
function fullFor(
  triggers: readonly Trigger[],
  alsoTheNews = false,
  why: { readonly hint?: string } = { hint: 'the disk is full' },
): Storage {
  const storage = createMemoryStorage({ processes: new SystemProcessTable() });
  const { plans } = storage;
  const refuse = (commit: Commit): boolean =>
    commit.checkpoints.some(({ checkpoint }) => triggers.includes(checkpoint.trigger)) ||
    (alsoTheNews && commit.entries.some(({ event }) => event.type === 'checkpoint.failed'));
  const append = plans.append.bind(plans);
  plans.append = async (commit) => {
    if (refuse(commit)) throw new StorageError('database_full', 'no space left', why);
    await append(commit);
  };
  return storage;
}

const WRITE = 'name: p\nsteps: [{ id: w, uses: fs.write, with: { path: a.txt, content: a } }]';

describe('a checkpoint that cannot be stored', () => {
  it('Given stop, before a write: then the write does not run, the plan is paused, no on_error; later it goes on', async () => {
    await using engine = await Engine.create(WRITE, { storage: fullFor(['on_tool_write']) });
    const end = await engine.run();
    expect(end).toMatchObject({ pausedBecause: 'checkpoint_failed', error: { code: 'checkpoint_failed' } });
    expect(runStateOf(end.state)).toBe('paused');
    expect(engine.events.some(({ type }) => type === 'tool.started')).toBe(false);
    expect(engine.events.filter(({ type }) => type === 'checkpoint.failed')).toHaveLength(1);
    expect(await engine.fired()).toEqual([]);
    engine.settings.edit([]);
    expect(runStateOf((await engine.run()).state)).toBe('complete');
  });

  it('Given stop, after a write: then its result is recorded first, and it is not run again', async () => {
    await using engine = await Engine.create(WRITE, { storage: fullFor(['on_tool_write_complete']) });
    const end = await engine.run();
    expect(end.pausedBecause).toBe('checkpoint_failed');
    expect(engine.events.some(({ type }) => type === 'tool.completed')).toBe(true);
    expect(stepOf(end.state, 'w')?.status).toBe('pending');
  });

  it('Given warn, then it is shown and the plan goes on', async () => {
    const settings = new FixedSettings({ onFailure: 'warn' });
    await using engine = await Engine.create(WRITE, { settings, storage: fullFor(['on_tool_write']) });
    expect(runStateOf((await engine.run()).state)).toBe('complete');
    expect(engine.events.find(({ type }) => type === 'checkpoint.failed')?.payload).toMatchObject({
      trigger: 'on_tool_write',
      error: { code: 'database_full' },
    });
  });

  it.each([[false], [true]])(
    'Given on_error fails (its news too: %s), then the original error survives',
    async (news) => {
      const yaml = "name: p\nsteps: [{ id: bad, run: 'exit 9', effect: read }]";
      await using engine = await Engine.create(yaml, { storage: fullFor(['on_error'], news) });
      const end = await engine.run();
      expect(end.error).toMatchObject({ code: 'command_failed' });
      expect(runStateOf(end.state)).toBe('errored');
    },
  );

  it('Given a manual one fails, then the asker hears why', async () => {
    await using engine = await Engine.create('name: p\nsteps: [{ id: s, sleep: 60s }]', {
      storage: fullFor(['manual']),
    });
    const running = engine.run();
    engine.runner.ask({ kind: 'pause', by: 'pid 1' });
    await expect(running).rejects.toMatchObject({ code: 'checkpoint_failed', hint: 'the disk is full' });
  });

  it('Given a fault that says nothing more, then the refusal says what that means for the plan', async () => {
    await using engine = await Engine.create('name: p\nsteps: [{ id: s, sleep: 60s }]', {
      storage: fullFor(['manual'], false, {}),
    });
    const running = engine.run();
    engine.runner.ask({ kind: 'pause', by: 'pid 1' });
    await expect(running).rejects.toMatchObject({ hint: expect.stringContaining('the plan is paused') });
  });
});

describe('intervals', () => {
  const STEPS = `name: p\nsteps: [${Array.from({ length: 5 }, (_, n) => `{ id: s${n}, run: 'true', effect: read }`).join(', ')}]`;

  it('Given every 2 steps, then one is taken at each second step', async () => {
    await using engine = await Engine.create(STEPS, { settings: new FixedSettings({ intervalSteps: 2 }) });
    await engine.run();
    expect(await engine.fired()).toEqual(['interval s1', 'interval s3']);
  });

  it('Given a time, then none is taken before it is over, and one at the first step behind it', async () => {
    await using early = await Engine.create(STEPS, {
      settings: new FixedSettings({ intervalSeconds: 3600 }),
    });
    await early.run();
    expect(await early.fired()).toEqual([]);
    await using due = await Engine.create(STEPS, { settings: new FixedSettings({ intervalSeconds: 0 }) });
    await due.run();
    expect(await due.fired()).toHaveLength(5);
  });

  it('Given an empty auto_create_on, then none is taken, and that is said once', async () => {
    const settings = new FixedSettings({ intervalSteps: 1, autoCreateOn: [] });
    await using engine = await Engine.create(STEPS, { settings });
    await engine.run();
    expect(await engine.fired()).toEqual([]);
    expect(engine.events.filter(({ type }) => type === 'note.added')).toHaveLength(1);
  });

  it('Given one is due while another step writes, then it waits for the end of that window', async () => {
    await using engine = await Engine.create(
      `
name: p
steps:
  - { id: w, needs: [], run: 'while ! test -f go; do sleep 0.01; done' }
  - { id: r, needs: [], run: 'while ! test -f reading; do sleep 0.01; done', effect: read }`,
      { settings: new FixedSettings({ intervalSteps: 1 }) },
    );
    const readEnded = new Promise<void>((resolve) => {
      engine.bus.subscribe({
        onEvent: (event) => {
          if (event.type === 'tool.started' && event.payload.step_id === 'w') {
            void writeFile(join(engine.workspace, 'reading'), '');
          }
          if (event.type === 'step.completed' && event.payload.step_id === 'r') resolve();
        },
      });
    });
    const running = engine.run();
    await readEnded;
    await writeFile(join(engine.workspace, 'go'), '');
    await running;
    const fired = await engine.fired();
    expect(fired.slice(0, 2)).toEqual(['on_tool_write w', 'on_tool_write_complete w']);
    expect(fired.slice(2).toSorted()).toEqual(['interval r', 'interval w']);
  });

  it('Given one fails under stop, then the plan is paused', async () => {
    const settings = new FixedSettings({ intervalSteps: 1 });
    await using engine = await Engine.create(STEPS, { settings, storage: fullFor(['interval']) });
    expect((await engine.run()).pausedBecause).toBe('checkpoint_failed');
  });
});

describe('listeners', () => {
  it('Given one that throws, then the plan and the other listeners are not hurt, and it is recorded', async () => {
    await using engine = await Engine.create(WRITE);
    const off = engine.bus.subscribe({
      onEvent: () => {
        throw new Error('a broken screen');
      },
    });
    expect(runStateOf((await engine.run()).state)).toBe('complete');
    off();
    expect(engine.bus.failures.length).toBeGreaterThan(5);
    expect(engine.events.length).toBeGreaterThan(5);
  });
});
