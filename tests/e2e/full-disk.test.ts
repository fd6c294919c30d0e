import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRollbacks } from '../../src/app/rollbacks.ts';
import { startPlan } from '../../src/app/start-plan.ts';
import { StorageError } from '../../src/domain/errors.ts';
import { failing, faultyParts } from '../support/faulty-files.ts';
import { KillBench, stagedIn } from '../support/kill-bench.ts';
import { canMount } from '../support/small-disk.ts';
import { EVERYTHING, QUIET, seeFolder } from '../support/workspace-bench.ts';

describe('a restore that the file system refuses', () => {
  let bench: KillBench;
  beforeAll(async () => {
    bench = await KillBench.create();
  });
  afterAll(() => bench[Symbol.asyncDispose]());
  beforeEach(() => bench.putBack('ended'));

  it.each([
    ['ENOSPC', 'before-stage', 10],
    ['ENOSPC', 'before-folder', 2],
    ['EDQUOT', 'before-stage', 10],
    ['EACCES', 'before-put', 12],
    ['EROFS', 'before-unlink', 1],
    ['EIO', 'before-mode', 2],
    ['EROFS', 'before-stage', 1],
  ])('Given %s %s (%i), then it says so, loses nothing, and both ends are exact', async (code, at, time) => {
    let times = 0;
    const parts = await faultyParts(bench.bench, {
      fault: (point) => {
        if (point === at && (times += 1) === time) throw failing(code);
      },
    });
    const { id } = await (await parts.storage()).checkpoints.resolve(bench.planId, '1');
    const rollbacks = await createRollbacks(parts);
    const refused = rollbacks.rollBack(bench.planId, id, EVERYTHING, 'refuse', bench.bench.options);
    await expect(refused).rejects.toMatchObject({
      name: 'WorkspaceError',
      message: expect.stringMatching(/could not|can't|cannot/),
      nextSteps: [expect.stringContaining('--continue'), expect.stringContaining('--abort')],
    });
    expect(stagedIn(bench.bench.workspace)).toEqual([]);
    // The process lives on, and another one sees what it left.
    bench.keep('refused');
    const [left] = await bench.withApp((_, others) => others.interrupted());
    await bench.withApp((_, others) => others.continue(left!, bench.bench.options));
    expect(bench.files).toEqual(bench.before);
    await parts.close();
    bench.putBack('refused');
    await bench.withApp((_, others) => others.abort(left!, bench.bench.options));
    expect(bench.files).toEqual(bench.after);
  });

  it('Given that the home is full before anything is touched, then nothing is changed and nothing stays open', async () => {
    bench.sh('echo unseen > b.txt');
    const before = bench.files;
    const parts = await faultyParts(bench.bench, {
      putFault: () => {
        throw new StorageError('disk_full', 'no room');
      },
    });
    const { id } = await (await parts.storage()).checkpoints.resolve(bench.planId, '1');
    const rollbacks = await createRollbacks(parts);
    const refused = rollbacks.rollBack(bench.planId, id, EVERYTHING, 'refuse', bench.bench.options);
    await expect(refused).rejects.toMatchObject({ code: 'disk_full' });
    expect(bench.files).toEqual(before);
    expect(await rollbacks.interrupted()).toEqual([]);
    await parts.close();
  });

  it('Given that the home is full at a capture, then the write does not run, and goes on once there is room', async () => {
    bench.putBack('stored');
    let isFull = true;
    const parts = await faultyParts(bench.bench, {
      putFault: () => {
        if (isFull) throw new StorageError('disk_full', 'no room');
      },
    });
    const { pausedBecause, error } = await (await startPlan(parts, bench.planId, QUIET)).outcome;
    expect([pausedBecause, error?.code]).toEqual(['checkpoint_failed', 'checkpoint_failed']);
    expect(bench.files).toEqual(bench.before);
    isFull = false;
    await (
      await startPlan(parts, bench.planId, QUIET)
    ).outcome;
    expect(bench.files).toEqual(bench.after);
    await parts.close();
  });
});

describe.skipIf(!canMount())('a disk that is really full', () => {
  let bench: KillBench;
  let disk: string;

  beforeEach(async () => {
    bench = await KillBench.empty({});
    disk = join(bench.bench.root, 'disk');
    mkdirSync(disk);
  });
  afterEach(async () => {
    spawnSync('umount', [disk]);
    await bench[Symbol.asyncDispose]();
  });

  const SET = { 'core.checkpoints.limits.free_disk': '0B' };
  const mount = (size: string): void =>
    void execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]);
  const fill = (): void => void spawnSync('sh', ['-c', 'head -c 1G /dev/urandom > filler'], { cwd: disk });
  const makeRoom = (): void => rmSync(join(disk, 'filler'));

  it('Given a full disk under the workspace, then the rollback says so and goes on once there is room', async () => {
    mount('20m');
    const folder = join(disk, 'work');
    mkdirSync(folder);
    for (let i = 0; i < 20; i += 1) writeFileSync(join(folder, `f${i}`), `${i}`.repeat(150_000));
    const before = seeFolder(folder);
    await bench.withApp(async (app, rollbacks) => {
      await bench.bench.write('../p.plan.yaml', "name: p\nsteps: [{ id: a, run: 'rm f*; echo new > new' }]");
      const file = join(bench.bench.root, 'p.plan.yaml');
      const { plan_id } = await app.createPlan({ file, workspace: folder, inputs: {} });
      await bench.bench.execute(app, plan_id);
      const after = seeFolder(folder);
      fill();
      await expect(bench.bench.rollBack(app, plan_id, 1)).rejects.toMatchObject({ name: 'WorkspaceError' });
      makeRoom();
      const [left] = await rollbacks.interrupted();
      await rollbacks.abort(left!, bench.bench.options);
      expect(seeFolder(folder)).toEqual(after);
      fill();
      await expect(bench.bench.rollBack(app, plan_id, 1)).rejects.toMatchObject({ name: 'WorkspaceError' });
      makeRoom();
      const [again] = await rollbacks.interrupted();
      await rollbacks.continue(again!, bench.bench.options);
      expect(seeFolder(folder)).toEqual(before);
    }, SET);
  });

  it('Given a full disk under the home, then the rollback changes nothing and works once there is room', async () => {
    const { home } = bench.bench;
    mount('24m');
    mkdirSync(join(disk, 'home'));
    execFileSync('ln', ['-s', join(disk, 'home'), home]);
    for (let i = 0; i < 9; i += 1) await bench.bench.write(`f${i}`, `${i}`.repeat(150_000));
    const before = bench.files;
    await bench.withApp(async (app) => {
      bench.planId = (await bench.bench.run(app, ['rm f*; head -c 900000 /dev/urandom > new'])).plan.plan_id;
    }, SET);
    // A person's own bytes, in a path that is to be taken away: they have to be stored first, and can't be.
    bench.sh('head -c 900000 /dev/urandom > new');
    const after = bench.files;
    fill();
    await bench
      .withApp(async (app) => {
        await expect(
          bench.bench.rollBack(app, bench.planId, 1, { onConflict: 'take' }),
        ).rejects.toMatchObject({
          name: 'StorageError',
          code: 'disk_full',
        });
      }, SET)
      .catch(() => undefined);
    expect(bench.files).toEqual(after);
    makeRoom();
    await bench.withApp(async (app, rollbacks) => {
      for (const left of await rollbacks.interrupted()) await rollbacks.abort(left, bench.bench.options);
      await bench.bench.rollBack(app, bench.planId, 1, { onConflict: 'take' });
      expect(bench.files).toEqual(before);
      await bench.bench.undo(app, bench.planId);
      expect(bench.files).toEqual(after);
    }, SET);
  });

  it('Given a full disk under the home, then a plan does not begin to write, and does once there is room', async () => {
    mount('24m');
    mkdirSync(join(disk, 'home'));
    execFileSync('ln', ['-s', join(disk, 'home'), bench.bench.home]);
    for (let i = 0; i < 9; i += 1) await bench.bench.write(`f${i}`, `${i}`.repeat(150_000));
    const before = bench.files;
    await bench.withApp(async (app) => {
      bench.planId = await bench.bench.store(app, ['rm f*']);
      fill();
      await expect(bench.bench.execute(app, bench.planId)).rejects.toMatchObject({
        exitCode: 7,
        code: 'database_full',
      });
      expect(bench.files).toEqual(before);
    }, SET);
    makeRoom();
    await bench.withApp(async (app) => {
      await bench.bench.execute(app, bench.planId);
      expect(bench.files.size).toBe(0);
      await bench.bench.rollBack(app, bench.planId, 1);
      expect(bench.files).toEqual(before);
    }, SET);
  });

  it('Given a folder that became read-only, then the rollback says so and goes on afterwards', async () => {
    mount('20m');
    const folder = join(disk, 'work');
    mkdirSync(folder);
    writeFileSync(join(folder, 'f'), 'f');
    const before = seeFolder(folder);
    await bench.withApp(async (app, rollbacks) => {
      await bench.bench.write('../p.plan.yaml', "name: p\nsteps: [{ id: a, run: 'rm f; echo new > new' }]");
      const file = join(bench.bench.root, 'p.plan.yaml');
      const { plan_id } = await app.createPlan({ file, workspace: folder, inputs: {} });
      await bench.bench.execute(app, plan_id);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      await expect(bench.bench.rollBack(app, plan_id, 1)).rejects.toMatchObject({ name: 'WorkspaceError' });
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      const [left] = await rollbacks.interrupted();
      await rollbacks.continue(left!, bench.bench.options);
      expect(seeFolder(folder)).toEqual(before);
    }, SET);
  });
});
