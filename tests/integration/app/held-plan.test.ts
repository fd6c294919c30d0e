import { afterEach, describe, expect, it } from 'vitest';
import { acquirePlan } from '../../../src/app/acquire-plan.ts';
import { deletePlan } from '../../../src/app/delete-plan.ts';
import { createParts, type Parts } from '../../../src/app/parts.ts';
import { createRollbacks } from '../../../src/app/rollbacks.ts';
import { deleteCheckpoint } from '../../../src/app/storage-care.ts';
import type { PlanId } from '../../../src/domain/ids.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Lease, LeaseStore } from '../../../src/ports/lease-store.ts';
import { endLiving, living } from '../../support/living-process.ts';
import { EVERYTHING, WorkspaceBench } from '../../support/workspace-bench.ts';

/** A clock on which a wait is over at once. */
function hurried(): Clock {
  let now = Date.now();
  return {
    now: () => now,
    elapsed: () => now,
    sleep: async (ms) => {
      now += ms * 100;
    },
  };
}

/** A plan with three checkpoints that a living process holds, or that seems to be held when it is taken. */
async function held(
  bench: WorkspaceBench,
  role: Lease['role'] | null,
): Promise<{ readonly parts: Parts; readonly rootId: PlanId }> {
  const app = bench.open();
  const { plan } = await bench.run(app, ['echo a > a.txt', 'rm a.txt']);
  const env = { PATH: process.env['PATH'], HOME: bench.root, AGENTS_HOME: bench.home };
  const parts = createParts({ cwd: bench.root, env, set: {}, clock: hurried() });
  const storage = await parts.storage();
  if (role !== null) {
    await storage.leases.acquire(plan.plan_id, (await living()).identity, role, null);
    return { parts, rootId: plan.plan_id };
  }
  const leases: LeaseStore = {
    ...storage.leases,
    read: async () => null,
    acquire: async () => null,
  };
  return { parts: { ...parts, storage: async () => ({ ...storage, leases }) }, rootId: plan.plan_id };
}

const HOLDERS = [
  ['command', /^pid \d+ on /],
  [null, /^it took the plan in this moment$/],
] as const;

afterEach(endLiving);

describe('Given a command that holds a plan for longer than a moment', () => {
  it.each(HOLDERS)('When the plan is to run (%s), then it is refused', async (role, hint) => {
    await using bench = await WorkspaceBench.create();
    const { parts, rootId } = await held(bench, role);
    const acquired = acquirePlan(parts, await parts.storage(), rootId, false);
    await expect(acquired).rejects.toMatchObject({ code: 'plan_held', hint: expect.stringMatching(hint) });
    await parts.close();
  });

  it.each(HOLDERS)('When the plan is rolled back (%s), then it is refused', async (role, hint) => {
    await using bench = await WorkspaceBench.create();
    const { parts, rootId } = await held(bench, role);
    const { checkpoints } = await parts.storage();
    const { id } = await checkpoints.resolve(rootId, '1');
    const rollbacks = await createRollbacks(parts);
    const rolledBack = rollbacks.rollBack(rootId, id, EVERYTHING, 'stop', bench.options);
    await expect(rolledBack).rejects.toMatchObject({
      code: 'plan_running',
      hint: expect.stringMatching(hint),
    });
    await parts.close();
  });

  it.each(HOLDERS)('When plan or checkpoint is deleted (%s), then that is refused', async (role, hint) => {
    await using bench = await WorkspaceBench.create();
    const { parts, rootId } = await held(bench, role);
    const { checkpoints } = await parts.storage();
    const { id } = await checkpoints.resolve(rootId, '2');
    const refusal = { code: 'plan_held', hint: expect.stringMatching(hint) };
    await expect(deletePlan(parts, rootId, { dryRun: false })).rejects.toMatchObject(refusal);
    await expect(deleteCheckpoint(parts, rootId, id)).rejects.toMatchObject(refusal);
    await parts.close();
  });
});

describe('Given a runner that does not answer', () => {
  it('When a rollback is to stop it and is given up, then nothing was changed', async () => {
    await using bench = await WorkspaceBench.create();
    const { parts, rootId } = await held(bench, 'runner');
    const { checkpoints, plans } = await parts.storage();
    const { id } = await checkpoints.resolve(rootId, '1');
    const before = await plans.events(rootId, 0, 1000);
    const leaving = new AbortController();
    const said: string[] = [];
    const working = {
      signal: leaving.signal,
      onProgress: (message: string): void => {
        said.push(message);
        leaving.abort();
      },
    };
    const rollbacks = await createRollbacks(parts);
    await expect(rollbacks.rollBack(rootId, id, EVERYTHING, 'stop', working)).rejects.toThrow();
    expect(said[0]).toBe('stopping the plan');
    expect(await plans.events(rootId, 0, 1000)).toEqual(before);
    await parts.close();
  });
});
