import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../../src/app/compose.ts';
import { restoringProgress } from '../../../src/checkpoints/rollback-progress.ts';
import type { Json } from '../../../src/domain/json.ts';
import { SystemProcessTable } from '../../../src/host/process-table.ts';
import type { OperationKind } from '../../../src/ports/operation-store.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { CliBench } from '../../support/cli-bench.ts';
import { EARLY, GATED, has, ran } from '../../support/notes-plan.ts';

/** Leaves the operation of a rollback behind, as a kill does before it touched a file: its process is gone. */
async function cutOff(
  bench: CliBench,
  planId: string,
  kind: OperationKind = 'rollback',
  progress: Json = { stage: 'looking', what: `${kind} to checkpoint 2` },
): Promise<void> {
  const processes = new SystemProcessTable();
  const home = join(bench.home, 'agents');
  const storage = await openStorage({ home, durability: 'normal', processes });
  await storage.operations.begin({
    id: `${planId.slice(0, -1)}Z`,
    kind,
    root_plan_id: planId,
    workspace: bench.folder,
    // Our own number, but of a process that began long before.
    process: { ...processes.self, start_time: 1 },
    started_at: '2026-11-21T02:00:00.000Z',
    progress,
  });
  await storage.close();
}

/** The same where some of the files are back already. */
async function cutOffHalfWay(bench: CliBench): Promise<string> {
  const app = openApp({ cwd: bench.folder, env: bench.env, set: {} });
  const { plans, checkpoints, blobs } = await app.storage();
  const { plan_id } = await plans.resolve('last', bench.folder);
  const [target, last] = [
    await checkpoints.resolve(plan_id, EARLY),
    await checkpoints.resolve(plan_id, 'last'),
  ];
  const choices = { scope: 'plan_and_files', paths: [], onConflict: 'keep' } as const;
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const preview = await (await app.rollbacks()).preview(plan_id, target.id, choices, options);
  const progress = await restoringProgress(blobs, 'rollback to checkpoint 2', {
    preview,
    actions: preview.actions,
    state: { seq: target.seq, isExact: false },
    preRollbackId: last.id,
    treeBefore: last.tree_hash,
    // oxlint-disable-next-line unicorn/no-thenable -- what is recorded afterwards
    afterwards: [],
  });
  await app.close();
  await cutOff(bench, plan_id, 'rollback', progress);
  return plan_id;
}

describe('what was cut off', () => {
  it('Given a rollback that was cut off, then status and list say so on stderr, and the doctor what to do', async () => {
    await using bench = await ran(new CliBench());
    const { data } = await bench.json('plan', 'status', 'last');
    await cutOff(bench, data.plan_id);
    for (const command of [['status', 'last'], ['list']]) {
      const { err, out } = await bench.run('plan', ...command);
      expect(err).toMatch(
        /cut off: rollback to checkpoint 2[^]*next: agents plan rollback --continue .* or: agents plan rollback --abort/,
      );
      expect(out).not.toMatch(/cut off/);
    }
    expect((await bench.run('doctor')).out).toMatch(
      /operations .*broken off: rollback[^]*agents plan rollback --continue/,
    );
  });

  it('Given that it changed nothing yet, then --abort forgets it', async () => {
    await using bench = await ran(new CliBench());
    const { data } = await bench.json('plan', 'status', 'last');
    await cutOff(bench, data.plan_id);
    const refused = await bench.json('plan', 'rollback', 'last', EARLY, '--yes');
    expect([refused.exit_code, refused.error?.code]).toEqual([6, 'operation_interrupted']);
    const said = await bench.run('plan', 'rollback', '--abort', 'last');
    expect([said.code, said.out]).toEqual([
      0,
      expect.stringMatching(/^taken back: rollback to checkpoint 2/),
    ]);
    expect((await bench.run('plan', 'rollback', '--abort')).out).toMatch(/nothing to do/);
    expect((await bench.run('plan', 'rollback', 'last', EARLY, '--yes')).code).toBe(0);
  });

  it.each([
    ['--continue', 'one\n', 'queued'],
    ['--abort', 'two short\n', 'complete'],
  ])('Given that files are half way, when %s, then it ends exactly there', async (how, content, state) => {
    await using bench = await ran(new CliBench());
    const planId = await cutOffHalfWay(bench);
    bench.write('a.txt', 'one\n');
    const said = await bench.run('plan', 'rollback', how);
    expect([said.code, bench.read('a.txt'), has(bench, 'k.txt')]).toEqual([0, content, state === 'queued']);
    expect((await bench.json('plan', 'status', planId)).data.state).toBe(state);
    expect((await bench.run('plan', 'list')).err).toBe('');
  });

  it('Given a recovery that was cut off, then nothing is said: the next run ends it by itself', async () => {
    await using bench = await ran(new CliBench());
    await cutOff(bench, (await bench.json('plan', 'status', 'last')).data.plan_id, 'recovery');
    expect((await bench.run('plan', 'list')).err).toBe('');
  });

  it('Given two of them, then one has to be named', async () => {
    await using bench = await ran(new CliBench());
    bench.write('gated.plan.yaml', GATED);
    const first = (await bench.json('plan', 'status', 'last')).data.plan_id;
    const second = (await bench.json('plan', 'create', 'gated.plan.yaml')).data.plan_id;
    await cutOff(bench, first);
    await cutOff(bench, second, 'apply');
    const { error, exit_code } = await bench.json('plan', 'rollback', '--continue');
    expect([exit_code, error?.code]).toEqual([4, 'ambiguous_operation']);
    expect(has(bench, 'a.txt')).toBe(true);
  });
});
