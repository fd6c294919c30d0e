import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { App } from '../../../src/app/compose.ts';
import type { PlanId } from '../../../src/domain/ids.ts';
import { endLiving, living } from '../../support/living-process.ts';
import { EVERYTHING, seeFolder, WorkspaceBench } from '../../support/workspace-bench.ts';

const NO_FILES = { 'core.checkpoints.files': 'false' };

afterEach(endLiving);

async function store(bench: WorkspaceBench, app: App, steps: string): Promise<PlanId> {
  const file = join(bench.root, 'q.plan.yaml');
  await writeFile(file, `name: q\nsteps:\n${steps}`);
  return (await app.createPlan({ file, workspace: bench.workspace, inputs: {} })).plan_id;
}

async function numberOne(app: App, planId: PlanId): Promise<string> {
  return (await (await app.storage()).checkpoints.resolve(planId, '1')).id;
}

describe('correcting a decision', () => {
  const DECIDE =
    '{ id: style, decide: { question: Which?, options: [short, long], by: human, default: short } }';

  it('Given a name that fits several, then it is refused with their ids, and each goes by its own', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open();
    const sub = (name: string): string => `{ name: ${name}, steps: [${DECIDE}] }`;
    const planId = await store(
      bench,
      app,
      `  - { id: s, subplans: { plans: [${sub('a')}, ${sub('b')}] } }\n`,
    );
    await bench.execute(app, planId);
    const rollbacks = await app.rollbacks();
    const correct = (decision: string): Promise<unknown> =>
      rollbacks.previewCorrect(planId, decision, 'long', EVERYTHING, bench.options);
    const refusal = await correct('style').catch((thrown: unknown) => thrown);
    expect(refusal).toMatchObject({
      code: 'ambiguous_decision',
      message: 'style names 2 decisions',
      hint: expect.stringMatching(/^\w{26} Which\?; \w{26} Which\?$/),
    });
    const [id] = (refusal as { hint: string }).hint.split(' ');
    expect(await correct(id as string)).toMatchObject({ target: { number: null }, isNothing: false });
  });

  it('Given a fork behind it, then it belongs to the plan that was forked', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open();
    const planId = await store(bench, app, `  - ${DECIDE}\n  - { id: w, run: 'true', needs: [style] }\n`);
    await bench.execute(app, planId);
    const rollbacks = await app.rollbacks();
    const fork = await rollbacks.fork(planId, await numberOne(app, planId), null, bench.options);
    const corrected = rollbacks.previewCorrect(fork.planId, 'style', 'long', EVERYTHING, bench.options);
    await expect(corrected).rejects.toMatchObject({ code: 'decided_before' });
  });
});

describe('comparing with now', () => {
  it('Given files that are not captured, then or now, then only the state is compared', async () => {
    await using bench = await WorkspaceBench.create({ 'a.txt': 'a' });
    const [app, without] = [bench.open(), bench.open(NO_FILES)];
    const diff = async (one: App, planId: PlanId): Promise<unknown> =>
      (await (await one.rollbacks()).diff(planId, await numberOne(one, planId), null, bench.options)).files;
    const { plan } = await bench.run(app, ['rm a.txt']);
    expect(await diff(app, plan.plan_id)).toHaveLength(1);
    expect(await diff(without, plan.plan_id)).toBeNull();
    const other = await bench.run(without, ['true']);
    expect(await diff(app, other.plan.plan_id)).toBeNull();
  });
});

describe('a fork into a folder', () => {
  it('Given a checkpoint without files, then it is refused before a folder is made', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open(NO_FILES);
    const { plan } = await bench.run(app, ['true']);
    const into = join(bench.root, 'copy');
    const rollbacks = await app.rollbacks();
    const fork = rollbacks.fork(plan.plan_id, await numberOne(app, plan.plan_id), into, bench.options);
    await expect(fork).rejects.toMatchObject({ code: 'no_files' });
    expect(existsSync(into)).toBe(false);
  });

  it('Given a pipe, then it is named as left out; given content that is gone, then no folder is left', async () => {
    await using bench = await WorkspaceBench.create({ 'big.bin': 'x'.repeat(300_000) });
    execFileSync('mkfifo', [join(bench.workspace, 'pipe')]);
    const app = bench.open();
    const { plan } = await bench.run(app, ['true']);
    const rollbacks = await app.rollbacks();
    const id = await numberOne(app, plan.plan_id);
    const fork = await rollbacks.fork(plan.plan_id, id, join(bench.root, 'one'), bench.options);
    expect(fork.excluded).toEqual([{ path: 'pipe', reason: 'special' }]);
    expect([...seeFolder(fork.workspace).keys()]).toEqual(['big.bin']);
    await rm(join(bench.home, 'objects'), { recursive: true });
    const two = join(bench.root, 'two');
    await expect(rollbacks.fork(plan.plan_id, id, two, bench.options)).rejects.toThrow();
    expect(existsSync(two)).toBe(false);
  });
});

describe('the repository of a workspace', () => {
  const git = (bench: WorkspaceBench, ...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=n', '-c', 'user.email=e', '-c', 'init.defaultBranch=main', ...args],
      {
        cwd: bench.workspace,
        env: { PATH: process.env['PATH'], HOME: bench.root, GIT_CONFIG_NOSYSTEM: '1' },
      },
    )
      .toString()
      .trim();

  it('Given a HEAD that is elsewhere, then that is said: a branch, a commit alone, a branch without one', async () => {
    await using bench = await WorkspaceBench.create({ 'a.txt': 'a' });
    git(bench, 'init', '-q');
    git(bench, 'commit', '-q', '--allow-empty', '-m', 'one');
    const commit = git(bench, 'rev-parse', 'HEAD').slice(0, 9);
    const app = bench.open();
    const { plan } = await bench.run(app, ['echo b > b.txt']);
    const id = await numberOne(app, plan.plan_id);
    const heads = async (): Promise<unknown> =>
      (await (await app.rollbacks()).preview(plan.plan_id, id, EVERYTHING, bench.options)).heads;
    expect(await heads()).toEqual([]);
    git(bench, 'checkout', '-q', '--detach');
    expect(await heads()).toEqual([{ path: '.git', before: `main ${commit}`, after: commit }]);
    git(bench, 'checkout', '-q', '--orphan', 'new');
    expect(await heads()).toEqual([{ path: '.git', before: `main ${commit}`, after: 'new' }]);
    await rm(join(bench.workspace, '.git', 'HEAD'));
    expect(await heads()).toEqual([]);
  });
});

describe('what a rollback that was cut off leaves', () => {
  async function cutOff(bench: WorkspaceBench, app: App, isHeld: boolean): Promise<PlanId> {
    const { plan } = await bench.run(app, ['echo b > b.txt']);
    const { operations, leases } = await app.storage();
    const { identity } = await living();
    if (isHeld) await leases.acquire(plan.plan_id, identity, 'command', null);
    await operations.begin({
      id: 'OPERATION',
      kind: 'rollback',
      root_plan_id: plan.plan_id,
      workspace: bench.workspace,
      process: identity,
      started_at: '2026-01-01T00:00:00.000Z',
      progress: { stage: 'looking', what: 'rollback to checkpoint 1' },
    });
    return plan.plan_id;
  }

  it('Given a process that works on it and holds the plan, then nothing was cut off', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open();
    await cutOff(bench, app, true);
    expect(await (await app.rollbacks()).interrupted()).toEqual([]);
  });

  it('Given one that gave the plan up, then it can be taken back once', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open();
    const planId = await cutOff(bench, app, false);
    const rollbacks = await app.rollbacks();
    const [left] = await rollbacks.interrupted();
    expect(left).toMatchObject({ planId, what: 'rollback to checkpoint 1' });
    expect(await rollbacks.abort(left!, bench.options)).toMatchObject({ state: 'complete' });
    await expect(rollbacks.abort(left!, bench.options)).rejects.toMatchObject({ code: 'operation_ended' });
  });
});
