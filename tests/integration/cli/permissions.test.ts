import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliBench } from '../../support/cli-bench.ts';

const PLAN = `
name: asks
steps:
  - { id: write, uses: fs.write, with: { path: a.txt, content: "new\\n" } }
  - { id: say, run: 'echo hi > b.txt' }
`;

function folderWith(permissions: string, plan = PLAN): CliBench {
  const bench = new CliBench();
  bench.write('.agentsrc', `core: { permissions: ${permissions} }\n`);
  bench.write('x.plan.yaml', plan);
  bench.write('a.txt', 'old\n');
  return bench;
}

const checkpoints = async (bench: CliBench): Promise<number> =>
  ((await bench.json('plan', 'checkpoint', 'list', 'last')).data.checkpoints as readonly unknown[]).length;

describe('a call that a person is asked about', () => {
  it('Given nobody is there, then the plan rests before it, and goes on with an answer from anywhere', async () => {
    await using bench = folderWith('{ ask: [fs.*] }');
    const rests = await bench.json('plan', 'run', 'x.plan.yaml', '--no-input');
    expect([rests.exit_code, bench.read('a.txt')]).toEqual([5, 'old\n']);
    const shown = (await bench.run('plan', 'show', 'last', 'write')).out;
    expect(shown).toContain('May fs.write run: a.txt?');
    expect(shown).toMatch(/^ +-old$/m);
    expect(shown).toMatch(/^ +\+new$/m);
    // The pause alone took one.
    expect(await checkpoints(bench)).toBe(1);
    expect((await bench.run('plan', 'answer', 'last', 'write', 'allow')).code).toBe(0);
    expect((await bench.run('plan', 'execute', 'last')).code).toBe(0);
    expect([bench.read('a.txt'), existsSync(join(bench.folder, 'b.txt'))]).toEqual(['new\n', true]);
  });

  it('Given a person says no, then the step fails and nothing is written', async () => {
    await using bench = folderWith('{ ask: ["*"] }');
    const run = bench.start(['plan', 'run', 'x.plan.yaml', '--no-tui'], { tty: true });
    await run.says(/May fs\.write run: a\.txt\?[^]*\+new[^]*Type 1 to 2/);
    run.stdin.write('deny\n');
    expect([await run.code, bench.read('a.txt')]).toEqual([1, 'old\n']);
    expect((await bench.run('plan', 'errors', 'last')).out).toContain('fs.write may not run');
  });

  it('Given the step is tried again, then the answer holds for the same call', async () => {
    const plan = `
name: again
steps:
  - { id: fail, run: 'echo x >> tries; test $(wc -l < tries) = 3', retries: { max: 2 } }
`;
    await using bench = folderWith('{ ask: ["shell.run(*tries*)"] }', plan);
    const run = bench.start(['plan', 'run', 'x.plan.yaml', '--no-tui'], { tty: true });
    await run.says(/May shell\.run run[^]*Type 1 to 2/);
    run.stdin.write('1\n');
    expect([await run.code, bench.read('tries')]).toEqual([0, 'x\nx\nx\n']);
    expect(run.err.text.match(/May shell\.run run/g)).toHaveLength(1);
  });

  it('Given rules that allow some of what is asked about, then nobody is asked for those', async () => {
    await using bench = folderWith('{ ask: ["*"], allow: ["fs.write(a.txt)", "shell.run(echo *)"] }');
    expect((await bench.run('plan', 'run', 'x.plan.yaml', '--no-input')).code).toBe(0);
  });

  it.each([
    ['a file that is not there yet', 'fs.write', '{ path: n.txt, content: x }', '/dev/null'],
    [
      'content that is no text',
      'fs.write',
      '{ path: a.txt, content: AAAA, encoding: base64 }',
      '"encoding": "base64"',
    ],
    ['an edit', 'fs.edit', '{ path: a.txt, find: old, replace: newer }', '+newer'],
    ['an edit that can not be made', 'fs.edit', '{ path: a.txt, find: none, replace: x }', '"find": "none"'],
    ['an edit of nothing', 'fs.edit', '{ path: none.txt, find: a, replace: x }', '"find": "a"'],
    ['a deletion', 'fs.delete', '{ path: a.txt }', '-old'],
    ['a deletion of a folder', 'fs.delete', '{ path: sub, recursive: true }', '"recursive": true'],
    ['a deletion of a link', 'fs.delete', '{ path: link }', '"path": "link"'],
    ['a deletion of nothing', 'fs.delete', '{ path: none.txt }', '"path": "none.txt"'],
    ['a patch', 'fs.patch', '{ patch: "--- a.txt\\n+++ a.txt\\n@@ -1 +1 @@\\n-old\\n+two\\n" }', '+two'],
  ])('Given %s, then what would change is shown', async (_, tool, args, words) => {
    await using bench = folderWith(
      '{ ask: [fs.*] }',
      `name: one\nsteps: [{ id: one, uses: ${tool}, with: ${args} }]\n`,
    );
    mkdirSync(join(bench.folder, 'sub'));
    symlinkSync('a.txt', join(bench.folder, 'link'));
    writeFileSync(join(bench.folder, 'sub', 'x'), '');
    expect((await bench.run('plan', 'run', 'x.plan.yaml', '--no-input')).code).toBe(5);
    expect((await bench.run('plan', 'show', 'last', 'one')).out).toContain(words);
  });
});

describe('a call that is never made', () => {
  it('Given a rule that denies it, then its step fails before anything happens, also where it is allowed', async () => {
    await using bench = folderWith('{ deny: ["shell.run(*b.txt*)"], allow: ["*"] }');
    const { exit_code, error } = await bench.json('plan', 'run', 'x.plan.yaml');
    expect([exit_code, error?.code, error?.hint]).toEqual([
      1,
      'not_permitted',
      'core.permissions.deny: shell.run(*b.txt*)',
    ]);
    expect([bench.read('a.txt'), existsSync(join(bench.folder, 'b.txt'))]).toEqual(['new\n', false]);
  });

  it('Given a rule that is none, then the settings are refused', async () => {
    await using bench = folderWith('{ deny: ["shell run"] }');
    const { code, err } = await bench.run('plan', 'run', 'x.plan.yaml');
    expect([code, err]).toEqual([3, expect.stringContaining('is no rule')]);
  });

  it('Given a secret in what is asked about, then it is not shown', async () => {
    await using bench = folderWith(
      '{ ask: [fs.*] }',
      'name: one\nsteps: [{ id: one, uses: fs.write, with: { path: k, content: "key-4711-secret" } }]\n',
    );
    bench.env['MY_API_KEY'] = 'key-4711-secret';
    await bench.run('plan', 'run', 'x.plan.yaml', '--no-input');
    const shown = (await bench.run('plan', 'show', 'last', 'one')).out;
    expect(shown).toContain('***');
    expect(shown).not.toContain('4711');
  });
});
