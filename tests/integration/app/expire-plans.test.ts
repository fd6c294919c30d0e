import { existsSync, utimesSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { App } from '../../../src/app/compose.ts';
import type { ExpiredPlan } from '../../../src/app/expire-plans.ts';
import type { PruneOptions } from '../../../src/app/prune-plans.ts';
import { systemClock } from '../../../src/host/system-clock.ts';
import { failureOf } from '../../support/storage-failure.ts';
import { WorkspaceBench } from '../../support/workspace-bench.ts';

const DAY_MS = 86_400_000;
const KEY = 'core.plans.retention';

/** The program so many days from now. */
const later = (bench: WorkspaceBench, days: number, set: Readonly<Record<string, string>>): App =>
  bench.open(set, { clock: { ...systemClock, now: () => Date.now() + days * DAY_MS } });

const expire = (app: App, more: Partial<PruneOptions> = {}): Promise<readonly ExpiredPlan[]> =>
  app.expirePlans({
    dryRun: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...more,
  });

const seen = (plans: readonly ExpiredPlan[]) => plans.map(({ plan, kept }) => [plan.plan_id, kept]);

const left = async (app: App): Promise<readonly string[]> =>
  (await (await app.storage()).plans.list({})).items.map(({ plan_id }) => plan_id);

describe('plans by age', () => {
  it('Given one that ended, When its time has come, Then it goes whole, and files stay; before, and by default, never', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan } = await bench.run(bench.open(), ['echo a > a.txt']);
    expect(await expire(later(bench, 10_000, {}))).toEqual([]);
    expect(await expire(later(bench, 6, { [KEY]: '1w' }))).toEqual([]);
    const app = later(bench, 8, { [KEY]: '1w' });
    expect(seen(await expire(app, { dryRun: true }))).toEqual([[plan.plan_id, null]]);
    expect(await left(app)).toEqual([plan.plan_id]);
    expect(seen(await expire(app))).toEqual([[plan.plan_id, null]]);
    expect(await left(app)).toEqual([]);
    expect(existsSync(join(bench.workspace, 'a.txt'))).toBe(true);
    expect(await expire(app)).toEqual([]);
  });

  it('Given its checkpoints were pruned meanwhile, Then that does not make it younger; what a person did, does', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan } = await bench.run(bench.open(), ['echo a > a.txt', 'echo b > a.txt']);
    const pruning = later(bench, 20, { 'core.checkpoints.retention.max_age': '10d' });
    const options = { dryRun: false, signal: new AbortController().signal, onProgress: () => undefined };
    expect(await pruning.prunePlans(null, options)).toMatchObject([{ pruned: 3 }]);
    const app = later(bench, 21, { [KEY]: '14d' });
    expect(seen(await expire(app, { dryRun: true }))).toEqual([[plan.plan_id, null]]);
    const { checkpoints } = await pruning.storage();
    const [{ id } = { id: '' }] = await checkpoints.oldest(plan.plan_id, 0, 1);
    await (
      await pruning.control()
    ).mark(plan.plan_id, id, { label: 'good' }, { ...bench.options, timeoutMs: null });
    expect(await expire(app)).toEqual([]);
    expect(seen(await expire(later(bench, 40, { [KEY]: '14d' })))).toEqual([[plan.plan_id, 'labelled']]);
  });

  it('Given plans that somebody may still want, Then they stay, and it says why', async () => {
    await using bench = await WorkspaceBench.create();
    const app = bench.open();
    const failed = await bench.run(app, ['exit 3']);
    expect(failed.plan.state).toBe('errored');
    const waiting = await bench.store(app, ['true']);
    const { plan: boxed } = await bench.run(app, ['echo b > b.txt'], true);
    const rollbacks = await app.rollbacks();
    await rollbacks.apply(boxed.plan_id, 'keep', bench.options);
    const { plan: source } = await bench.run(app, ['echo a > a.txt']);
    const { id } = await (await app.storage()).checkpoints.resolve(source.plan_id, '1');
    const fork = await rollbacks.fork(source.plan_id, id, join(bench.root, 'apart'), bench.options);
    const { plan: pinned } = await bench.run(app, ['echo a > a.txt']);
    await bench.rollBack(app, pinned.plan_id, 1);
    await bench.undo(app, pinned.plan_id);
    const { plan: over } = await bench.run(app, ['echo c > a.txt']);
    const found = await expire(later(bench, 3, { [KEY]: '1d' }));
    expect(new Map(found.map(({ plan, kept }) => [plan.plan_id, kept]))).toEqual(
      new Map([
        [boxed.plan_id, 'sandbox'],
        [source.plan_id, 'forked'],
        [pinned.plan_id, 'pinned'],
        [over.plan_id, null],
      ]),
    );
    const stay = [failed.plan.plan_id, waiting, boxed.plan_id, source.plan_id, fork.planId, pinned.plan_id];
    expect((await left(app)).toSorted()).toEqual(stay.toSorted());
  });

  it('Given a folder that is missing, one with invalid settings, Then its plans stay until it is back', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan } = await bench.run(bench.open(), ['echo a > a.txt']);
    const app = later(bench, 3, { [KEY]: '1d' });
    await rename(bench.workspace, `${bench.workspace}-away`);
    expect(seen(await expire(app))).toEqual([[plan.plan_id, 'folder']]);
    await writeFile(bench.workspace, 'no folder');
    expect(seen(await expire(app))).toEqual([[plan.plan_id, 'folder']]);
    await rename(bench.workspace, `${bench.workspace}-file`);
    await rename(`${bench.workspace}-away`, bench.workspace);
    await bench.write('.agentsrc', 'core: { nonsense: 1 }');
    expect(seen(await expire(app))).toEqual([[plan.plan_id, 'settings']]);
    await bench.write('.agentsrc', 'core: { plans: { retention: 9d } }');
    expect(seen(await expire(later(bench, 3, {})))).toEqual([]);
    expect(seen(await expire(later(bench, 10, {})))).toEqual([[plan.plan_id, null]]);
  });

  it('Given one that a process has, whose rollback is half done, or a tool of which lives, Then it stays', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan } = await bench.run(bench.open(), ['echo a > a.txt']);
    const app = later(bench, 3, { [KEY]: '1d' });
    const { leases } = await app.storage();
    const lease = await leases.acquire(plan.plan_id, app.processes.self, 'runner', null);
    expect(seen(await expire(app))).toEqual([[plan.plan_id, 'running']]);
    expect(seen(await expire(app, { dryRun: true }))).toEqual([[plan.plan_id, 'running']]);
    if (lease) await leases.release(lease);
    const survivors = vi.spyOn(app.processes, 'findByCallId').mockReturnValue([1]);
    expect(seen(await expire(app))).toEqual([[plan.plan_id, 'survivor']]);
    survivors.mockRestore();
    await bench.leaveRollback(app, plan.plan_id);
    for (const dryRun of [true, false])
      expect(seen(await expire(app, { dryRun }))).toEqual([[plan.plan_id, 'interrupted']]);
    expect(await failureOf(expire(app, { signal: AbortSignal.abort() }))).toMatchObject({
      name: 'AbortError',
    });
  });

  it('Given something happens to one just then, Then it stays', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan } = await bench.run(bench.open(), ['true']);
    const app = later(bench, 3, { [KEY]: '1d' });
    const { plans } = await app.storage();
    const { items, ...page } = await plans.list({});
    const seenBefore = items.map((item) => ({ ...item, updated_at: item.created_at }));
    const list = vi.spyOn(plans, 'list').mockResolvedValue({ ...page, items: seenBefore });
    expect(seen(await expire(app))).toEqual([[plan.plan_id, 'running']]);
    list.mockRestore();
    const events = vi.spyOn(plans, 'eventsOfType').mockRejectedValue(new Error('no disk'));
    expect(await failureOf(expire(app))).toMatchObject({ message: 'no disk' });
    events.mockRestore();
    expect(await left(app)).toEqual([plan.plan_id]);
  });

  it('Given a day has gone by, When any plan has run, Then those whose time has come are gone', async () => {
    await using bench = await WorkspaceBench.create();
    const { plan: old } = await bench.run(bench.open(), ['true']);
    await writeFile(join(bench.home, 'collected'), '');
    utimesSync(join(bench.home, 'collected'), 1, 1);
    const app = later(bench, 3, { [KEY]: '2d' });
    const { plan } = await bench.run(app, ['true']);
    expect(await left(app)).toEqual([plan.plan_id]);
    expect(old.plan_id).not.toBe(plan.plan_id);
  });
});
