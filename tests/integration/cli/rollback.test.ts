import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { CHANGES, EARLY, GATED, has, lose, modeOf, ran } from '../../support/notes-plan.ts';

describe('agents plan rollback', () => {
  it('Given a plan that is complete, when it goes back, then plan and files are as they were, and undo brings all back', async () => {
    await using bench = await ran(new CliBench());
    const before = await bench.json('plan', 'status', 'last');
    const { data, exit_code } = await bench.json('plan', 'rollback', 'last', EARLY, '--yes');
    expect(exit_code).toBe(0);
    expect(data.changes_reverted).toEqual(CHANGES);
    expect(data.rollback_summary).toMatchObject({
      scope: 'plan_and_files',
      files_reverted: 5,
      dry_run: false,
    });
    expect(data.impact).toEqual({ decisions: 1, steps: 3, tool_calls: 1, child_plans: 0 });
    expect(data.post_rollback_state).toEqual({ phase: 'execute', state: 'queued', checkpoints: 6 });
    expect([bench.read('a.txt'), bench.read('k.txt'), has(bench, 'sub'), modeOf(bench, 'c.txt')]).toEqual([
      'one\n',
      'keep\n',
      false,
      0o644,
    ]);
    const undone = await bench.json('plan', 'undo', 'last', '--yes');
    expect(undone.data.rollback_summary.to_checkpoint_id).toBe(
      data.rollback_summary.pre_rollback_checkpoint_id,
    );
    expect([
      bench.read('a.txt'),
      has(bench, 'k.txt'),
      bench.read('sub/b.txt'),
      modeOf(bench, 'c.txt'),
    ]).toEqual(['two short\n', false, 'new\n', 0o755]);
    const after = await bench.json('plan', 'status', 'last');
    expect(after.data.steps).toEqual(before.data.steps);
  });

  it('Given --dry-run, then it says the same and changes nothing, for people and for programs', async () => {
    await using bench = await ran(new CliBench());
    const { data } = await bench.json('plan', 'rollback', 'last', EARLY, '--dry-run');
    expect(data.changes_reverted).toEqual(CHANGES);
    expect(data.post_rollback_state).toEqual({ phase: 'execute', state: 'queued', checkpoints: 6 });
    const { out } = await bench.run('plan', 'rollback', 'last', EARLY, '--dry-run');
    expect(out).toMatch(/1 created, 1 modified, 2 deleted, 1 chmod/);
    expect(out).toMatch(/nothing was changed: --dry-run/);
    const files = await bench.json('plan', 'rollback', 'last', EARLY, '--dry-run', '--files-only');
    expect(files.data.post_rollback_state.state).toBe('complete');
    expect(bench.read('a.txt')).toBe('two short\n');
    const list = await bench.json('plan', 'checkpoint', 'list', 'last');
    expect(list.data.checkpoints).toHaveLength(4);
  });

  it('Given nobody to ask and no --yes, then exit 5, and nothing was changed', async () => {
    await using bench = await ran(new CliBench());
    const said = await bench.run(
      'plan',
      'rollback',
      'last',
      EARLY,
      '--path',
      'a.txt',
      '--on-conflict',
      'take',
    );
    expect(said.code).toBe(5);
    expect(said.err).toMatch(/2 --on-conflict take --path a\.txt --yes/);
    expect(bench.read('a.txt')).toBe('two short\n');
  });

  it.each([
    ['y', 0, 'one\n'],
    ['', 5, 'two short\n'],
  ])('Given a terminal where one answers %j, then exit %i', async (answer, code, content) => {
    await using bench = await ran(new CliBench());
    const run = bench.start(['plan', 'rollback', 'last', EARLY], { tty: true });
    await run.says(/\[y\/N\] $/);
    expect(run.err.text).toMatch(/~ a\.txt/);
    run.stdin.write(`${answer}\n`);
    expect(await run.code).toBe(code);
    expect(bench.read('a.txt')).toBe(content);
  });

  it('Given that it is there already, then nothing is to do', async () => {
    await using bench = await ran(new CliBench());
    await bench.run('plan', 'rollback', 'last', EARLY, '--yes');
    const again = await bench.run('plan', 'rollback', 'last', EARLY);
    expect([again.code, again.out]).toEqual([0, expect.stringMatching(/^nothing to do: notes/)]);
    const { data } = await bench.json('plan', 'rollback', 'last', EARLY, '--yes');
    expect(data.rollback_summary).toMatchObject({
      files_reverted: 0,
      dry_run: false,
      rollback_checkpoint_id: null,
    });
    expect((await bench.run('plan', 'rollback', 'last', EARLY, '--dry-run')).out).toMatch(/nothing to do/);
  });

  describe('where somebody else changed a path', () => {
    it.each([
      ['keep', 'mine\n', false, /kept +a\.txt: somebody else changed it.* --path a\.txt --on-conflict take/],
      ['take', 'one\n', false, /taken +a\.txt/],
      ['both', 'one\n', true, /both +a\.txt.*a\.txt\.mine/],
    ] as const)('Given --on-conflict %s, then it is so', async (choice, content, isSaved, line) => {
      await using bench = await ran(new CliBench());
      bench.write('a.txt', 'mine\n');
      const said = await bench.run('plan', 'rollback', 'last', EARLY, '--yes', '--on-conflict', choice);
      expect([said.code, bench.read('a.txt'), has(bench, 'a.txt.mine')]).toEqual([0, content, isSaved]);
      expect(said.out).toMatch(line);
    });

    it('Given only kept ones, then it says so and how to take them', async () => {
      await using bench = await ran(new CliBench());
      bench.write('a.txt', 'mine\n');
      const said = await bench.run('plan', 'rollback', 'last', EARLY, '--yes', '--path', './a.txt');
      expect(said.out).toMatch(/nothing to do[^]*kept +a\.txt/);
      const { data } = await bench.json('plan', 'rollback', 'last', EARLY, '--yes', '--path', 'a.txt');
      expect(data.conflicts).toEqual([{ path: 'a.txt', resolution: 'keep' }]);
    });
  });

  it.each([
    [['--plan-only'], 'two short\n', 'queued'],
    [['--files-only'], 'one\n', 'complete'],
    [['--path', 'a.txt'], 'one\n', 'complete'],
    [['--scope', 'workspace'], 'one\n', 'queued'],
  ])('Given %j, then only that goes back', async (options, content, state) => {
    await using bench = await ran(new CliBench());
    const { data } = await bench.json('plan', 'rollback', 'last', EARLY, '--yes', ...options);
    expect([bench.read('a.txt'), data.post_rollback_state.state]).toEqual([content, state]);
  });

  it('Given an absolute --path in the folder, typed elsewhere, then it is that path', async () => {
    await using bench = await ran(new CliBench());
    const path = join(bench.folder, 'sub');
    const run = bench.start(
      ['plan', 'rollback', 'last', EARLY, '-C', bench.folder, '--yes', '--path', path],
      {
        cwd: bench.root,
      },
    );
    expect(await run.code).toBe(0);
    expect([has(bench, 'sub'), bench.read('a.txt')]).toEqual([false, 'two short\n']);
  });

  it.each([
    [['last'], 'missing_argument'],
    [[], 'missing_argument'],
    [['last', '2', '--plan-only', '--files-only'], 'invalid_option'],
    [['last', '2', '--plan-only', '--path', 'a'], 'invalid_option'],
    [['last', '2', '--plan-only', '--scope', 'plan'], 'invalid_option'],
    [['last', '2', '--files-only', '--scope', 'workspace'], 'invalid_option'],
    [['last', '2', '--scope', 'all'], 'invalid_option'],
    [['last', '2', '--on-conflict', 'mine'], 'invalid_option'],
    [['last', '2', '--path', '../a'], 'invalid_path'],
    [['last', '2', '--path', '/etc'], 'invalid_path'],
    [['last', '2', '--path', ''], 'invalid_path'],
    [['--continue', '--abort'], 'invalid_option'],
    [['--continue', 'last', '2'], 'extra_argument'],
  ])('Given the arguments %j, then %s, exit 2', async (args, code) => {
    await using bench = await ran(new CliBench());
    const { error, exit_code } = await bench.json('plan', 'rollback', ...args);
    expect([error?.code, exit_code]).toEqual([code, 2]);
  });

  it('Given a plan that runs, then it is refused, and --stop ends its run first', async () => {
    await using bench = new CliBench();
    bench.write('gated.plan.yaml', GATED);
    const run = bench.start(['plan', 'run', 'gated.plan.yaml']);
    await bench.untilFile('at-two');
    const refused = await bench.json('plan', 'rollback', 'last', '1', '--yes');
    expect([refused.exit_code, refused.error?.code]).toEqual([6, 'plan_running']);
    const dry = await bench.run('plan', 'rollback', 'last', '1', '--dry-run', '--stop');
    expect(dry.out).toContain('  stop   if it runs, it is stopped first\n');
    const { data, exit_code } = await bench.json('plan', 'rollback', 'last', '1', '--yes', '--stop');
    expect([exit_code, data.post_rollback_state.state, has(bench, 'first')]).toEqual([0, 'queued', false]);
    await run.code;
  });

  it('Given content that is missing, then it names the paths, and the rest can go back', async () => {
    await using bench = await ran(new CliBench());
    await lose(bench, 'k.txt');
    const refused = await bench.json('plan', 'rollback', 'last', EARLY, '--yes');
    expect([refused.exit_code, refused.error?.code]).toEqual([6, 'content_damaged']);
    expect(refused.error?.message).toMatch(/k\.txt/);
    expect(bench.read('a.txt')).toBe('two short\n');
    expect((await bench.run('plan', 'rollback', 'last', EARLY, '--dry-run')).out).toMatch(/damaged +k\.txt/);
    const { data } = await bench.json('plan', 'rollback', 'last', EARLY, '--yes', '--leave-damaged');
    expect([bench.read('a.txt'), has(bench, 'k.txt'), data.damaged]).toEqual([
      'one\n',
      false,
      [{ path: 'k.txt' }],
    ]);
  });

  it('Given that nothing was cut off, then --continue and --abort have nothing to do', async () => {
    await using bench = await ran(new CliBench());
    for (const how of ['--continue', '--abort']) {
      const said = await bench.run('plan', 'rollback', how);
      expect([said.code, said.out]).toEqual([0, 'nothing to do: no rollback was cut off\n']);
    }
  });
});

describe('agents plan undo', () => {
  it('Given --stop and a plan that rests, then it is undone like any', async () => {
    await using bench = await ran(new CliBench());
    await bench.run('plan', 'rollback', 'last', EARLY, '--yes');
    const dry = await bench.run('plan', 'undo', 'last', '--stop', '--dry-run');
    expect(dry.out).not.toContain('it is stopped first');
    expect((await bench.run('plan', 'undo', 'last', '--stop', '--yes')).code).toBe(0);
    expect(bench.read('a.txt')).toBe('two short\n');
  });

  it('Given a plan that never went back, then there is nothing to undo, exit 6', async () => {
    await using bench = await ran(new CliBench());
    const { exit_code, error } = await bench.json('plan', 'undo', 'last', '--yes');
    expect([exit_code, error?.code]).toEqual([6, 'nothing_to_undo']);
  });
});
