import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../src/app/compose.ts';
import { KillBench, stagedIn, type Seen } from '../support/kill-bench.ts';
import { seeFolder } from '../support/workspace-bench.ts';

const INTERRUPTED = { code: 'operation_interrupted' };

describe('a capture that is killed', () => {
  let bench: KillBench;
  let after: Seen;

  beforeAll(async () => {
    bench = await KillBench.stored();
    await bench.withApp((app) => bench.bench.execute(app, bench.planId));
    after = bench.files;
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  it.each([
    ['the first, while it reads', 'after objects.putContent', 20],
    ['the first, before it is stored', 'before objects.flush', 1],
    ['the first, once it is stored', 'after objects.flush', 1],
    ['the one after a write', 'before files.capture', 3],
    ['the one after a write, once it is stored', 'after files.capture', 3],
    ['a later one, while it reads', 'after objects.putContent', 45],
  ])('Given SIGKILL of %s, then the plan goes on and ends as if nothing had been', async (_, at, time) => {
    bench.putBack('stored');
    expect((await bench.run({ what: 'execute', die: { at, time } })).signal).toBe('SIGKILL');
    await bench.collected();
    await bench.withApp(async (app) => {
      await bench.bench.execute(app, bench.planId);
      expect(bench.files).toEqual(after);
      await bench.bench.rollBack(app, bench.planId, 1);
      expect(bench.files).toEqual(bench.before);
    });
    expect((await bench.collected()).findings).toEqual([]);
  });
});

describe('an apply that is killed', () => {
  let bench: KillBench;
  let applied: Seen;

  beforeAll(async () => {
    bench = await KillBench.create(undefined, true);
    expect(bench.after).toEqual(bench.before);
    expect((await bench.run({ what: 'apply' })).stdout).toBe('ready\ndone\n');
    applied = bench.files;
    expect(applied).not.toEqual(bench.before);
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  it.each([
    ['before plans.append', 1],
    ['after operations.update', 1],
    ['restore after-put', 10],
    ['restore after-unlink', 5],
    ['restore after-sync', 1],
    ['before plans.append', 2],
    ['after plans.append', 2],
  ])('Given SIGKILL %s (%i), then --continue and --abort both end exactly', async (at, time) => {
    bench.putBack('ended');
    expect((await bench.run({ what: 'apply', die: { at, time } })).signal).toBe('SIGKILL');
    bench.keep('killed');
    await bench.withApp(async (app, rollbacks) => {
      const isWhole = (await rollbacks.interrupted()).length === 0;
      if (!isWhole) {
        await expect(rollbacks.apply(bench.planId, 'keep', bench.bench.options)).rejects.toMatchObject(
          INTERRUPTED,
        );
        await bench.run({ what: 'continue' });
      }
      const isApplied = isWhole || at !== 'before plans.append' || time !== 1;
      expect(bench.files).toEqual(isApplied ? applied : bench.before);
      expect(await phase(app, bench)).toBe(isApplied ? 'apply' : 'execute');
      if (isApplied) await bench.bench.undo(app, bench.planId);
      expect(bench.files).toEqual(bench.before);
    });
    bench.putBack('killed');
    await bench.withApp(async (app, rollbacks) => {
      const [left] = await rollbacks.interrupted();
      if (!left) return;
      await rollbacks.abort(left, bench.bench.options);
      expect(bench.files).toEqual(bench.before);
      expect(await phase(app, bench)).toBe('execute');
      await rollbacks.apply(bench.planId, 'keep', bench.bench.options);
      expect(bench.files).toEqual(applied);
    });
    expect(stagedIn(bench.bench.workspace)).toEqual([]);
  });

  it.each([
    ['after operations.update', 1],
    ['restore after-put', 10],
    ['before plans.append', 2],
  ])('Given SIGKILL of its undo %s (%i), then both ends are exact too', async (at, time) => {
    bench.putBack('ended');
    const preApply = await bench.withApp(async (_app, rollbacks) => {
      await rollbacks.apply(bench.planId, 'keep', bench.bench.options);
      return (await rollbacks.undoTarget(bench.planId)).checkpoint.number;
    });
    const killed = await bench.run({ what: 'rollback', number: preApply, die: { at, time } });
    expect(killed.signal).toBe('SIGKILL');
    bench.keep('killed');
    await bench.run({ what: 'continue' });
    expect(bench.files).toEqual(bench.before);
    bench.putBack('killed');
    await bench.run({ what: 'abort' });
    expect(bench.files).toEqual(applied);
  });
});

describe('a fork into a folder that is killed', () => {
  let bench: KillBench;
  beforeAll(async () => {
    bench = await KillBench.create();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  it.each([
    ['restore after-put', 10],
    ['restore after-sync', 1],
    ['after files.restore', 1],
  ])('Given SIGKILL %s (%i), then there is no plan of it, and it can be made again', async (at, time) => {
    const into = join(bench.bench.root, 'copy');
    const job = { what: 'fork', number: 1, into } as const;
    expect((await bench.run({ ...job, die: { at, time } })).signal).toBe('SIGKILL');
    expect(bench.files).toEqual(bench.after);
    await bench.withApp(async (app, rollbacks) => {
      expect(await roots(app)).toBe(1);
      expect(await rollbacks.interrupted()).toEqual([]);
      const { id } = await (await app.storage()).checkpoints.resolve(bench.planId, '1');
      const again = rollbacks.fork(bench.planId, id, into, bench.bench.options);
      await expect(again).rejects.toMatchObject({ code: 'folder_not_empty' });
      rmSync(into, { recursive: true });
      const { workspace } = await rollbacks.fork(bench.planId, id, into, bench.bench.options);
      expect(seeFolder(workspace)).toEqual(bench.before);
    });
    rmSync(into, { recursive: true });
    bench.putBack('ended');
  });
});

async function phase(app: App, { planId }: KillBench): Promise<string> {
  return (await (await app.storage()).plans.get(planId)).phase;
}

async function roots(app: App): Promise<number> {
  return (await (await app.storage()).plans.list({})).items.length;
}
