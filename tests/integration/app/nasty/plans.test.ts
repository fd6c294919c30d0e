import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/app/compose.ts';
import { below, createPlan, inWorkspace, withPaths } from '../../../support/nasty-state.ts';
import { EVERYTHING, seeFolder, WorkspaceBench } from '../../../support/workspace-bench.ts';

const FILES = { 'src/a': 'a', 'src/b': 'b', c: 'c' };
const ask = { timeoutMs: 20_000, signal: new AbortController().signal, onProgress: (): void => undefined };

async function started(app: App, planId: string): ReturnType<App['startPlan']> {
  const quiet = { listeners: [], prompter: null, inputs: {}, rerun: [], skip: [] };
  return await app.startPlan(planId, { ...quiet, takeOver: false, stayWhenPaused: false });
}

/** Until a path of the workspace is there. */
async function appears({ workspace }: WorkspaceBench, path: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const watcher = watch(workspace, () => check());
    const check = (): void => {
      if (!existsSync(join(workspace, path))) return;
      watcher.close();
      resolve();
    };
    check();
  });
}

describe('a plan that rests, has ended or runs', () => {
  it.each([true, false])(
    'Given a failed plan, then it goes back, and on from there (again: %s)',
    async (goesBackAgain) => {
      await using bench = await WorkspaceBench.create(FILES);
      const app = bench.open();
      const before = seeFolder(bench.workspace);
      const { plan } = await bench.run(app, ['rm -r src', 'echo half > c; [ -e fixed ]']);
      expect(plan.state).toBe('errored');
      const damaged = seeFolder(bench.workspace);
      const { standing } = await bench.rollBack(app, plan.plan_id, 1);
      expect(standing).toMatchObject({ phase: 'execute', state: 'queued' });
      expect(seeFolder(bench.workspace)).toEqual(before);
      const { standing: undone } = await bench.undo(app, plan.plan_id);
      expect(undone).toMatchObject({ phase: 'execute', state: 'errored' });
      expect(seeFolder(bench.workspace)).toEqual(damaged);
      if (goesBackAgain) await bench.rollBack(app, plan.plan_id, 1);
      await bench.write('fixed', '');
      const { plan: ended } = await bench.execute(app, plan.plan_id, { retry: !goesBackAgain });
      expect(ended.state).toBe('complete');
      expect(inWorkspace(bench, 'cat c; ls')).toBe('half\nc\nfixed\n');
    },
  );

  it.each([true, false])(
    'Given a paused plan, then it goes back, and on from there (again: %s)',
    async (goesBackAgain) => {
      await using bench = await WorkspaceBench.create(FILES);
      const app = bench.open();
      const before = seeFolder(bench.workspace);
      const id = await createPlan(
        bench,
        app,
        '  - { id: one, run: "rm -r src; touch there" }\n  - { id: two, run: "until [ -e ../go ]; do sleep 0.02; done", effect: read }\n  - { id: three, run: "echo 3 > c" }',
      );
      const run = await started(app, id);
      await appears(bench, 'there');
      run.pause('SIGINT');
      inWorkspace(bench, 'touch ../go');
      expect((await run.outcome).plan.state).toBe('paused');
      const damaged = seeFolder(bench.workspace);
      await bench.rollBack(app, id, 1);
      expect(seeFolder(bench.workspace)).toEqual(before);
      const { standing } = await bench.undo(app, id);
      expect(standing).toMatchObject({ phase: 'execute', state: 'paused' });
      expect(seeFolder(bench.workspace)).toEqual(damaged);
      if (goesBackAgain) await bench.rollBack(app, id, 1);
      expect((await bench.execute(app, id)).plan.state).toBe('complete');
      expect(inWorkspace(bench, 'cat c; ls')).toBe('3\nc\nthere\n');
    },
  );

  it('Given a plan in the middle of a write, then it is refused, or stopped first if that is asked for', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const [app, other] = [bench.open(), bench.open()];
    const before = seeFolder(bench.workspace);
    const id = await createPlan(
      bench,
      app,
      '  - { id: one, run: "rm -r src" }\n  - { id: two, run: "echo 2 > c; touch there; sleep 60; touch never" }',
    );
    const run = await started(app, id);
    await appears(bench, 'there');
    const damaged = seeFolder(bench.workspace);
    await expect(bench.rollBack(other, id, 1)).rejects.toMatchObject({ code: 'plan_running' });
    expect(seeFolder(bench.workspace)).toEqual(damaged);

    const rollbacks = await other.rollbacks();
    const { id: target } = await (await other.storage()).checkpoints.resolve(id, '1');
    const { conflicts, standing } = await rollbacks.rollBack(id, target, EVERYTHING, 'stop', bench.options);
    expect({ conflicts, state: standing.state }).toEqual({ conflicts: [], state: 'queued' });
    expect((await run.outcome).pausedBecause).toBe('stopped');
    expect(seeFolder(bench.workspace)).toEqual(before);
    await bench.undo(other, id);
    expect(seeFolder(bench.workspace)).toEqual(damaged);
  });

  it('Given an applied plan, then it is refused, and a fork begins there with the same files', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const app = bench.open();
    const before = seeFolder(bench.workspace);
    const { plan } = await bench.run(app, ['rm -r src']);
    const rollbacks = await app.rollbacks();
    await rollbacks.apply(plan.plan_id, 'keep', bench.options);
    const damaged = seeFolder(bench.workspace);
    await expect(bench.rollBack(app, plan.plan_id, 1)).rejects.toMatchObject({ code: 'plan_applied' });
    await expect(bench.undo(app, plan.plan_id)).rejects.toMatchObject({ code: 'nothing_to_undo' });
    expect(seeFolder(bench.workspace)).toEqual(damaged);
    const { id } = await (await app.storage()).checkpoints.resolve(plan.plan_id, '1');
    const fork = await rollbacks.fork(plan.plan_id, id, join(bench.root, 'copy'), bench.options);
    expect(seeFolder(fork.workspace)).toEqual(before);
  });
});

const ALL = 'on_tool_write,on_tool_write_complete,on_subplan_spawn,on_error';

describe.each([
  ['no automatic checkpoint', ''],
  ['all of them', ALL],
])('%s', (_, triggers) => {
  const set = { 'core.checkpoints.auto_create_on': triggers };

  it('Given a manual checkpoint, then a rollback to it and its undo are exact', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const app = bench.open(set);
    const id = await createPlan(
      bench,
      app,
      '  - { id: one, run: "rm -r src; echo 1 > one" }\n  - { id: two, run: "echo 2 > c; chmod 600 one" }',
    );
    const before = seeFolder(bench.workspace);
    const { number } = await (await app.control()).checkpoint(id, 'mine', ask);
    await bench.execute(app, id);
    inWorkspace(bench, 'echo person > person');
    const damaged = seeFolder(bench.workspace);
    expect(await bench.checkpoints(app, id)).toHaveLength(triggers === '' ? 1 : 5);
    const { conflicts } = await bench.rollBack(app, id, number);
    expect(conflicts).toEqual([]);
    expect(seeFolder(bench.workspace)).toEqual(withPaths(before, damaged, below('person')));
    await bench.undo(app, id);
    expect(seeFolder(bench.workspace)).toEqual(damaged);
  });

  it('Given a runner that was killed in a write, then the write is taken back and done once', async () => {
    await using bench = await WorkspaceBench.create(FILES);
    const app = bench.open(set);
    const kill = '[ ! -e ../runner ] || { kill -9 $(cat ../runner); sleep 60; }';
    const id = await createPlan(
      bench,
      app,
      [`rm src/a; echo 1 >> log`, `echo 2 >> log; rm -r src; ${kill}; echo 2 >> c`, `echo 3 >> log`]
        .map((run, index) => `  - { id: s${index}, run: ${JSON.stringify(run)} }`)
        .join('\n'),
    );
    const program = fileURLToPath(new URL('../../../support/run-plan-program.ts', import.meta.url));
    const { signal } = spawnSync(process.execPath, [program, bench.root, id, JSON.stringify(set)], {
      stdio: 'inherit',
    });
    expect(signal).toBe('SIGKILL');
    rmSync(join(bench.root, 'runner'));
    expect(inWorkspace(bench, 'cat log; ls')).toBe('1\n2\nc\nlog\n');
    expect((await bench.execute(app, id)).plan.state).toBe('complete');
    expect(inWorkspace(bench, 'cat log c; ls')).toBe('1\n2\n3\nc2\nc\nlog\n');
  });
});

/** Each write leaves a copy of the folder, as it finds it, beside the folder. */
const write = (name: string, what: string): string =>
  JSON.stringify(`cp -a . ../at-${name}; echo ${name} >> log; ${what}`);
const TREE = `
  - { id: root-one, run: ${write('0', 'mkdir d; echo 0 > d/f')} }
  - id: children
    subplans:
      mode: sequential
      plans:
        - name: left
          steps:
            - { id: l1, run: ${write('1', 'rm -r src')} }
            - { id: l2, run: ${write('2', 'ln -s d src')} }
        - name: right
          steps:
            - { id: r1, run: ${write('3', 'rm src; echo 3 > src; chmod 600 c')} }
  - { id: root-two, run: ${write('4', 'rm -r d')} }`;

it('Given checkpoints of subplans, then each brings back the files of its moment, and the tree goes on from there', async () => {
  await using bench = await WorkspaceBench.create(FILES);
  const app = bench.open();
  const id = await createPlan(bench, app, TREE);
  await bench.execute(app, id);
  const done = seeFolder(bench.workspace);
  const rows = (await bench.checkpoints(app, id)).filter(({ trigger }) => trigger === 'on_tool_write');
  expect(rows.map(({ plan_id }) => plan_id === id)).toEqual([true, false, false, false, true]);
  const copies = rows.map((_, index) => seeFolder(join(bench.root, `at-${index}`)));
  for (const at of [4, 2, 1, 3, 0, 3, 2]) {
    const { conflicts } = await bench.rollBack(app, id, rows[at]!.number);
    expect(conflicts).toEqual([]);
    expect(seeFolder(bench.workspace)).toEqual(copies[at]);
  }
  inWorkspace(bench, 'rm -rf ../at-*');
  expect((await bench.execute(app, id)).plan.state).toBe('complete');
  expect(seeFolder(bench.workspace)).toEqual(done);
});

const DECIDED = `
  - { id: first, run: "echo first > first" }
  - { id: kind, decide: { question: Which?, options: [small, large], by: rule, choose: "'small'" } }
  - { id: style, decide: { question: How?, options: [short, full], by: human, default: short } }
  - id: write
    run: rm -f src/a; echo "$TEXT" > text
    env: { TEXT: "\${{ decisions.kind.chosen }} \${{ decisions.style.chosen }}" }`;

it.each([
  ['a person', 'style', 'full', 'small full'],
  ['a rule', 'kind', 'large', 'large short'],
])(
  'Given a decision by %s, when it is corrected, then files and plan go on with the other choice',
  async (_, name, choice, text) => {
    await using bench = await WorkspaceBench.create(FILES);
    const app = bench.open();
    const id = await createPlan(bench, app, DECIDED);
    await bench.execute(app, id);
    const old = seeFolder(bench.workspace);
    const last = (await bench.checkpoints(app, id)).at(-1)!;
    const rollbacks = await app.rollbacks();
    const { standing } = await rollbacks.correct(id, name, choice, EVERYTHING, 'refuse', bench.options);
    expect(standing.state).toBe('queued');
    expect(inWorkspace(bench, 'cat first src/a; ls')).toBe('first\nac\nfirst\nsrc\n');
    expect((await bench.execute(app, id)).plan.state).toBe('complete');
    expect(inWorkspace(bench, 'cat text')).toBe(`${text}\n`);
    // The old branch is all there: its choice, its files, and the way back to it.
    const { plans } = await app.storage();
    const state = (await plans.stateAt(id, last.seq)).plans.get(id)!;
    expect([...state.parts.decisions.values()].map(({ value }) => value)).toEqual(
      expect.arrayContaining([expect.objectContaining({ step_id: name, superseded_by: null })]),
    );
    await bench.rollBack(app, id, last.number);
    expect(seeFolder(bench.workspace)).toEqual(old);
  },
);
