import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createParts } from '../../../src/app/parts.ts';
import { makeSandbox, sandboxFolder } from '../../../src/app/sandbox-folder.ts';
import { sandboxOf } from '../../../src/checkpoints/sandbox.ts';
import type { WorkspaceFiles } from '../../../src/ports/workspace-files.ts';
import { seeFolder, WorkspaceBench } from '../../support/workspace-bench.ts';

const NO_FILES = { 'core.checkpoints.files': 'false' };

describe('making a sandbox', () => {
  it('Given files that are not captured, then it is refused: nothing could be brought back', async () => {
    await using bench = await WorkspaceBench.create();
    await expect(bench.store(bench.open(NO_FILES), ['true'], true)).rejects.toMatchObject({
      code: 'no_capture',
      nextSteps: ['agents config set core.checkpoints.files true'],
    });
    expect(existsSync(join(bench.home, 'sandboxes'))).toBe(false);
  });

  it('Given a folder that can not be captured, then no copy is left', async () => {
    await using bench = await WorkspaceBench.create({ 'a.txt': 'a' });
    const env = { PATH: process.env['PATH'], HOME: bench.root, AGENTS_HOME: bench.home };
    const parts = createParts({ cwd: bench.root, env, set: {} });
    const files = await parts.files();
    const copyFolder = files.copyFolder.bind(files);
    const capture = (): Promise<never> => Promise.reject(new Error('no room'));
    const broken = { copyFolder, capture } as unknown as WorkspaceFiles;
    const made = makeSandbox({ ...parts, files: async () => broken }, 'PLAN', bench.workspace);
    await expect(made).rejects.toThrow('no room');
    expect(existsSync(sandboxFolder(bench.home, 'PLAN'))).toBe(false);
    await parts.close();
  });
});

describe('a fork of a sandboxed plan', () => {
  it('Given the same folder, then it shares the sandbox: also when its source is deleted, until it is too', async () => {
    await using bench = await WorkspaceBench.create({ 'a.txt': 'a' });
    const app = bench.open();
    const { plan } = await bench.run(app, ['echo b > b.txt'], true);
    const { plans, checkpoints } = await app.storage();
    const { id } = await checkpoints.resolve(plan.plan_id, '1');
    const rollbacks = await app.rollbacks();
    const { planId } = await rollbacks.fork(plan.plan_id, id, null, bench.options);
    const apart = await rollbacks.fork(plan.plan_id, id, join(bench.root, 'apart'), bench.options);
    expect(await sandboxOf(plans, planId)).toMatchObject({ folder: bench.workspace });
    expect(await sandboxOf(plans, apart.planId)).toBeNull();
    expect(await sandboxOf(plans, 'NO SUCH PLAN')).toBeNull();

    await app.deletePlan(plan.plan_id, { dryRun: false });
    expect(await sandboxOf(plans, planId)).toMatchObject({ folder: bench.workspace });
    await bench.execute(app, planId);
    await rollbacks.apply(planId, 'keep', bench.options);
    expect(seeFolder(bench.workspace).has('b.txt')).toBe(true);
    await app.deletePlan(planId, { dryRun: false });
    expect(existsSync(plan.workspace)).toBe(false);
  });
});

describe('applying', () => {
  it('Given files that are not captured any more, then it is refused', async () => {
    await using bench = await WorkspaceBench.create({ 'a.txt': 'a' });
    const { plan } = await bench.run(bench.open(), ['echo b > b.txt'], true);
    const rollbacks = await bench.open(NO_FILES).rollbacks();
    await expect(rollbacks.apply(plan.plan_id, 'keep', bench.options)).rejects.toMatchObject({
      code: 'no_capture',
    });
    expect(seeFolder(bench.workspace).has('b.txt')).toBe(false);
  });

  it('Given a plan that is not complete, one without checkpoints, and one that is applied, then as it should', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open({ 'core.checkpoints.auto_create_on': '[]' });
    const rollbacks = await app.rollbacks();
    const planId = await bench.store(app, ['true']);
    const apply = async (): Promise<unknown> =>
      (await rollbacks.apply(planId, 'keep', bench.options)).standing;
    await expect(apply()).rejects.toMatchObject({ code: 'not_complete' });
    await bench.execute(app, planId);
    expect(await apply()).toMatchObject({ phase: 'apply', state: 'applied' });
    await expect(apply()).rejects.toMatchObject({ code: 'plan_applied' });
  });
});
