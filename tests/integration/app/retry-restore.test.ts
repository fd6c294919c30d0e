import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { App } from '../../../src/app/compose.ts';
import { createParts } from '../../../src/app/parts.ts';
import { startPlan } from '../../../src/app/start-plan.ts';
import type { RunHandle, RunOptions, RunOutcome } from '../../../src/app/run-options.ts';
import { WorkspaceError } from '../../../src/domain/errors.ts';
import type { Checkpoint } from '../../../src/domain/checkpoint.ts';
import type { PlanId } from '../../../src/domain/ids.ts';
import type { PlanEvent } from '../../../src/domain/plan-event.ts';
import type { WorkspaceFiles } from '../../../src/ports/workspace-files.ts';
import { KillBench } from '../../support/kill-bench.ts';
import { QUIET, seeFolder, WorkspaceBench } from '../../support/workspace-bench.ts';

const RESTORE = 'retries: { max: 2, restore: workspace }';
const FILES = { 'old.txt': 'old\n', 'gone.txt': 'gone\n', 'deep/in.txt': 'in\n' };

/** Counts outside of the workspace how often it ran, does its work, and fails until the third time. */
const thirdTime = (root: string, work: string, name = 'tries'): string =>
  `echo x >> ${root}/${name}; ${work}; test $(wc -l < ${root}/${name}) -ge 3`;
const step = (id: string, run: string, more = ''): string =>
  `{ id: ${id}, needs: [], run: ${JSON.stringify(run)}${more === '' ? '' : `, ${more}`} }`;
const triesOf = (root: string, name = 'tries'): number =>
  readFileSync(join(root, name), 'utf8').trim().split('\n').length;

/** Content, modes, a link, a folder and removals. */
const MESS = `echo more >> old.txt; rm -f gone.txt; chmod 600 deep/in.txt; mkdir -p new/er; echo n >> new/er/f; ln -sfn old.txt link`;

async function create(bench: WorkspaceBench, app: App, steps: readonly string[]): Promise<PlanId> {
  const file = join(bench.root, 'p.plan.yaml');
  await writeFile(file, `name: p\nsteps:\n${steps.map((one) => `  - ${one}\n`).join('')}`);
  return (await app.createPlan({ file, workspace: bench.workspace, inputs: {}, sandbox: false })).plan_id;
}

interface Ran {
  readonly planId: PlanId;
  readonly outcome: RunOutcome;
  readonly events: readonly PlanEvent[];
  readonly notes: readonly string[];
}

async function run(
  bench: WorkspaceBench,
  app: App,
  steps: readonly string[],
  more: Partial<RunOptions> = {},
): Promise<Ran> {
  const planId = await create(bench, app, steps);
  const outcome = await bench.execute(app, planId, more);
  return { planId, outcome, ...(await told(app, planId)) };
}

async function told(app: App, planId: PlanId): Promise<Pick<Ran, 'events' | 'notes'>> {
  const events = await (await app.storage()).plans.events(planId, 0, 1000);
  const notes = events.flatMap((event) => (event.type === 'note.added' ? [event.payload.text] : []));
  return { events, notes };
}

/** What a person does in the folder as soon as an attempt has failed. */
const afterAttempt = (type: PlanEvent['type'], work: () => void): Partial<RunOptions> => {
  let isDone = false;
  const onEvent = (event: PlanEvent): void => {
    if (event.type !== type || isDone) return;
    isDone = true;
    work();
  };
  return { listeners: [{ onEvent }] };
};

describe('a step that is tried again with restore: workspace', () => {
  it('Given two attempts that fail, then the files are as after the third alone, and a rollback knows it', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const before = seeFolder(bench.workspace);
    const app = bench.open();
    const { outcome, events, notes, planId } = await run(bench, app, [
      step('s', thirdTime(bench.root, MESS), RESTORE),
    ]);
    expect(outcome.error).toBeNull();
    const after = seeFolder(bench.workspace);
    await bench.rollBack(app, planId, 1);
    expect(seeFolder(bench.workspace)).toEqual(before);
    execFileSync('sh', ['-c', MESS], { cwd: bench.workspace });
    expect(after).toEqual(seeFolder(bench.workspace));
    expect(notes).toEqual([]);
    const types = events
      .map(({ type }) => type)
      .filter((type) => /retried|rolled_back|step\.(s|c)/.test(type));
    const failed = ['step.started', 'step.retried', 'plan.rolled_back'];
    expect(types).toEqual([...failed, ...failed, 'step.started', 'step.completed']);
    const triggers = (await bench.checkpoints(app, planId)).map(({ trigger }) => trigger);
    expect(triggers.filter((trigger) => trigger === 'pre_rollback')).toHaveLength(3);
  });

  it('Given nothing of it, then what the attempts did piles up', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const { events } = await run(bench, bench.open(), [
      step('s', thirdTime(bench.root, 'echo more >> old.txt'), 'retries: { max: 2 }'),
    ]);
    expect(readFileSync(join(bench.workspace, 'old.txt'), 'utf8')).toBe('old\nmore\nmore\nmore\n');
    expect(events.filter(({ type }) => type === 'plan.rolled_back')).toEqual([]);
  });

  it('Given defaults that say so and an attempt that changes nothing, then nothing is put back', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const file = join(bench.root, 'p.plan.yaml');
    const steps = ['true', 'echo again >> old.txt'].map((work, index) =>
      step(`s${index}`, thirdTime(bench.root, work, `t${index}`)),
    );
    await writeFile(file, `name: p\ndefaults: { ${RESTORE} }\nsteps: [${steps.join(', ')}]\n`);
    const app = bench.open();
    const { plan_id } = await app.createPlan({
      file,
      workspace: bench.workspace,
      inputs: {},
      sandbox: false,
    });
    expect((await bench.execute(app, plan_id)).error).toBeNull();
    expect(readFileSync(join(bench.workspace, 'old.txt'), 'utf8')).toBe('old\nagain\n');
    const { events } = await told(app, plan_id);
    expect(events.filter(({ type }) => type === 'plan.rolled_back')).toHaveLength(2);
  });

  it('Given a step beside it, then what that one changed stays, with the folder it stands in', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const work = 'echo a >> old.txt; mkdir -p d; echo a >> d/a; echo a >> both.txt';
    const beside = 'echo b > b.txt; mkdir -p d; echo b > d/b; echo b >> both.txt; rm -r deep';
    const { outcome, notes } = await run(bench, bench.open(), [
      step('s', thirdTime(bench.root, work), RESTORE),
      step('t', beside),
    ]);
    expect(outcome.error).toBeNull();
    const text = (name: string): string => readFileSync(join(bench.workspace, name), 'utf8');
    expect([text('old.txt'), text('d/a'), text('b.txt'), text('d/b')]).toEqual([
      'old\na\n',
      'a\n',
      'b\n',
      'b\n',
    ]);
    expect(text('both.txt')).toBe('a\nb\na\n');
    expect([...seeFolder(bench.workspace).keys()].filter((path) => path.startsWith('deep'))).toEqual([]);
    expect(notes[0]).toBe(
      'not put back to before attempt 1 of step s: both.txt, d (changed by somebody else)',
    );
  });

  it('Given that somebody else took away the folder of what it deleted, then that stays away, and is noted', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const { notes } = await run(
      bench,
      bench.open(),
      [step('s', thirdTime(bench.root, 'rm -f deep/in.txt'), RESTORE)],
      afterAttempt('step.retried', () => execFileSync('rmdir', [join(bench.workspace, 'deep')])),
    );
    expect(notes).toEqual([
      'not put back to before attempt 1 of step s: deep/in.txt (changed by somebody else)',
    ]);
    expect(seeFolder(bench.workspace).has('deep')).toBe(false);
  });

  it("Given a person's edits between two attempts, then they stay and are noted", async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const { outcome, notes } = await run(
      bench,
      bench.open(),
      [step('s', thirdTime(bench.root, 'echo more >> old.txt; echo n > new.txt'), RESTORE)],
      afterAttempt('step.retried', () => {
        writeFileSync(join(bench.workspace, 'old.txt'), 'mine\n');
        writeFileSync(join(bench.workspace, 'own.txt'), 'own\n');
      }),
    );
    expect(outcome.error).toBeNull();
    expect(readFileSync(join(bench.workspace, 'old.txt'), 'utf8')).toBe('mine\nmore\n');
    expect(readFileSync(join(bench.workspace, 'own.txt'), 'utf8')).toBe('own\n');
    expect(notes).toEqual(['not put back to before attempt 1 of step s: old.txt (changed by somebody else)']);
  });

  it('Given what no rollback touches, then it stays and is noted', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const work = 'mkdir -p node_modules; echo 1 >> node_modules/m; git init -q .; echo more >> old.txt';
    const { notes } = await run(bench, bench.open(), [step('s', thirdTime(bench.root, work), RESTORE)]);
    expect(readFileSync(join(bench.workspace, 'old.txt'), 'utf8')).toBe('old\nmore\n');
    expect(notes[0]).toBe('not put back to before attempt 1 of step s: .git (git), node_modules (rule)');
  });
});

describe('a step whose files are not known', () => {
  const failing = 'echo more >> old.txt; exit 1';

  it('Given files that are not captured, then it fails and says why, after one attempt', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const app = bench.open({ 'core.checkpoints.files': 'false' });
    const { outcome } = await run(bench, app, [step('s', failing, RESTORE)]);
    expect(outcome.error).toMatchObject({
      code: 'no_files',
      message:
        "the files can't be put back to before attempt 1, so there is no other: what step s changed is not known",
    });
    expect(readFileSync(join(bench.workspace, 'old.txt'), 'utf8')).toBe('old\nmore\n');
  });

  it.each([
    ['grows', 'echo more >> large.bin; exit 1', 'large.bin'],
    ['is new', 'head -c 5000 /dev/zero > other.bin; exit 1', 'other.bin'],
  ])('Given a file over the limit that %s, then it fails and names it', async (_, work, name) => {
    await using bench = await WorkspaceBench.create({ ...FILES, 'large.bin': 'x'.repeat(5000) });
    const app = bench.open({ 'core.checkpoints.limits.file': '1KiB' });
    const { outcome } = await run(bench, app, [step('s', work, RESTORE)]);
    expect(outcome.error?.code).toBe('no_files');
    expect(outcome.error?.message).toContain(name);
  });

  it('Given a file over the limit that it leaves alone, then it is tried again', async () => {
    await using bench = await WorkspaceBench.create({ ...FILES, 'large.bin': 'x'.repeat(5000) });
    const app = bench.open({ 'core.checkpoints.limits.file': '1KiB' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { outcome } = await run(bench, app, [
      step('s', thirdTime(bench.root, 'echo more >> old.txt'), RESTORE),
    ]);
    expect(outcome.error).toBeNull();
    expect(readFileSync(join(bench.workspace, 'old.txt'), 'utf8')).toBe('old\nmore\n');
  });
});

describe('a subplan that is tried again with restore: workspace', () => {
  const child = (root: string): string =>
    JSON.stringify({
      id: 'sub',
      needs: [],
      subplans: {
        retries: { max: 2, restore: 'workspace' },
        plans: [
          {
            name: 'child',
            steps: [
              { run: MESS },
              {
                run: `echo y >> ${root}/inner; echo i >> inner.txt; test $(wc -l < ${root}/inner) -ge 2`,
                retries: { max: 1, restore: 'workspace' },
              },
              {
                subplans: {
                  retries: { max: 1 },
                  plans: [
                    {
                      name: 'grandchild',
                      steps: [
                        {
                          run: `echo z >> ${root}/grand; echo g >> grand.txt; test $(wc -l < ${root}/grand) -ge 2`,
                        },
                      ],
                    },
                  ],
                },
              },
              { run: thirdTime(root, 'echo last >> old.txt') },
            ],
          },
        ],
      },
    });

  it('Given two attempts that fail, then all below it goes back too, and what ran beside it stays', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const app = bench.open();
    const { outcome, notes, events } = await run(bench, app, [
      child(bench.root),
      step('t', 'echo b > b.txt'),
    ]);
    expect(outcome.error).toBeNull();
    expect(triesOf(bench.root)).toBe(3);
    const after = seeFolder(bench.workspace);
    execFileSync(
      'sh',
      ['-c', 'rm -rf new link grand.txt inner.txt b.txt; chmod 644 deep/in.txt; echo old > old.txt'],
      {
        cwd: bench.workspace,
      },
    );
    execFileSync(
      'sh',
      ['-c', `${MESS}; echo i > inner.txt; echo g > grand.txt; echo last >> old.txt; echo b > b.txt`],
      {
        cwd: bench.workspace,
      },
    );
    expect(after).toEqual(seeFolder(bench.workspace));
    expect(notes).toEqual([]);
    const types = events.map(({ type }) => type).filter((type) => /subplan\.retried|rolled_back/.test(type));
    expect(types).toEqual([
      'plan.rolled_back', // the step within it
      'subplan.retried', // the grandchild, as it is
      'plan.rolled_back',
      'subplan.retried',
      'plan.rolled_back',
      'subplan.retried',
    ]);
  });

  it("Given a person's edits, then they stay; given files that are not captured, then it fails", async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const edit = afterAttempt('plan.failed', () =>
      writeFileSync(join(bench.workspace, 'gone.txt'), 'mine\n'),
    );
    const steps = [
      `{ id: sub, subplans: { retries: { max: 2, restore: workspace }, plans: [{ name: c, steps: [${step('s', thirdTime(bench.root, MESS))}] }] } }`,
    ];
    const { outcome, notes } = await run(bench, bench.open(), steps, edit);
    expect(outcome.error).toBeNull();
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(
      /^not put back to before attempt 1 of subplan \w+ of step sub: gone.txt \(changed/,
    );
    execFileSync('rm', [join(bench.root, 'tries')]);
    const app = bench.open({ 'core.checkpoints.files': 'false' });
    const { outcome: without } = await run(bench, app, steps);
    expect(without.error?.message).toContain('what step s changed is not known');
    expect(triesOf(bench.root)).toBe(1);
  });
});

describe('a step that a plan comes to again by a rollback or a fork', () => {
  const FAILING = step('s', 'echo more >> old.txt; exit 1', 'retries: { max: 1, restore: workspace }');
  const SUB = `{ id: sub, subplans: { retries: { max: 1, restore: workspace }, plans: [{ name: c, steps: [${FAILING.replace(', retries: { max: 1, restore: workspace }', '')}] }] } }`;
  const textOf = (bench: WorkspaceBench): string => readFileSync(join(bench.workspace, 'old.txt'), 'utf8');
  /** The checkpoint with the files as the first attempt left them. */
  const afterFirst = async (bench: WorkspaceBench, app: App, planId: PlanId): Promise<Checkpoint> =>
    (await bench.checkpoints(app, planId)).find(({ trigger }) => trigger === 'on_tool_write_complete')!;

  it.each([
    ['step', FAILING],
    ['subplan', SUB],
  ])(
    'Given a rollback into a failed attempt of a %s, then that goes back before the next',
    async (_, one) => {
      await using bench = await WorkspaceBench.create(FILES);
      const app = bench.open();
      const { planId, outcome } = await run(bench, app, [one]);
      expect([outcome.error?.code, textOf(bench)]).toEqual([expect.any(String), 'old\nmore\n']);
      await bench.rollBack(app, planId, (await afterFirst(bench, app, planId)).number);
      await bench.execute(app, planId);
      expect(textOf(bench)).toBe('old\nmore\n');
      expect((await told(app, planId)).notes).toEqual([]);
    },
  );

  it('Given a rollback of the plan alone to before a subplan, then its files go back only as far', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const app = bench.open();
    const { planId } = await run(bench, app, [SUB]);
    await bench.rollBack(app, planId, 1, { scope: 'plan_only' });
    await bench.execute(app, planId);
    expect(textOf(bench)).toBe('old\nmore\nmore\n');
  });

  it.each([
    ['step', FAILING],
    ['subplan', SUB],
  ])(
    'Given a fork in a failed attempt of a %s, then it fails: the fork does not know what that changed',
    async (_, one) => {
      await using bench = await WorkspaceBench.create(FILES);
      const app = bench.open();
      const { planId } = await run(bench, app, [one]);
      const { id } = await afterFirst(bench, app, planId);
      const fork = await (await app.rollbacks()).fork(planId, id, null, bench.options);
      const { error } = await bench.execute(app, fork.planId);
      expect(error?.message).toContain('what step s changed is not known');
    },
  );
});

describe('a step whose files can not be put back', () => {
  /** The program with something wrong with its files. */
  async function runWith(
    bench: WorkspaceBench,
    wrong: (files: WorkspaceFiles) => Partial<WorkspaceFiles>,
  ): Promise<{ readonly planId: PlanId; readonly outcome: RunOutcome }> {
    const app = bench.open();
    const planId = await create(bench, app, [step('s', thirdTime(bench.root, MESS), RESTORE)]);
    const env = { PATH: process.env['PATH'], HOME: bench.root, AGENTS_HOME: bench.home };
    const parts = createParts({ cwd: bench.root, env, set: {} });
    const files = await parts.files();
    const broken = new Proxy(files, {
      get: (of, name) => {
        const value: unknown = Reflect.get(wrong(of), name) ?? Reflect.get(of, name, of);
        return typeof value === 'function' ? (value.bind(of) as unknown) : value;
      },
    });
    try {
      const handle = await startPlan({ ...parts, files: async () => broken }, planId, QUIET);
      return { planId, outcome: await handle.outcome };
    } finally {
      await parts.close();
    }
  }

  it.each([
    ['before', false],
    ['after', true],
  ])(
    'Given an error of the folder %s the files went back, then the plan rests, and goes on with it',
    async (_, isLate) => {
      await using bench = await WorkspaceBench.create(FILES);
      const { planId, outcome } = await runWith(bench, (files) => ({
        restore: async (request) => {
          if (isLate) await files.restore(request);
          throw new WorkspaceError('disk_full', 'no room', isLate ? { hint: 'make some' } : {});
        },
      }));
      expect(outcome).toMatchObject({
        pausedBecause: 'checkpoint_failed',
        error: {
          message: 'files could not be put back for another attempt: no room',
          hint: isLate ? 'make some' : null,
        },
      });
      const app = bench.open();
      expect((await bench.execute(app, planId)).error).toBeNull();
      expect(triesOf(bench.root)).toBe(3);
      const after = seeFolder(bench.workspace);
      await bench.rollBack(app, planId, 1);
      execFileSync('sh', ['-c', MESS], { cwd: bench.workspace });
      expect(after).toEqual(seeFolder(bench.workspace));
    },
  );

  it('Given damaged content, then it fails before anything is changed', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const { outcome } = await runWith(bench, () => ({
      verify: async ({ contents = [] }) => contents.map((hash) => ({ hash, kind: 'content', damaged: true })),
    }));
    expect(outcome.error).toMatchObject({ code: 'content_damaged' });
    expect(readFileSync(join(bench.workspace, 'old.txt'), 'utf8')).toBe('old\nmore\n');
  });

  it('Given a pause while it looks, then the plan rests, and the files go back when it goes on', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const app = bench.open();
    const planId = await create(bench, app, [step('s', thirdTime(bench.root, MESS), RESTORE)]);
    const handles: RunHandle[] = [];
    const pause = afterAttempt('step.retried', () => handles[0]?.pause('SIGINT'));
    handles.push(await app.startPlan(planId, { ...QUIET, ...pause }));
    expect((await handles[0]!.outcome).pausedBecause).toBe('signal');
    expect(triesOf(bench.root)).toBe(1);
    expect((await bench.execute(app, planId)).error).toBeNull();
    expect(readFileSync(join(bench.workspace, 'old.txt'), 'utf8')).toBe('old\nmore\n');
  });
});

describe('a run that is killed between two attempts', () => {
  const SUB = (one: string): string =>
    `{ id: sub, subplans: { retries: { max: 2, restore: workspace }, plans: [{ name: c, steps: [${one}] }] } }`;

  it.each(
    [
      ['before operations.begin', 1],
      ['after operations.update', 1],
      ['restore after-unlink', 1],
      ['after files.restore', 1],
      ['after files.restore', 2],
    ].flatMap(([at, time]) =>
      ['step', 'subplan'].map((what) => [what, at as string, time as number] as const),
    ),
  )('Given a %s and SIGKILL %s (%i), then the next execute ends what it began', async (what, at, time) => {
    await using kill = await KillBench.empty(FILES);
    const { bench } = kill;
    const work = thirdTime(bench.root, MESS);
    await mkdir(bench.home, { recursive: true });
    await kill.withApp(async (app) => {
      kill.planId = await create(bench, app, [
        what === 'step' ? step('s', work, RESTORE) : SUB(step('s', work)),
      ]);
    });
    expect((await kill.run({ what: 'execute', die: { at, time } })).signal).toBe('SIGKILL');
    await kill.withApp(async (app) => {
      expect((await bench.execute(app, kill.planId)).error).toBeNull();
      expect(triesOf(bench.root)).toBe(3);
      const after = seeFolder(bench.workspace);
      await bench.rollBack(app, kill.planId, 1);
      execFileSync('sh', ['-c', MESS], { cwd: bench.workspace });
      expect(after).toEqual(seeFolder(bench.workspace));
      expect(await (await app.storage()).operations.open()).toEqual([]);
      expect((await told(app, kill.planId)).notes).toEqual([]);
    });
    expect((await kill.collected()).findings).toEqual([]);
  });
});
