import { mkdir, realpath, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StoredHome } from '../../../src/app/home-source.ts';
import { createParts, type Parts } from '../../../src/app/parts.ts';
import type { ErrorValue } from '../../../src/domain/errors.ts';
import { FakeTime } from '../../support/fake-time.ts';
import { WorkspaceBench } from '../../support/workspace-bench.ts';

const MINUTE_MS = 60_000;
const LOOK_MS = 500;

/** A home beside a plan that has run, on a clock that a test moves. */
async function open(
  bench: WorkspaceBench,
  steps: readonly string[] = ['true'],
): Promise<{ readonly parts: Parts; readonly home: StoredHome; readonly time: FakeTime }> {
  await bench.store(bench.open(), steps);
  await unlink(join(bench.root, 'p.plan.yaml'));
  const time = new FakeTime(new Date(Date.now() + MINUTE_MS).toISOString());
  const env = { PATH: process.env['PATH'], HOME: bench.root, AGENTS_HOME: bench.home };
  const parts = createParts({ cwd: bench.workspace, env, set: {}, clock: time });
  const folder = await realpath(bench.workspace);
  return { parts, time, home: new StoredHome(parts, folder, async () => folder) };
}

/** What a watcher heard, and a way to wait for the next of it. */
function listen(home: StoredHome): {
  readonly next: () => Promise<ErrorValue | 'change' | null>;
  readonly stop: () => void;
} {
  const heard: (ErrorValue | 'change' | null)[] = [];
  let wake = (): void => undefined;
  const hear = (what: ErrorValue | 'change' | null): void => {
    heard.push(what);
    wake();
  };
  const stop = home.watch({ onChange: () => hear('change'), onFault: hear });
  const next = async (): Promise<ErrorValue | 'change' | null> => {
    if (heard.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return heard.shift() ?? null;
  };
  return { next, stop };
}

/** Lets the watcher look, as often as it takes until it looks at everything. */
async function pass(time: FakeTime, looks = 1): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    while (time.waiting === 0) await new Promise(setImmediate);
    time.advance(LOOK_MS);
  }
}

it('Given plans of several folders, then those of this one, or all; one is found by what people type', async () => {
  await using bench = await WorkspaceBench.create();
  const { parts, home } = await open(bench);
  const { items } = await home.plans(false);
  expect(items).toMatchObject([
    { steps: { complete: 0, total: 1 }, checkpoints: 0, source: null, waiting: 0, isRun: false },
  ]);
  expect((await home.plans(false)).items).toEqual(items);
  const elsewhere = new StoredHome(parts, bench.root, async () => bench.root);
  expect((await elsewhere.plans(false)).items).toEqual([]);
  expect((await elsewhere.plans(true)).items).toHaveLength(1);
  expect((await home.find('last')).plan_id).toBe(items[0]?.plan.plan_id);
  await parts.close();
});

it('Given a watcher, when a plan is stored, a document comes or a runner may have gone, then it hears', async () => {
  await using bench = await WorkspaceBench.create();
  const { parts, home, time } = await open(bench);
  const { leases } = await parts.storage();
  const { items } = await home.plans(false);
  await home.documents();
  const { next, stop } = listen(home);
  await bench.store(bench.open(), ['true']);
  await pass(time);
  expect(await next()).toBe('change');
  const { plan } = items[0]!;
  const lease = await leases.acquire(plan.plan_id, parts.processes.self, 'runner', null);
  expect((await home.plans(false)).items.map(({ isRun }) => isRun)).toContain(true);
  await pass(time, 3);
  expect(await next()).toBe('change');
  await leases.release(lease!);
  await home.plans(false);
  await mkdir(join(bench.workspace, 'examples'));
  await bench.write('examples/new.plan.yaml', 'name: new');
  await pass(time, 4);
  expect(await next()).toBe('change');
  stop();
  await parts.close();
});

it('Given plans that can not be read, then a watcher hears the fault, and a change when they can again', async () => {
  await using bench = await WorkspaceBench.create();
  const { parts, time } = await open(bench);
  const storage = await parts.storage();
  let isBroken = true;
  const shaky = async (): Promise<typeof storage> => {
    if (isBroken) throw new Error('gone');
    return storage;
  };
  const home = new StoredHome({ ...parts, storage: shaky }, bench.workspace, async () => bench.workspace);
  const { next, stop } = listen(home);
  await pass(time);
  expect(await next()).toMatchObject({ message: 'gone' });
  isBroken = false;
  await pass(time);
  expect(await next()).toBe('change');
  stop();
  await parts.close();
});
