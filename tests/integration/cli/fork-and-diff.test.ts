import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';
import { EARLY, has, NOTES, ran } from '../../support/notes-plan.ts';

describe('agents plan fork', () => {
  it('Given --into a new folder, then a new plan stands there with the files of then', async () => {
    await using bench = await ran(new CliBench());
    const { data } = await bench.json('plan', 'fork', 'last', EARLY, '--into', '../try');
    expect(data.workspace).toBe(join(bench.root, 'try'));
    expect([bench.read('../try/a.txt'), bench.read('a.txt')]).toEqual(['one\n', 'two short\n']);
    const { data: status } = await bench.json('plan', 'status', data.plan_id);
    expect([status.state, status.workspace]).toEqual(['queued', data.workspace]);
    expect((await bench.run('plan', 'execute', data.plan_id, '--no-input')).code).toBe(0);
    expect([bench.read('../try/a.txt'), bench.read('a.txt')]).toEqual(['two short\n', 'two short\n']);
  });

  it('Given no folder, then it is in the same one; --quiet prints its id only', async () => {
    await using bench = await ran(new CliBench());
    const first = (await bench.json('plan', 'status', 'last')).data.plan_id;
    const said = await bench.run('plan', 'fork', 'last', EARLY, '--quiet');
    expect(said.out).toMatch(/^[0-9A-Z]{26}\n$/);
    const again = await bench.run('plan', 'fork', first, EARLY);
    expect([again.code, again.err]).toEqual([0, expect.stringMatching(/next: agents plan execute/)]);
  });

  it('Given a folder that holds something, then it is refused, and nothing is made', async () => {
    await using bench = await ran(new CliBench());
    expect((await bench.json('plan', 'fork', 'last', EARLY, '--into', '.')).error?.code).toBe(
      'folder_not_empty',
    );
  });
});

describe('agents plan correct', () => {
  it('Given another choice, then plan and files go back to before it, and it goes on from there', async () => {
    await using bench = await ran(new CliBench());
    const dry = await bench.run('plan', 'correct', 'last', 'style', '--choose', 'long', '--dry-run');
    expect(dry.out).toMatch(/back to before the decision style, then long/);
    expect((await bench.run('plan', 'correct', 'last', 'style', '--choose', 'long')).code).toBe(5);
    const correct = ['plan', 'correct', 'last', 'style', '--choose', 'long', '--yes', '--stop'];
    const { exit_code } = await bench.json(...correct);
    expect([exit_code, bench.read('a.txt')]).toEqual([0, 'one\n']);
    await bench.run('plan', 'execute', 'last', '--no-input');
    expect(bench.read('a.txt')).toBe('two long\n');
  });

  it.each([
    ['before the first write', 'echo $STYLE > out.txt', 'write', 'long\n'],
    ['in a plan that writes nothing', 'true', 'read', 'mine\n'],
  ])('Given a decision %s, then it can be corrected too', async (_where, line, effect, content) => {
    await using bench = new CliBench();
    const first =
      '{ id: style, decide: { question: Which?, options: [short, long], by: human, default: short } }';
    const env = '{ STYLE: "${{ decisions.style.chosen }}" }';
    bench.write(
      'early.plan.yaml',
      `name: early\nsteps:\n  - ${first}\n  - { id: two, run: '${line}', effect: ${effect}, needs: [style], env: ${env} }\n`,
    );
    if (effect === 'read') bench.write('out.txt', 'mine\n');
    expect((await bench.run('plan', 'run', 'early.plan.yaml', '--no-input')).code).toBe(0);
    expect((await bench.run('plan', 'correct', 'last', 'style', '--choose', 'long', '--yes')).code).toBe(0);
    expect(has(bench, 'out.txt')).toBe(effect === 'read');
    expect((await bench.run('plan', 'execute', 'last', '--no-input')).code).toBe(0);
    expect(bench.read('out.txt')).toBe(content);
  });

  it.each([
    ['style', 'medium', 2],
    ['nothing', 'long', 4],
    ['style', 'short', 6],
  ])('Given %s and %s, then exit %i', async (decision, choice, code) => {
    await using bench = await ran(new CliBench());
    expect((await bench.run('plan', 'correct', 'last', decision, '--choose', choice, '--yes')).code).toBe(
      code,
    );
  });
});

describe('agents plan apply', () => {
  it('Given a complete plan, then its result is accepted, and rollback is closed', async () => {
    await using bench = await ran(new CliBench());
    expect((await bench.json('plan', 'apply', 'last', '--dry-run')).data).toMatchObject({
      dry_run: true,
      files: null,
    });
    expect((await bench.run('plan', 'apply', 'last', '--dry-run')).out).toMatch(/nothing was changed/);
    expect((await bench.run('plan', 'apply', 'last')).code).toBe(5);
    expect((await bench.run('plan', 'apply', 'last', '--yes')).out).toMatch(/^applied +notes/);
    for (const args of [
      ['apply', 'last'],
      ['rollback', 'last', EARLY],
    ]) {
      const { exit_code, error } = await bench.json('plan', ...args, '--yes');
      expect([exit_code, error?.code]).toEqual([6, 'plan_applied']);
    }
  });

  it('Given a plan that is not complete, then it is refused', async () => {
    await using bench = await ran(new CliBench());
    await bench.run('plan', 'rollback', 'last', EARLY, '--yes');
    expect((await bench.json('plan', 'apply', 'last', '--yes')).error?.code).toBe('not_complete');
  });

  it('Given a plan that ran in a sandbox, then its files reach the folder only now', async () => {
    await using bench = new CliBench();
    bench.write('notes.plan.yaml', NOTES);
    bench.write('c.txt', 'c\n');
    const { data } = await bench.json('plan', 'run', 'notes.plan.yaml', '--no-input', '--sandbox');
    expect(has(bench, 'a.txt')).toBe(false);
    const dry = await bench.run('plan', 'apply', data.plan_id, '--dry-run');
    expect(dry.out).toMatch(/\+ a\.txt/);
    const run = bench.start(['plan', 'apply', data.plan_id], { tty: true });
    await run.says(/\[y\/N\] $/);
    run.stdin.write('y\n');
    expect([await run.code, bench.read('a.txt')]).toEqual([0, 'two short\n']);
    expect(run.out.text).toMatch(/\+ a\.txt/);
  });
});

describe('agents plan diff', () => {
  it('Given two checkpoints, then state and files are compared', async () => {
    await using bench = await ran(new CliBench());
    const { data } = await bench.json('plan', 'diff', 'last', EARLY, 'last');
    expect([data.from.number, data.to.number]).toEqual([2, 4]);
    expect(data.state.map(({ section }: { section: string }) => section)).toContain('decisions');
    expect(data.files).toMatchObject([
      { path: 'a.txt', change: 'modified', insertions: 1, deletions: 1, binary: false },
      { path: 'c.txt', change: 'chmod', mode_before: '0644', mode_after: '0755', patch: null },
      { path: 'k.txt', change: 'deleted', deletions: 1 },
      { path: 'sub', change: 'created', type_after: 'directory' },
      { path: 'sub/b.txt', change: 'created', insertions: 1 },
    ]);
    expect(data.files[0].patch).toBe('--- a/a.txt\n+++ b/a.txt\n@@ -1,1 +1,1 @@\n-one\n+two short\n');
  });

  it('Given options, then only that is compared; binary files are named', async () => {
    await using bench = await ran(new CliBench());
    bench.write('sub/b.txt', 'a\0b');
    const state = await bench.run('plan', 'diff', 'last', EARLY, '--state');
    expect(state.out).toMatch(/State \(\d+\)/);
    expect(state.out).not.toMatch(/Files/);
    expect(state.out).toMatch(/steps two .*status: pending -> complete/);
    const files = await bench.run('plan', 'diff', 'last', 'last', '--path', 'sub');
    expect(files.out).toMatch(/^Files \(1\) {2}\+0 -0\nmodified +sub\/b\.txt +binary/);
    expect((await bench.run('plan', 'diff', 'last', '4', '4')).out).toBe(
      'no difference between checkpoint 4 and checkpoint 4\n',
    );
    expect((await bench.run('plan', 'diff', 'last', 'last', '--path', 'a.txt')).out).toMatch(/and now\n$/);
    for (const wrong of [['--files'], ['--path', 'a']]) {
      expect((await bench.run('plan', 'diff', 'last', '2', '--state', ...wrong)).code).toBe(2);
    }
  });

  it('Given a checkpoint without files, then only the state is compared, and that is said', async () => {
    await using bench = new CliBench();
    bench.write('notes.plan.yaml', NOTES);
    bench.write('c.txt', '');
    await bench.run('plan', 'run', 'notes.plan.yaml', '--no-input', '--set', 'core.checkpoints.files=false');
    expect((await bench.run('plan', 'diff', 'last', '1', '2')).err).toMatch(/files are not compared/);
    expect((await bench.json('plan', 'checkpoint', 'show', 'last', '1', '--files')).data.files).toBeNull();
    expect((await bench.run('plan', 'checkpoint', 'show', 'last', '1', '--files')).out).toMatch(
      /files: none, .*\n$/,
    );
    expect((await bench.json('plan', 'rollback', 'last', '1', '--yes')).error?.code).toBe('no_files');
  });
});
