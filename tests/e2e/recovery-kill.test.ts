import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PlanId } from '../../src/domain/ids.ts';
import { endOf, KillBench } from '../support/kill-bench.ts';
import type { Job } from '../support/rollback-program.ts';
import type { SeenPath } from '../support/workspace-bench.ts';

/** Twenty files, slowly, and what can't be done twice without a trace. */
const SLOW_WRITE =
  'pace=$(cat ../pace); echo once >> log; mkdir out; rm old/gone; for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do echo $i >> out/n$i; sleep $pace; done';
const FILES = { log: 'begun\n', 'old/gone': 'gone', 'old/kept': 'kept', 'mine.txt': 'mine' };
const EXECUTE = { what: 'execute' } as const;

const open: KillBench[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it[Symbol.asyncDispose]();
});

type Steps = readonly string[];

/** A plan that is stored and has not begun. Its slow write takes seconds until `quicken`. */
async function stored(steps: Steps, set: Record<string, string> = {}): Promise<KillBench> {
  const it = await KillBench.empty(FILES);
  open.push(it);
  it.sh('echo 0.3 > ../pace');
  writeFileSync(
    join(it.bench.root, 'p.plan.yaml'),
    `name: p\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`,
  );
  await it.withApp(async (app) => {
    const file = join(it.bench.root, 'p.plan.yaml');
    it.planId = (await app.createPlan({ file, workspace: it.bench.workspace, inputs: {} })).plan_id;
  }, set);
  return it;
}

const shell = (text: string): string => `{ id: slow, run: ${JSON.stringify(text)} }`;
const QUICK = `{ id: quick, run: 'echo first > first' }`;

/** Whatever begins from now on writes without resting. */
const quicken = (it: KillBench): void => it.sh('echo 0 > ../pace');

const ends = new Map<string, ReadonlyMap<string, SeenPath>>();

/** How the folder ends if nothing comes between. */
async function undisturbed(steps: Steps): Promise<ReadonlyMap<string, SeenPath>> {
  const known = ends.get(steps.join());
  if (known) return known;
  const it = await stored(steps);
  quicken(it);
  await it.withApp((app) => it.bench.execute(app, it.planId));
  ends.set(steps.join(), it.files);
  return it.files;
}

/** Kills the runner as soon as the folder holds a path. */
async function killOnceThere(it: KillBench, path: string, set: Job['set'] = {}): Promise<void> {
  const child = it.start({ ...EXECUTE, set });
  const ended = endOf(child);
  // Only this path: what the tool deletes meanwhile can't be read.
  while (!existsSync(join(it.bench.workspace, path)) && child.exitCode === null) await setTimeout(2);
  child.kill('SIGKILL');
  expect(await ended).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  quicken(it);
}

const asked = { code: 'unfinished_write' };

async function triggers(it: KillBench, planId: PlanId): Promise<readonly string[]> {
  return await it.withApp(async (app) =>
    (await it.bench.checkpoints(app, planId)).map(({ trigger }) => trigger),
  );
}

/** The last of the cut-off tool is over as well: nothing writes any more. */
async function untilQuiet(it: KillBench): Promise<void> {
  for (let before = ''; ;) {
    const now = JSON.stringify([...it.files]);
    if (now === before) return;
    before = now;
    await setTimeout(400);
  }
}

describe('a runner that is killed in the middle of a write', () => {
  it.each([
    ['all triggers', {}],
    ['no trigger', { 'core.checkpoints.auto_create_on': '[]' }],
  ])('Given %s, then what it left is taken back and done again, once', async (_, set) => {
    const steps = [QUICK, shell(SLOW_WRITE), `{ id: last, run: 'cat log > last' }`];
    const it = await stored(steps, set);
    await killOnceThere(it, 'out/n7', set);
    const { state } = await it.withApp((app) => it.bench.execute(app, it.planId), set);
    expect(state.parts.plan.get('state')?.value).toBe('complete');
    expect(it.files).toEqual(await undisturbed(steps));
    expect(await triggers(it, it.planId)).toContain('pre_rollback');
  });

  it('Given a tool that wrote to its own end after its runner, then it is told apart from a person', async () => {
    const it = await stored([shell(SLOW_WRITE)]);
    it.sh('echo 0.15 > ../pace');
    await killOnceThere(it, 'out/n3');
    await untilQuiet(it);
    const left = it.files;
    // Its end is long after the last heartbeat, and nobody saw it: that may have been anybody.
    const refused = it.withApp((app) => it.bench.execute(app, it.planId));
    await expect(refused).rejects.toMatchObject(asked);
    expect(it.files).toEqual(left);
  });

  it('Given a file tool with paths of its own, then only they are taken back', async () => {
    const content = 'x'.repeat(50);
    const steps = [QUICK, `{ id: slow, uses: fs.write, with: { path: made/here.txt, content: ${content} } }`];
    const it = await stored(steps);
    const die = { at: 'before files.capture', time: 5 };
    expect((await it.run({ ...EXECUTE, die })).signal).toBe('SIGKILL');
    expect(it.files.has('made/here.txt')).toBe(true);
    await it.withApp((app) => it.bench.execute(app, it.planId));
    expect(it.files).toEqual(await undisturbed(steps));
  });

  it('Given a path beside those that the tool declared, then a person is asked', async () => {
    const it = await stored([`{ id: slow, uses: fs.write, with: { path: made/here.txt, content: text } }`]);
    await it.run({ ...EXECUTE, die: { at: 'before files.capture', time: 3 } });
    expect(it.files.has('made/here.txt')).toBe(true);
    await it.bench.write('made/beside.txt', 'mine');
    const refused = it.withApp((app) => it.bench.execute(app, it.planId));
    await expect(refused).rejects.toMatchObject({
      ...asked,
      hint: expect.stringContaining('made/beside.txt'),
    });
  });
});

describe('a person between the kill and the resume', () => {
  const EDITS: readonly (readonly [string, (it: KillBench) => Promise<void>, string])[] = [
    ['edits a file of the tool', (it) => it.bench.write('out/n1', 'MINE'), 'out/n1'],
    ['makes a file', (it) => it.bench.write('out/mine', 'MINE'), 'out/mine'],
    ['deletes a file', async (it) => it.sh('rm mine.txt'), 'mine.txt'],
    ['deletes a file of the tool, and one more', async (it) => it.sh('rm old/kept'), 'old/kept'],
    [
      'moves a folder in',
      async (it) => it.sh('mkdir ../aside; touch -d yesterday ../aside/x; mv ../aside .'),
      'aside',
    ],
  ];

  it.each(EDITS)(
    'Given that somebody %s, then it is named and stays; --rerun and --skip go on',
    async (_, edit, path) => {
      const it = await stored([
        shell(SLOW_WRITE.replace('mkdir out', 'mkdir -p out').replace('rm old', 'rm -f old')),
      ]);
      await killOnceThere(it, 'out/n7');
      it.endSurvivors();
      await setTimeout(1100);
      await edit(it);
      const left = it.files;
      // Also after another process was killed over it, and for the second time.
      const die = { at: 'after leases.acquire', time: 1 };
      expect((await it.run({ ...EXECUTE, die })).signal).toBe('SIGKILL');
      for (let time = 0; time < 2; time += 1) {
        const refused = it.withApp((app) => it.bench.execute(app, it.planId));
        await expect(refused).rejects.toMatchObject({ ...asked, hint: expect.stringContaining(path) });
        expect(it.files).toEqual(left);
      }
      it.keep('left');
      await it.withApp((app) => it.bench.execute(app, it.planId, { skip: ['slow'] }));
      expect(it.files).toEqual(left);
      it.putBack('left');
      await it.withApp((app) => it.bench.execute(app, it.planId, { rerun: ['slow'] }));
      expect(it.files.get('out/n19')).toBeDefined();
    },
  );

  it('Given files that are not captured, then the old question is asked', async () => {
    const set = { 'core.checkpoints.files': 'false' };
    const it = await stored([shell(SLOW_WRITE)], set);
    await killOnceThere(it, 'out/n7', set);
    const refused = it.withApp((app) => it.bench.execute(app, it.planId), set);
    await expect(refused).rejects.toMatchObject({
      ...asked,
      nextSteps: [/--rerun slow/, /--skip slow/].map((word) => expect.stringMatching(word)),
    });
  });

  it('Given a tree before that is not whole, then nothing is guessed', async () => {
    const set = { 'core.checkpoints.limits.file': '1KiB' };
    const it = await stored([shell(`echo more >> large; ${SLOW_WRITE}`)], set);
    await it.bench.write('large', 'x'.repeat(2000));
    await killOnceThere(it, 'out/n7', set);
    const refused = it.withApp((app) => it.bench.execute(app, it.planId), set);
    await expect(refused).rejects.toMatchObject({ ...asked, hint: 'not captured: large' });
  });
});

describe('a recovery that is killed itself', () => {
  const STEPS = [QUICK, shell(SLOW_WRITE)];

  it.each([
    ['before operations.begin', 1],
    ['after operations.begin', 1],
    ['after operations.update', 1],
    ['restore after-unlink', 4],
    ['before plans.append', 2],
    ['after plans.append', 2],
  ] as const)('Given SIGKILL of it %s (%i), then the next one ends it', async (at, time) => {
    const it = await stored(STEPS);
    await killOnceThere(it, 'out/n7');
    expect((await it.run({ ...EXECUTE, die: { at, time } })).signal).toBe('SIGKILL');
    const result = await it.withApp((app) =>
      it.bench.execute(app, it.planId).catch((thrown: unknown) => thrown),
    );
    // Between ending a tool that lived on and storing that, nobody knows any more who wrote last.
    if (result instanceof Error && at === 'before operations.begin') expect(result).toMatchObject(asked);
    else {
      if (result instanceof Error) throw result;
      expect(it.files).toEqual(await undisturbed(STEPS));
    }
    await it.withApp(async (app) => expect(await (await app.storage()).operations.open()).toEqual([]));
  });

  it.each(['skip', 'rerun'] as const)(
    'Given that it was half way and --%s, then it is ended first',
    async (word) => {
      const it = await stored(STEPS.map((step) => step.replace('mkdir out', 'mkdir -p out')));
      await killOnceThere(it, 'out/n7');
      await it.run({ ...EXECUTE, die: { at: 'restore after-unlink', time: 4 } });
      await it.withApp((app) => it.bench.execute(app, it.planId, { [word]: ['slow'] }));
      expect(it.files.has('out/n19')).toBe(word === 'rerun');
      expect(it.files.get('log')).toEqual(
        (word === 'rerun' ? await undisturbed(STEPS) : seenOf('begun\n')).get('log'),
      );
      await it.withApp(async (app) => expect(await (await app.storage()).operations.open()).toEqual([]));
    },
  );

  it('Given that it was half way and a rollback, then it is ended first', async () => {
    const it = await stored(STEPS);
    const before = it.files;
    await killOnceThere(it, 'out/n7');
    await it.run({ ...EXECUTE, die: { at: 'restore after-unlink', time: 4 } });
    await it.withApp(async (app) => {
      await it.bench.rollBack(app, it.planId, 1);
      expect(it.files).toEqual(before);
      expect(await (await app.storage()).operations.open()).toEqual([]);
    });
  });
});

const seenOf = (text: string): ReadonlyMap<string, SeenPath> =>
  new Map([['log', { type: 'file', mode: '644', content: Buffer.from(text).toString('hex') }]]);
