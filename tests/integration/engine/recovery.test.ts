import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { callsOf, stepOf, subplansOf } from '../../../src/domain/plan-state.ts';
import { createRootPlan } from '../../../src/execution/create-root-plan.ts';
import { HeldLease, leaseHeld, takeOverLease, tryAcquireLease } from '../../../src/execution/plan-lease.ts';
import { recover, requireUnfinished } from '../../../src/execution/plan-runner.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import { createMemoryStorage } from '../../../src/memory/create-memory-storage.ts';
import type { LeaseStore } from '../../../src/ports/lease-store.ts';
import type { ProcessIdentity } from '../../../src/ports/process-table.ts';
import { Engine } from '../../support/engine.ts';

const processes = new SystemProcessTable();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A real process that lives until it is ended. */
async function living(
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn('sleep', ['60'], { env: { ...process.env, ...env }, detached: true });
  children.push(child);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  return { child, identity: { ...processes.self, pid, start_time: processes.startTime(pid) } };
}

async function gone(): Promise<ProcessIdentity> {
  const { child, identity } = await living();
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

/** A plan whose step was cut off by a kill: its call has begun, nobody saw its end. */
async function cutOff(effect: 'read' | 'write'): Promise<Engine> {
  const engine = await Engine.create(`
name: p
steps:
  - { id: cut, run: 'true', effect: ${effect} }
  - { id: s, subplans: { plans: [{ name: x, steps: [{ id: r, run: 'true', effect: read }] }] } }`);
  const { journal, planId } = engine;
  const call = {
    call_id: 'CALL',
    step_id: 'cut',
    attempt: 1,
    tool: 'shell.run',
    effect,
    input: {},
    tree_before: null,
  };
  await journal.commit([
    { type: 'plan.phase_changed', plan_id: planId, payload: { phase: 'execute', state: 'processing' } },
    { type: 'step.started', plan_id: planId, payload: { step_id: 'cut', attempt: 1 } },
    { type: 'tool.started', plan_id: planId, payload: call },
  ]);
  return engine;
}

const nothing = { rerun: [], skip: [] };

describe('going on after a kill', () => {
  it('Given a read that was cut off, then it runs again, and its first call stays in the history as interrupted', async () => {
    await using engine = await cutOff('read');
    await recover(engine.journal, processes, nothing);
    const end = await engine.run();
    expect(callsOf(end.state).map(({ status }) => status)).toEqual(['interrupted', 'complete']);
    expect(subplansOf(end.state)).toMatchObject([{ status: 'complete' }]);
  });

  it('Given a write that was cut off, then nothing is guessed: it names the step and both ways on', async () => {
    await using engine = await cutOff('write');
    await expect(recover(engine.journal, processes, nothing)).rejects.toMatchObject({
      code: 'unfinished_write',
      exitCode: 5,
      message: expect.stringContaining('cut (shell.run)'),
      nextSteps: [expect.stringContaining('--rerun cut'), expect.stringContaining('--skip cut')],
    });
  });

  it.each([
    ['rerun', 'complete', 2],
    ['skip', 'skipped', 1],
  ])('Given a write that was cut off and --%s, then the step ends %s', async (word, status, calls) => {
    await using engine = await cutOff('write');
    await recover(engine.journal, processes, { ...nothing, [word]: ['cut'] });
    const end = await engine.run();
    expect(stepOf(end.state, 'cut')?.status).toBe(status);
    expect(callsOf(end.state)).toHaveLength(calls);
  });

  it('Given its tool survived, then that is ended first', async () => {
    await using engine = await cutOff('read');
    const { child } = await living({ AGENTS_CALL_ID: 'CALL' });
    await recover(engine.journal, processes, nothing);
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGTERM');
  });

  it('Given a survivor that cannot be ended, then the plan does not go on', async () => {
    await using engine = await cutOff('read');
    const { child } = await living({ AGENTS_CALL_ID: 'CALL' });
    /** Of a user whose processes this one may not end. */
    class Powerless extends SystemProcessTable {
      override end(pids: readonly number[]): Promise<readonly number[]> {
        return Promise.resolve(pids);
      }
    }
    await expect(recover(engine.journal, new Powerless(), nothing)).rejects.toMatchObject({
      code: 'survivor',
      exitCode: 6,
      message: expect.stringContaining(String(child.pid)),
    });
  });

  it.each([
    ['complete', true],
    ['failed', false],
  ])(
    'Given a call with a result (%s) whose step had not ended, then it is never run again',
    async (kind, works) => {
      await using engine = await cutOff('write');
      const { planId, journal } = engine;
      const ended = works
        ? ({
            type: 'tool.completed',
            payload: { call_id: 'CALL', result: { seen: 1 }, tree_after: null },
          } as const)
        : ({
            type: 'tool.failed',
            payload: {
              call_id: 'CALL',
              result: null,
              tree_after: null,
              error: { code: 'x', message: kind, hint: 'h' },
            },
          } as const);
      await journal.commit([{ ...ended, plan_id: planId }]);
      await recover(journal, processes, nothing);
      const end = await engine.run();
      expect(callsOf(end.state)).toHaveLength(1);
      expect(stepOf(end.state, 'cut')?.status).toBe(works ? 'complete' : 'failed');
      expect(end.error).toEqual(works ? null : { code: 'x', message: 'failed', hint: 'h' });
    },
  );

  it('Given a kill between the failure and its clean-up, then only the clean-up is left', async () => {
    await using engine = await Engine.create(
      "name: p\nsteps: [{ id: bad, run: exit 1, effect: read }, { id: tidy, if: failure(), run: 'true', effect: read }]",
    );
    const { journal, planId } = engine;
    const error = { code: 'x', message: 'broken', hint: null };
    await journal.commit([
      { type: 'plan.phase_changed', plan_id: planId, payload: { phase: 'execute', state: 'processing' } },
      { type: 'step.started', plan_id: planId, payload: { step_id: 'bad', attempt: 1 } },
      { type: 'step.failed', plan_id: planId, payload: { step_id: 'bad', error, continued: false } },
      { type: 'plan.failed', plan_id: planId, payload: { error } },
    ]);
    const end = await engine.run();
    expect(end.error).toEqual(error);
    expect(stepOf(end.state, 'tidy')?.status).toBe('complete');
    expect(await engine.fired()).toEqual([]);
  });

  it('Given a plan that has ended, then it is not executed again', async () => {
    await using engine = await Engine.create("name: p\nsteps: [{ id: a, run: 'true', effect: read }]");
    requireUnfinished(engine.journal.plan(engine.planId));
    const end = await engine.run();
    expect(() => requireUnfinished(end.state)).toThrow(/has ended: execute\/complete/);
    expect((await engine.run()).pausedBecause).toBeNull();
  });
});

describe('the lease', () => {
  const ROOT = 'ROOT';
  async function leases(): Promise<LeaseStore> {
    const { plans, leases: store } = createMemoryStorage({ processes });
    const empty = { document: {}, included_documents: {}, inputs: {}, effective_config: {} };
    const created_at = new Date().toISOString();
    await createRootPlan(plans, ROOT, { name: 'p', goal: null, workspace: '/', created_at, ...empty }, []);
    return store;
  }

  it('Given a holder that is gone, then it is free at once; given a living one, then it is not', async () => {
    const store = await leases();
    await store.acquire(ROOT, await gone(), 'runner', null);
    const held = await tryAcquireLease(store, processes, ROOT, 'runner');
    expect(held?.lease).toMatchObject({ fence: 2, holder: { pid: process.pid } });
    expect(await tryAcquireLease(store, processes, ROOT, 'runner')).toBeNull();
    await held?.[Symbol.asyncDispose]();
    expect(await store.read(ROOT)).toBeNull();
  });

  it('Given a living holder of this host, when taken over, then it is ended first', async () => {
    const store = await leases();
    const { child, identity } = await living();
    await store.acquire(ROOT, identity, 'runner', null);
    await using held = await takeOverLease(store, processes, ROOT);
    expect(held.lease.holder.pid).toBe(process.pid);
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGTERM');
  });

  it('Given a holder on another host, when taken over, then it is refused', async () => {
    const store = await leases();
    await store.acquire(ROOT, { ...processes.self, host: 'elsewhere', boot_id: 'other' }, 'runner', null);
    await expect(takeOverLease(store, processes, ROOT)).rejects.toMatchObject({
      code: 'lease_held_elsewhere',
      message: expect.stringContaining('elsewhere'),
    });
  });

  it('Given a holder that cannot be ended, when taken over, then it is refused', async () => {
    const store = await leases();
    const { identity } = await living();
    await store.acquire(ROOT, identity, 'runner', null);
    class Powerless extends SystemProcessTable {
      override end(pids: readonly number[]): Promise<readonly number[]> {
        return Promise.resolve(pids);
      }
    }
    await expect(takeOverLease(store, new Powerless(), ROOT)).rejects.toMatchObject({ code: 'plan_held' });
    expect(leaseHeld(null)).toMatchObject({ code: 'plan_held', exitCode: 6 });
  });

  it('Given another process took it, then the next beat finds out', async () => {
    const store = await leases();
    const lease = await store.acquire(ROOT, processes.self, 'runner', null);
    if (!lease) throw new Error('not free');
    await using held = new HeldLease(store, lease);
    expect(held.lost).toBe(false);
    await store.acquire(ROOT, processes.self, 'runner', lease.fence);
    await held.beat();
    expect(held.lost).toBe(true);
  });
});
