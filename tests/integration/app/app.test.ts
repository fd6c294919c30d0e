import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openApp, type App, type AppOptions } from '../../../src/app/compose.ts';
import type { RunOptions } from '../../../src/app/run-options.ts';
import type { EventListener } from '../../../src/ports/event-listener.ts';
import { asking } from '../../support/control.ts';
import { endLiving, living } from '../../support/living-process.ts';

let home: string;
let folder: string;
const apps: App[] = [];

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'agents-app-')));
  folder = join(home, 'project');
  await mkdir(folder);
});

afterEach(async () => {
  endLiving();
  vi.unstubAllEnvs();
  for (const app of apps.splice(0)) await app.close();
  await rm(home, { recursive: true, force: true });
});

function open(env: AppOptions['env'] = {}): App {
  const { PATH } = process.env;
  const own = { PATH, HOME: home, AGENTS_HOME: join(home, 'agents'), ...env };
  const app = openApp({ cwd: folder, env: own, set: { 'core.checkpoints.auto_create_on': '[]' } });
  apps.push(app);
  return app;
}

async function planOf(app: App, yaml: string): Promise<string> {
  const file = join(folder, 'p.plan.yaml');
  await writeFile(file, yaml);
  return (await app.createPlan({ file, workspace: folder, inputs: {} })).plan_id;
}

const run = (listener: EventListener = {}, more: Partial<RunOptions> = {}): RunOptions => ({
  listeners: [listener],
  prompter: null,
  inputs: {},
  rerun: [],
  skip: [],
  takeOver: false,
  stayWhenPaused: false,
  ...more,
});

const WRITE = "name: p\nsteps: [{ id: w, run: 'while ! test -f go; do sleep 0.02; done' }]";

describe('creating a plan', () => {
  it.each([
    ['a template', 'Ship ${{ inputs.n }}', 'Ship 2'],
    ['an expression that is no text', '${{ inputs.n }}', '2'],
  ])('Given a goal that is %s, then it is filled from the inputs', async (_, goal, filled) => {
    const app = open();
    const id = await planOf(
      app,
      `name: p\ngoal: "${goal}"\ninputs: { n: { type: number, default: 2 } }\nsteps: [{ run: echo }]`,
    );
    expect(await (await app.storage()).plans.get(id)).toMatchObject({ goal: filled, state: 'queued' });
  });
});

describe('a home', () => {
  it('Given no HOME in the environment, then the system says where it is', async () => {
    vi.stubEnv('HOME', home);
    const { config } = await open({ HOME: undefined }).config(folder);
    expect(config.core.checkpoints.auto_create_on).toEqual([]);
  });

  it('Given a database that cannot be opened, then the fault is told, and the program still closes', async () => {
    await writeFile(join(home, 'agents'), 'a file where a folder should be');
    const app = open();
    await expect(app.storage()).rejects.toMatchObject({ exitCode: 7 });
    await app.close();
  });
});

describe('starting a plan', () => {
  it('Given another process runs it, then it is refused, or taken over if that is wished', async () => {
    const app = open();
    const id = await planOf(app, "name: p\nsteps: [{ run: 'true', effect: read }]");
    const { leases } = await app.storage();
    await leases.acquire(id, (await living()).identity, 'runner', null);
    await expect(app.startPlan(id, run())).rejects.toMatchObject({ code: 'plan_held' });
    const { outcome } = await app.startPlan(id, run({}, { takeOver: true }));
    expect(await outcome).toMatchObject({ plan: { state: 'complete' }, pausedBecause: null, error: null });
    expect(await leases.read(id)).toBeNull();
  });

  it('Given the workspace is held by another writer, then a listener hears for whom the step waits', async () => {
    const app = open();
    const id = await planOf(app, "name: p\nsteps: [{ id: w, run: 'true' }]");
    const { workspaceLock } = await app.storage();
    const other = { plan_id: 'P', step_id: 'busy', call_id: 'K', tool: 'fs.write', since: 'now' };
    const held = await workspaceLock.acquire(
      folder,
      { ...other, process: app.processes.self },
      { signal: new AbortController().signal, onWait: () => undefined },
    );
    const { promise, resolve } = Promise.withResolvers<string>();
    const { outcome } = await app.startPlan(id, run({ onWaiting: resolve }));
    expect(await promise).toMatch(
      /^w waits for the workspace, held by step busy \(fs\.write\), pid \d+ since now$/,
    );
    await held.release();
    expect((await outcome).plan.state).toBe('complete');
  });

  it('Given a checkpoint is asked for while a write runs, then the asker hears so; cancel ends the run', async () => {
    const app = open();
    const id = await planOf(app, WRITE);
    const { promise, resolve } = Promise.withResolvers<void>();
    const onEvent: EventListener['onEvent'] = ({ type }) => type === 'tool.spawned' && resolve();
    const { outcome, cancel } = await app.startPlan(id, run({ onEvent }));
    await promise;
    const other = open();
    const said = Promise.withResolvers<string>();
    const control = await other.control();
    const asked = control.checkpoint(id, null, { ...asking, onProgress: said.resolve });
    expect(await said.promise).toContain('queued: step w (shell.run) writes');
    cancel('SIGINT');
    expect((await outcome).plan.state).toBe('cancelled');
    expect(await asked).toMatchObject({ trigger: 'manual' });
  });
});
