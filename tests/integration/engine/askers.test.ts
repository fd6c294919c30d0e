import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decisionsOf } from '../../../src/domain/plan-state.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { systemClock } from '../../../src/host/system-clock.ts';
import { UlidSource } from '../../../src/host/ulid-source.ts';
import type { ProcessIdentity } from '../../../src/ports/process-table.ts';
import type { PlanRequest, RequestKind } from '../../../src/ports/request-store.ts';
import type { Storage } from '../../../src/storage/open-storage.ts';
import { asking, controlOf } from '../../support/control.ts';
import { Engine } from '../../support/engine.ts';
import { FixedSettings } from '../../support/fixed-settings.ts';
import { end, endLiving, gone, living } from '../../support/living-process.ts';
import { SharedHome } from '../../support/shared-home.ts';

const processes = new SystemProcessTable();
const ids = new UlidSource(systemClock);

afterEach(endLiving);

const GATED = "name: p\nsteps: [{ id: w, run: 'while ! test -f go; do sleep 0.02; done' }]";
const QUESTION = 'name: p\nsteps: [{ id: d, decide: { question: "Which?", options: [a, b], by: human } }]';

function requestOf(
  engine: Engine,
  kind: RequestKind,
  asker: ProcessIdentity,
  args: PlanRequest['args'] = {},
): PlanRequest {
  const { planId } = engine;
  const unanswered = { progress: null, answered_at: null, result: null };
  const asked_at = new Date().toISOString();
  return {
    id: ids.next(),
    root_plan_id: planId,
    plan_id: planId,
    kind,
    args,
    asker,
    asked_at,
    ...unanswered,
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(5);
}

/** A run whose write goes on until the test makes the file `go`. */
async function inWrite(engine: Engine): Promise<{ readonly end: () => Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  engine.bus.subscribe({ onEvent: ({ type }) => type === 'tool.spawned' && resolve() });
  const ended = engine.run();
  await promise;
  return {
    end: async () => {
      await writeFile(join(engine.workspace, 'go'), '');
      await ended;
    },
  };
}

describe('an asker that goes away', () => {
  it('Given it is gone before its request is seen, then the request is taken back', async () => {
    await using home = await SharedHome.open();
    const { requests } = home.asker;
    await using engine = await Engine.create(QUESTION, { storage: home.runner });
    const request = requestOf(engine, 'checkpoint', await gone());
    await requests.ask(request);
    await until(async () => (await requests.read(request.id)) === null);
    expect(await engine.checkpoints()).toEqual([]);
  });

  it('Given it goes while its request waits for a write, then no checkpoint is taken', async () => {
    await using home = await SharedHome.open();
    const { requests } = home.asker;
    const settings = new FixedSettings({ autoCreateOn: [] });
    await using engine = await Engine.create(GATED, { storage: home.runner, settings });
    const { child, identity } = await living();
    const run = await inWrite(engine);
    const request = requestOf(engine, 'checkpoint', identity);
    await requests.ask(request);
    await until(async () => (await requests.read(request.id))?.progress !== null);
    // Nothing was taken yet that holds the state before.
    expect((await requests.read(request.id))?.progress).toMatch(
      /^queued: step w \(shell\.run\) writes since [\d:]+$/,
    );
    await end(child);
    await run.end();
    await until(async () => (await requests.read(request.id)) === null);
    expect(await engine.checkpoints()).toEqual([]);
  });

  it.each<[RequestKind, PlanRequest['args']]>([
    ['pause', {}],
    ['answer', { decision: 'd', choice: 'a' }],
    ['checkpoint', {}],
  ])(
    'Given a request (%s) is taken back in the moment it is seen, then nothing is done',
    async (kind, args) => {
      await using home = await SharedHome.open();
      const { requests } = home.runner;
      const pending = requests.pending.bind(requests);
      requests.pending = async (rootId) => {
        const found = await pending(rootId);
        for (const { id } of found) await requests.withdraw(id);
        return found;
      };
      await using engine = await Engine.create(QUESTION, { storage: home.runner });
      await engine.run();
      const before = engine.events.length;
      const request = requestOf(engine, kind, processes.self, args);
      await home.asker.requests.ask(request);
      await until(async () => (await requests.read(request.id)) === null);
      await engine.giveUpLease();
      expect(engine.events).toHaveLength(before);
      expect(decisionsOf(engine.journal.plan(engine.planId)).at(-1)?.chosen).toBeNull();
    },
  );
});

describe('a run that answers', () => {
  it('Given no write runs, then a checkpoint without a label is taken at once', async () => {
    await using home = await SharedHome.open();
    await using engine = await Engine.create('name: p\nsteps: [{ id: s, sleep: 60s }]', {
      storage: home.runner,
    });
    const running = engine.run();
    const said: string[] = [];
    const options = { ...asking, onProgress: (text: string) => void said.push(text) };
    expect(await controlOf(home.asker).checkpoint(engine.planId, null, options)).toMatchObject({
      trigger: 'manual',
      label: null,
    });
    expect(said).toEqual([]);
    engine.runner.ask({ kind: 'cancel', by: 'test' });
    await running;
  });

  it('Given a fault that nobody foresaw, then the asker hears of it as one', async () => {
    await using home = await SharedHome.open();
    await using engine = await Engine.create(QUESTION, { storage: home.runner });
    await engine.run();
    home.runner.plans.append = async () => {
      throw new TypeError('not a function');
    };
    const asked = controlOf(home.asker).answer(engine.planId, 'd', 'a', asking);
    await expect(asked).rejects.toMatchObject({
      code: 'unexpected',
      message: 'not a function',
      hint: null,
      exitCode: 70,
    });
  });
});

describe('a runner that goes away', () => {
  /** A plan that somebody holds who answers nothing, and the request that is asked of it. */
  async function held(storage: Storage): Promise<Engine> {
    const engine = await Engine.create(QUESTION, { storage });
    await engine.run();
    await engine.giveUpLease();
    await storage.leases.acquire(engine.planId, processes.self, 'runner', null);
    return engine;
  }

  it.each([
    ['before it has taken the request', false],
    ['after it has said that it begins', true],
  ])('Given it goes %s, then it is done here', async (_, claims) => {
    await using home = await SharedHome.open();
    const storage = home.asker;
    await using engine = await held(storage);
    const asked = controlOf(storage).checkpoint(engine.planId, 'mine', asking);
    await until(async () => (await storage.requests.pending(engine.planId)).length > 0);
    const [request] = await storage.requests.pending(engine.planId);
    if (claims) await storage.requests.claim(request?.id ?? '');
    const lease = await storage.leases.read(engine.planId);
    if (lease) await storage.leases.release(lease);
    expect(await asked).toMatchObject({ label: 'mine', number: 2 });
  });

  it('Given it answers with its last breath, then that answer counts', async () => {
    await using home = await SharedHome.open();
    const storage = home.asker;
    await using engine = await held(storage);
    const { leases, requests } = storage;
    const read = leases.read.bind(leases);
    leases.read = async (rootId) => {
      const [request] = await requests.pending(rootId);
      if (!request) return await read(rootId);
      await requests.claim(request.id);
      await requests.answer(request.id, { ok: true, plan_id: rootId, phase: 'execute', state: 'paused' });
      return null;
    };
    expect(await controlOf(storage).pause(engine.planId, asking)).toEqual({
      plan_id: engine.planId,
      phase: 'execute',
      state: 'paused',
    });
  });

  it('Given a request that is being carried out, when the time is over, then its answer is still waited for', async () => {
    await using home = await SharedHome.open();
    const storage = home.asker;
    await using engine = await held(storage);
    const { requests } = storage;
    const claim = async (): Promise<string> => {
      await until(async () => (await requests.pending(engine.planId)).length > 0);
      const [request] = await requests.pending(engine.planId);
      await requests.claim(request?.id ?? '');
      return request?.id ?? '';
    };
    const leaving = new AbortController();
    const asked = controlOf(storage).pause(engine.planId, { ...asking, signal: leaving.signal });
    const id = await claim();
    const withdrawing = Promise.withResolvers<void>();
    const withdraw = requests.withdraw.bind(requests);
    requests.withdraw = async (one) => {
      const done = await withdraw(one);
      withdrawing.resolve();
      return done;
    };
    leaving.abort();
    await withdrawing.promise;
    await requests.answer(id, { ok: true, plan_id: engine.planId, phase: 'execute', state: 'paused' });
    expect(await asked).toMatchObject({ state: 'paused' });
  });
});
