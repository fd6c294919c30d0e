import { utimesSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { App } from '../../../src/app/compose.ts';
import { takeDailyCare } from '../../../src/app/daily-care.ts';
import { createParts } from '../../../src/app/parts.ts';
import type { PruneOptions } from '../../../src/app/prune-plans.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { EVERYTHING, seeFolder, WorkspaceBench } from '../../support/workspace-bench.ts';

const MOST = 'core.checkpoints.retention.max_per_plan';
const writes = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `echo ${n} > f${n % 3}`);

const prune = (app: App, planId: string | null, more: Partial<PruneOptions> = {}) =>
  app.prunePlans(planId, {
    dryRun: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...more,
  });

describe('a run with retention', () => {
  it('Given more checkpoints than may be, When it ends, Then the newest are there, and each can be gone back to', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open({ [MOST]: '4' });
    const { plan } = await bench.run(app, writes(5));
    const after = seeFolder(bench.workspace);
    const numbers = (await bench.checkpoints(app, plan.plan_id)).map(({ number }) => number);
    expect(numbers).toEqual([7, 8, 9, 10]);
    expect(plan.checkpoints).toBe(4);
    await bench.rollBack(app, plan.plan_id, 7);
    await bench.undo(app, plan.plan_id);
    expect(seeFolder(bench.workspace)).toEqual(after);
    const events = await (await app.storage()).plans.eventsOfType(plan.plan_id, 'checkpoint.pruned');
    expect(events).toHaveLength(1);
  });

  it('Given it has pruned, When it ends, Then it collects what nobody needs, but once a day only', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open({ [MOST]: '2' });
    const stamp = join(bench.home, 'collected');
    await bench.run(app, writes(1));
    expect(await failureOf(stat(stamp))).toMatchObject({ code: 'ENOENT' });
    await bench.run(app, writes(3));
    const made = await stat(stamp);
    expect(made.mode & 0o777).toBe(0o600);
    utimesSync(stamp, 1, Date.now() / 1000 - 3600);
    const { mtimeMs } = await stat(stamp);
    await bench.run(app, writes(3));
    expect((await stat(stamp)).mtimeMs).toBe(mtimeMs);
    utimesSync(stamp, 1, Date.now() / 1000 - 90_000);
    await bench.run(app, writes(3));
    expect((await stat(stamp)).mtimeMs).toBeGreaterThan(Date.now() - 3_600_000);
  });
});

describe('a home that is used for long', () => {
  it('Given a day has gone by, When any plan has run, Then others are kept within their bounds too', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan: old } = await bench.run(bench.open(), writes(3));
    await writeFile(join(bench.home, 'collected'), '');
    utimesSync(join(bench.home, 'collected'), 1, 1);
    await bench.run(bench.open({ [MOST]: '2' }), writes(1));
    expect(await bench.checkpoints(bench.open(), old.plan_id)).toHaveLength(2);
  });

  it('Given the day has come and something is in the way, Then nobody is troubled with it', async () => {
    await using bench = await WorkspaceBench.create();
    await bench.run(bench.open(), writes(1));
    const env = { PATH: process.env['PATH'], HOME: bench.root, AGENTS_HOME: bench.home };
    const parts = createParts({ cwd: bench.root, env, set: {} });
    const storage = (): Promise<never> => Promise.reject(new Error('no disk'));
    await takeDailyCare({ ...parts, storage }, true);
    expect(await readFile(join(bench.home, 'collected'), 'utf8')).toBe('');
  });

  it('Given more is stored than may be, When it is pruned, Then the oldest plan gives first, until it is made up for', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan: first } = await bench.run(bench.open(), writes(3));
    const { plan: second } = await bench.run(bench.open(), ['echo more > more', 'echo less > less']);
    const key = 'core.checkpoints.retention.max_bytes';
    expect(await prune(bench.open({ [key]: '1GiB' }), null, { dryRun: true })).toMatchObject([
      { pruned: 0 },
      { pruned: 0 },
    ]);
    const garbage = await bench.open().garbage();
    const { trees, contents } = await garbage.usage();
    await garbage.close();
    const little = bench.open({ [key]: `${trees.bytes + contents.bytes - 1}B` });
    const [one, other] = await prune(little, null, { dryRun: true });
    expect(one?.pruned).toBeGreaterThan(0);
    expect(one?.pruned).toBeLessThan(5);
    expect(other?.pruned).toBe(0);
    const none = bench.open({ [key]: '0B' });
    await prune(none, null);
    expect(await bench.checkpoints(none, first.plan_id)).toHaveLength(1);
    expect(await bench.checkpoints(none, second.plan_id)).toHaveLength(1);
  });

  it('Given what had to stay was more than there may be, When a plan runs, Then its history says so once, else not', async () => {
    await using bench = await WorkspaceBench.create();
    const notes = async (max: string): Promise<readonly unknown[]> => {
      const app = bench.open({ 'core.checkpoints.retention.max_bytes': max });
      const { plan } = await bench.run(app, ['echo a > a.txt', 'echo b > b.txt']);
      const { plans } = await app.storage();
      const events = await plans.eventsOfType(plan.plan_id, 'note.added');
      return events.map(({ payload }) => payload);
    };
    const stamp = join(bench.home, 'collected');
    expect(await notes('0B')).toEqual([]);
    await writeFile(stamp, '');
    utimesSync(stamp, 1, 1);
    expect(await notes('0B')).toEqual([]);
    expect(Number(await readFile(stamp, 'utf8'))).toBeGreaterThan(0);
    const text = expect.stringMatching(/^1 MiB over core\.checkpoints\.retention\.max_bytes/);
    expect(await notes('0B')).toEqual([{ text, step_id: null }]);
    expect(await notes('1GiB')).toEqual([]);
    expect(await notes('null')).toEqual([]);
  });

  it('Given the settings of one folder are invalid, When all are pruned, Then only its plans are left alone', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan } = await bench.run(bench.open(), writes(3));
    await bench.write('.agentsrc', 'core: { nonsense: 1 }');
    const app = bench.open({ [MOST]: '1' });
    expect(await prune(app, null)).toMatchObject([{ pruned: 0, left: 6, skipped: 'settings' }]);
    expect(await failureOf(prune(app, plan.plan_id))).toMatchObject({ exitCode: 3 });
  });
});

describe('a decision that was made before', () => {
  it('Given all of its time was pruned, When it is corrected, Then that is refused and nothing is changed', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open({ [MOST]: '2' });
    const file = join(bench.root, 'asks.plan.yaml');
    const steps = writes(4).map((text, n) => `  - { id: s${n}, run: ${JSON.stringify(text)} }`);
    const ask =
      '  - { id: style, decide: { question: Which?, options: [{ id: long }, { id: short }], by: human, default: long } }';
    await writeFile(file, `name: asks\nsteps:\n${steps[0]}\n${ask}\n${steps.slice(1).join('\n')}\n`);
    const { plan_id } = await app.createPlan({ file, workspace: bench.workspace, inputs: {} });
    await bench.execute(app, plan_id);
    const before = seeFolder(bench.workspace);
    const head = await (await app.storage()).plans.head(plan_id);
    const rollbacks = await app.rollbacks();
    const corrected = rollbacks.correct(plan_id, 'style', 'short', EVERYTHING, 'refuse', bench.options);
    expect(await failureOf(corrected)).toMatchObject({ code: 'moment_not_kept', exitCode: 6 });
    expect(seeFolder(bench.workspace)).toEqual(before);
    expect(await (await app.storage()).plans.head(plan_id)).toEqual(head);
  });
});

describe('pruning by hand', () => {
  it('Given plans, When it is only asked what would go, Then that is what goes then', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan: first } = await bench.run(bench.open(), writes(3));
    const { plan: second } = await bench.run(bench.open(), writes(1));
    const app = bench.open({ [MOST]: '3' });
    const looked = await prune(app, null, { dryRun: true });
    const [one, other] = [
      { planId: second.plan_id, pruned: 0, left: 2, kept: { last: 1 }, skipped: null },
      { planId: first.plan_id, pruned: 3, left: 3, kept: { last: 1 }, skipped: null },
    ];
    expect(looked).toMatchObject([other, one]);
    expect(await bench.checkpoints(app, first.plan_id)).toHaveLength(6);
    expect(await prune(app, null)).toEqual(looked);
    expect(await bench.checkpoints(app, first.plan_id)).toHaveLength(3);
    expect(await prune(app, first.plan_id)).toMatchObject([{ pruned: 0, left: 3 }]);
    const stopped = AbortSignal.abort();
    expect(await failureOf(prune(app, null, { signal: stopped }))).toMatchObject({ name: 'AbortError' });
  });

  it('Given a plan that is run, or whose rollback is half done, Then it is left alone', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan } = await bench.run(bench.open(), writes(3));
    const app = bench.open({ [MOST]: '1' });
    const { leases } = await app.storage();
    const lease = await leases.acquire(plan.plan_id, app.processes.self, 'runner', null);
    expect(await prune(app, plan.plan_id)).toMatchObject([{ pruned: 0, left: 6, skipped: 'running' }]);
    if (lease) await leases.release(lease);
    await bench.leaveRollback(app, plan.plan_id);
    expect(await prune(app, plan.plan_id)).toMatchObject([{ pruned: 0, left: 6, skipped: 'interrupted' }]);
  });
});
