import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fsGlob } from '../../../../src/tools/builtin/fs-glob.ts';
import { fsGrep } from '../../../../src/tools/builtin/fs-grep.ts';
import { ToolBench } from '../../../support/tool-bench.ts';

const bench = new ToolBench();
const at = (path: string): string => join(bench.workspace, path);

beforeAll(() => {
  for (const folder of ['src/deep', '.hidden', '.git', 'build']) mkdirSync(at(folder), { recursive: true });
  mkdirSync(bench.outside);
  writeFileSync(join(bench.outside, 'needle.ts'), 'needle outside\n');
  writeFileSync(at('src/b.ts'), 'const b = 1;\n// Needle (x)\n');
  writeFileSync(at('src/a.ts'), 'needle\nhay\nneedle\n');
  writeFileSync(at('src/deep/c.md'), `${'long '.repeat(200)}needle\n`);
  writeFileSync(at('src/latin'), Buffer.from('needle \xe9\n', 'latin1'));
  writeFileSync(at('.hidden/d.ts'), 'needle hidden\n');
  writeFileSync(at('.git/config'), 'needle git\n');
  writeFileSync(at('build/out.js'), 'needle built\n');
  writeFileSync(at('.gitignore'), 'build\n');
  symlinkSync('../outside', at('link-out'));
  symlinkSync('src', at('link-in'));
  symlinkSync('a.ts', at('src/z.ts'));
});
afterAll(() => bench[Symbol.dispose]());

const globbed = async (input: Parameters<typeof bench.call>[1]) => (await bench.call(fsGlob, input))['paths'];

async function found(input: Parameters<typeof bench.call>[1]): Promise<readonly string[]> {
  const { matches } = await bench.call(fsGrep, input);
  return (matches as readonly { path: string; line: number }[]).map(({ path, line }) => `${path}:${line}`);
}

describe('fs.glob', () => {
  it.each([
    ['a pattern', { pattern: 'src/**/*.ts' }, ['src/a.ts', 'src/b.ts']],
    ['several', { pattern: ['**/*.md', '*/b.ts'] }, ['src/b.ts', 'src/deep/c.md']],
    ['one that fits nothing', { pattern: '*.zip' }, []],
    ['a folder to start at', { pattern: '*.ts', path: 'src' }, ['src/a.ts', 'src/b.ts']],
    ['a linked folder to start at', { pattern: 'deep/*', path: 'link-in' }, ['src/deep/c.md']],
    ['what to leave out', { pattern: 'src/*.ts', ignore: ['**/b.ts'] }, ['src/a.ts']],
    ['dots', { pattern: '.hidden/*', dot: true }, ['.hidden/d.ts']],
    ['folders only', { pattern: '**', only: 'folders', path: 'src' }, ['src/deep']],
    ['all kinds', { pattern: 'src/[dz]*', only: 'all' }, ['src/deep']],
    ['links on the way, by name', { pattern: 'link-out/*.ts' }, []],
    ['links on the way, inside', { pattern: ['link-in/deep/*', 'link-in/*'] }, []],
    ['links on the way, by pattern', { pattern: '**/needle.ts' }, []],
  ])('When it is given %s, then it lists, sorted', async (_, input, expected) => {
    expect(await globbed(input)).toEqual(expected);
  });

  it('When there are more than asked for, then it says so', async () => {
    expect(await bench.call(fsGlob, { pattern: 'src/*.ts', max: 1 })).toEqual({
      paths: ['src/a.ts'],
      truncated: true,
    });
  });

  it.each(['../*', 'src/../../*', '/etc/*', '{..,src}/*', '{src,..}/*', '@(..)/x', '@(src|..)/x', '', '..'])(
    'When the pattern is %j, then it is refused',
    async (pattern) => {
      await expect(bench.call(fsGlob, { pattern })).rejects.toThrow(
        expect.objectContaining({ code: 'outside_workspace' }),
      );
    },
  );

  it.each([
    ['outside', '../outside', 'outside_workspace'],
    ['behind a link', 'link-out', 'outside_workspace'],
    ['not there', 'no', 'not_found'],
  ])('When the folder is %s, then it fails', async (_, path, expected) => {
    await expect(bench.call(fsGlob, { pattern: '*', path })).rejects.toThrow(
      expect.objectContaining({ code: expected }),
    );
  });
});

describe('fs.grep', () => {
  it.each([
    ['a pattern', { pattern: '^needle$' }, ['src/a.ts:1', 'src/a.ts:3']],
    ['a folder', { pattern: 'needle', path: 'src/deep' }, ['src/deep/c.md:1']],
    ['a file', { pattern: 'needle', path: 'src/a.ts' }, ['src/a.ts:1', 'src/a.ts:3']],
    ['files that fit', { pattern: 'needle', glob: ['*.ts', '!a.ts'] }, ['.hidden/d.ts:1']],
    ['plain text', { pattern: '(x)', fixed: true }, ['src/b.ts:2']],
    ['any case', { pattern: 'NEEDLE', ignore_case: true, path: 'src/b.ts' }, ['src/b.ts:2']],
    ['ignored files too', { pattern: 'built', ignored: true }, ['build/out.js:1']],
    ['ignored files', { pattern: 'built' }, []],
    ['a pattern that looks like an option', { pattern: '--version' }, []],
    ['what .git holds', { pattern: 'needle git', ignored: true }, []],
    ['what is outside', { pattern: 'needle outside' }, []],
  ])('When it is given %s, then it lists places', async (_, input, expected) => {
    expect(await found(input)).toEqual(expected);
  });

  it('When lines are long or no UTF-8, then they are cut and readable', async () => {
    const { matches } = await bench.call(fsGrep, { pattern: 'needle', glob: ['*.md', 'latin'] });
    expect(matches).toEqual([
      { path: 'src/deep/c.md', line: 1, text: 'long '.repeat(100) },
      { path: 'src/latin', line: 1, text: 'needle \ufffd' },
    ]);
  });

  it('When there are more than asked for, then it stops and says so', async () => {
    expect(await bench.call(fsGrep, { pattern: 'needle', path: 'src/a.ts', max: 1 })).toEqual({
      matches: [{ path: 'src/a.ts', line: 1, text: 'needle' }],
      truncated: true,
    });
  });

  it.each([
    ['broken', { pattern: '(' }, 'bad_pattern'],
    ['searched for outside', { pattern: 'x', path: '../outside' }, 'outside_workspace'],
    ['searched for nowhere', { pattern: 'x', path: 'no' }, 'not_found'],
  ])('When the pattern is %s, then it fails with words', async (_, input, expected) => {
    await expect(bench.call(fsGrep, input)).rejects.toThrow(
      expect.objectContaining({ code: expected, hint: expect.any(String) }),
    );
  });

  it('When it is aborted, then it ends with the reason', async () => {
    const reason = new Error('stop it');
    await expect(
      bench.call(fsGrep, { pattern: 'x' }, { signal: AbortSignal.abort(reason) }),
    ).rejects.toThrow();
  });
});
