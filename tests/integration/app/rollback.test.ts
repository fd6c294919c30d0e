import { execFileSync } from 'node:child_process';
import { readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seeFolder, WorkspaceBench } from '../../support/workspace-bench.ts';

const DAMAGE = [
  'echo changed > src/a.txt; rmdir empty; mkdir new; echo n > new/f; chmod 600 new/f',
  'rm -rf src b.txt; echo SECRET=2 > .env; ln -s /etc evil',
];

async function damaged(): Promise<WorkspaceBench> {
  const bench = await WorkspaceBench.create({ 'src/a.txt': 'a', 'b.txt': 'b', '.env': 'SECRET=1' });
  execFileSync('mkdir', [join(bench.workspace, 'empty')]);
  execFileSync('chmod', ['600', join(bench.workspace, '.env')]);
  return bench;
}

describe('rollback', () => {
  it('Given a plan that damaged a folder, when it is rolled back and that is undone, then both are exact', async () => {
    await using bench = await damaged();
    const app = bench.open();
    const before = seeFolder(bench.workspace);
    const { plan } = await bench.run(app, DAMAGE);
    const after = seeFolder(bench.workspace);
    const result = await bench.rollBack(app, plan.plan_id, 1);
    expect(seeFolder(bench.workspace)).toEqual(before);
    expect(result.standing).toMatchObject({ phase: 'execute', state: 'queued' });
    expect(result.conflicts).toEqual([]);
    const undone = await bench.undo(app, plan.plan_id);
    expect(undone.standing).toMatchObject({ phase: 'execute', state: 'complete' });
    expect(seeFolder(bench.workspace)).toEqual(after);
    await bench.undo(app, plan.plan_id);
    expect(seeFolder(bench.workspace)).toEqual(before);
    const triggers = (await bench.checkpoints(app, plan.plan_id)).map(({ trigger }) => trigger);
    expect(triggers.slice(4)).toEqual([
      'pre_rollback',
      'rollback',
      'pre_rollback',
      'rollback',
      'pre_rollback',
      'rollback',
    ]);
  });

  it('Given a rollback to the middle, when the plan is executed, then it goes on from there', async () => {
    await using bench = await damaged();
    const app = bench.open();
    const { plan } = await bench.run(app, DAMAGE);
    const after = seeFolder(bench.workspace);
    await bench.rollBack(app, plan.plan_id, 2);
    expect(seeFolder(bench.workspace).has('src/a.txt')).toBe(true);
    const { state } = await bench.execute(app, plan.plan_id);
    expect(state.parts.plan.get('state')?.value).toBe('complete');
    expect(seeFolder(bench.workspace)).toEqual(after);
  });

  it('Given a file that a person changed after the plan, then it stays and is named, unless told otherwise', async () => {
    await using bench = await damaged();
    const app = bench.open();
    const { plan } = await bench.run(app, DAMAGE);
    await bench.write('.env', 'MINE');
    const kept = await bench.rollBack(app, plan.plan_id, 1);
    expect(kept.conflicts).toMatchObject([{ path: '.env', resolution: 'keep' }]);
    expect(Buffer.from(seeFolder(bench.workspace).get('.env')?.content ?? '', 'hex').toString()).toBe('MINE');
    await bench.undo(app, plan.plan_id);
    const taken = await bench.rollBack(app, plan.plan_id, 1, { onConflict: 'both' });
    expect(taken.conflicts).toMatchObject([{ path: '.env', resolution: 'both', savedAs: '.env.mine' }]);
  });

  it('Given nothing that differs, then nothing is done', async () => {
    await using bench = await damaged();
    const app = bench.open();
    const { plan } = await bench.run(app, ['true']);
    await bench.rollBack(app, plan.plan_id, 1);
    const result = await bench.rollBack(app, plan.plan_id, 1);
    expect(result).toMatchObject({ isNothing: true, rollback: null });
  });

  it('Given a plan that has failed, when it goes back to where it failed, then nothing is done', async () => {
    await using bench = await damaged();
    const app = bench.open();
    const { plan } = await bench.run(app, ['true', 'false']);
    const failed = (await bench.checkpoints(app, plan.plan_id)).find(({ trigger }) => trigger === 'on_error');
    const result = await bench.rollBack(app, plan.plan_id, failed?.number ?? 0);
    expect(result).toMatchObject({ isNothing: true, rollback: null, standing: { state: 'errored' } });
  });
});

describe('fork', () => {
  it('Given a checkpoint, when it is forked into a new folder, then plan and files begin there', async () => {
    await using bench = await damaged();
    const app = bench.open();
    const before = seeFolder(bench.workspace);
    const { plan } = await bench.run(app, DAMAGE);
    const after = seeFolder(bench.workspace);
    const { id } = await (await app.storage()).checkpoints.resolve(plan.plan_id, '1');
    const fork = await (
      await app.rollbacks()
    ).fork(plan.plan_id, id, join(bench.root, 'copy'), bench.options);
    expect(seeFolder(fork.workspace)).toEqual(before);
    expect(seeFolder(bench.workspace)).toEqual(after);
    await bench.execute(app, fork.planId);
    expect(seeFolder(fork.workspace)).toEqual(after);
  });
});

describe('sandbox', () => {
  it('Given a sandboxed plan, when it is applied and that is undone, then the folder follows', async () => {
    await using bench = await damaged();
    const app = bench.open();
    const before = seeFolder(bench.workspace);
    const { plan } = await bench.run(app, DAMAGE, true);
    expect(seeFolder(bench.workspace)).toEqual(before);
    const rollbacks = await app.rollbacks();
    const preview = await rollbacks.previewApply(plan.plan_id, 'keep', bench.options);
    expect(preview?.actions.length).toBeGreaterThan(5);
    const { standing } = await rollbacks.apply(plan.plan_id, 'keep', bench.options);
    expect(standing).toMatchObject({ phase: 'apply', state: 'applied' });
    expect(seeFolder(bench.workspace)).toEqual(seeFolder(plan.workspace));
    await expect(bench.rollBack(app, plan.plan_id, 1)).rejects.toMatchObject({ code: 'plan_applied' });
    const undone = await bench.undo(app, plan.plan_id);
    expect(undone.standing).toMatchObject({ phase: 'execute', state: 'complete' });
    expect(seeFolder(bench.workspace)).toEqual(before);
  });
});

it('Given files that are not captured, then a rollback takes the plan back only', async () => {
  await using bench = await damaged();
  const app = bench.open({ 'core.checkpoints.files': 'false' });
  const { plan } = await bench.run(app, ['rm b.txt']);
  await expect(bench.rollBack(app, plan.plan_id, 1)).rejects.toMatchObject({ code: 'no_files' });
  const result = await bench.rollBack(app, plan.plan_id, 1, { scope: 'plan_only' });
  expect(result.impact.steps).toBe(1);
});

it.each([
  ['rollback', 'refused'],
  ['recovery', 'deleted with it'],
] as const)(
  'Given a %s that a killed process left, when its plan is deleted, then it is %s',
  async (kind, what) => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open();
    const { plan } = await bench.run(app, ['true']);
    const { operations } = await app.storage();
    await operations.begin({
      id: 'OPERATION',
      kind,
      root_plan_id: plan.plan_id,
      workspace: bench.workspace,
      process: { ...app.processes.self, pid: 2 ** 22 + 1 },
      started_at: '2026-01-01T00:00:00.000Z',
      progress: { stage: 'looking', what: 'rollback to checkpoint 1' },
    });
    const deletion = app.deletePlan(plan.plan_id, { dryRun: false });
    if (what === 'refused') await expect(deletion).rejects.toMatchObject({ code: 'operation_interrupted' });
    else await deletion;
    expect(await operations.open()).toHaveLength(what === 'refused' ? 1 : 0);
  },
);

it('Given stored content that is gone, then nothing is touched and the paths are named', async () => {
  await using bench = await WorkspaceBench.create({ 'big.bin': 'x'.repeat(300_000), 'b.txt': 'b' });
  const app = bench.open();
  const { plan } = await bench.run(app, ['rm big.bin b.txt']);
  const objects = join(bench.home, 'objects');
  for (const name of await readdir(objects)) await rm(join(objects, name), { recursive: true });
  const before = seeFolder(bench.workspace);
  await expect(bench.rollBack(app, plan.plan_id, 1)).rejects.toMatchObject({
    code: 'content_damaged',
    message: 'stored content is missing or damaged: big.bin',
  });
  expect(seeFolder(bench.workspace)).toEqual(before);
  const rest = await bench.rollBack(app, plan.plan_id, 1, { leaveDamaged: true });
  expect(rest.damaged).toEqual(['big.bin']);
  expect([...seeFolder(bench.workspace).keys()]).toEqual(['b.txt']);
  await unlink(join(bench.workspace, 'b.txt'));
});
