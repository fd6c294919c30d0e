import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fsPatch } from '../../../../src/tools/builtin/fs-patch.ts';
import { ToolBench } from '../../../support/tool-bench.ts';

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
  mkdirSync(bench.workspace);
  mkdirSync(bench.outside);
  writeFileSync(at('a.txt'), '1\n2\n3\n4\n5\n6\n7\n8\n9\n');
  writeFileSync(at('b.txt'), 'b\n');
  symlinkSync('../outside', at('out'));
});
afterEach(() => bench[Symbol.dispose]());

const at = (path: string): string => join(bench.workspace, path);
const text = (path: string): string => readFileSync(at(path), 'utf8');
const code = (expected: string) => expect.objectContaining({ code: expected });
const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

const paths = (patch: string) => fsPatch.paths(fsPatch.input.parse({ patch }));

const CHANGE_A = lines(
  '--- a/a.txt',
  '+++ b/a.txt',
  '@@ -1,3 +1,3 @@',
  ' 1',
  '-2',
  '+two',
  ' 3',
  '@@ -8,2 +8,2 @@',
  ' 8',
  '-9',
  '+nine',
);
const CHANGE_B = lines('--- a/b.txt', '+++ b/b.txt', '@@ -1 +1,2 @@', ' b', '+B');
const NEW_C = lines('--- /dev/null', '+++ b/new/c.txt', '@@ -0,0 +1 @@', '+c');
const GONE_B = lines('--- a/b.txt', '+++ /dev/null', '@@ -1 +0,0 @@', '-b');

describe('Given a patch that fits', () => {
  it('When it is for several files, then all are changed, made and deleted', async () => {
    const result = await bench.call(fsPatch, { patch: CHANGE_A + GONE_B + NEW_C });
    expect(result).toEqual({
      files: [
        { path: 'a.txt', change: 'changed' },
        { path: 'b.txt', change: 'deleted' },
        { path: 'new/c.txt', change: 'created' },
      ],
    });
    expect(text('a.txt')).toBe('1\ntwo\n3\n4\n5\n6\n7\n8\nnine\n');
    expect([existsSync(at('b.txt')), text('new/c.txt')]).toEqual([false, 'c\n']);
  });

  it('When a path is given, then the names in it do not count', async () => {
    await bench.call(fsPatch, { patch: lines('--- x', '+++ y', '@@ -1 +1 @@', '-b', '+c'), path: 'b.txt' });
    expect(text('b.txt')).toBe('c\n');
    await bench.call(fsPatch, { patch: lines('@@ -1 +1 @@', '-c', '+d'), path: 'b.txt' });
    expect(text('b.txt')).toBe('d\n');
  });

  it('When it has plain names, then a/ and b/ may be folders', async () => {
    mkdirSync(at('a'));
    writeFileSync(at('a/x'), 'x\n');
    await bench.call(fsPatch, { patch: lines('--- a/x', '+++ a/x', '@@ -1 +1 @@', '-x', '+y') });
    expect(text('a/x')).toBe('y\n');
  });

  it('When git wrote it, then renames, copies and modes count', async () => {
    const patch = lines(
      'diff --git a/b.txt b/moved.sh',
      'old mode 100644',
      'new mode 100755',
      'rename from b.txt',
      'rename to moved.sh',
      'diff --git a/a.txt b/copy.txt',
      'copy from a.txt',
      'copy to copy.txt',
      'diff --git a/empty b/empty',
      'new file mode 100644',
      'index 0000000..e69de29',
    );
    expect(await bench.call(fsPatch, { patch })).toEqual({
      files: [
        { path: 'b.txt', change: 'deleted' },
        { path: 'moved.sh', change: 'created' },
        { path: 'copy.txt', change: 'created' },
        { path: 'empty', change: 'created' },
      ],
    });
    expect([existsSync(at('b.txt')), text('moved.sh'), text('copy.txt'), text('empty')]).toEqual([
      false,
      'b\n',
      text('a.txt'),
      '',
    ]);
    expect(statSync(at('moved.sh')).mode & 0o777).toBe(0o755);
  });

  it('When it names a file twice, then the second change is made to the result of the first', async () => {
    const second = lines('--- a/b.txt', '+++ b/b.txt', '@@ -1,2 +1,2 @@', ' b', '-B', '+C');
    expect(await bench.call(fsPatch, { patch: CHANGE_B + second })).toMatchObject({
      files: [{ path: 'b.txt' }],
    });
    expect(text('b.txt')).toBe('b\nC\n');
  });

  it('When it makes a file and deletes it again, then there is nothing to do', async () => {
    const away = lines('--- a/new/c.txt', '+++ /dev/null', '@@ -1 +0,0 @@', '-c');
    expect(await bench.call(fsPatch, { patch: NEW_C + away })).toEqual({ files: [] });
  });

  it('When it is asked for its paths, then it names each once', () => {
    expect(paths(CHANGE_A + GONE_B + NEW_C + CHANGE_B)).toEqual(['a.txt', 'b.txt', 'new/c.txt']);
    expect(paths('nothing')).toEqual([]);
  });
});

describe('Given a patch that does not fit', () => {
  const wrong = CHANGE_A.replace('-9', '-10');

  it.each([
    ['has a wrong line in its second change', CHANGE_B + wrong, 'patch_does_not_fit'],
    ['is for a file that is not there', CHANGE_B + CHANGE_A.replaceAll('a.txt', 'no.txt'), 'not_found'],
    ['makes a file that is there', CHANGE_B + NEW_C.replace('new/c.txt', 'a.txt'), 'already_there'],
    ['leads out', CHANGE_B + CHANGE_A.replaceAll('/a.txt', '/../x'), 'outside_workspace'],
    ['leads out through a link', CHANGE_B + NEW_C.replace('new/', 'out/'), 'outside_workspace'],
    ['holds nothing', 'some words', 'bad_patch'],
    ['is cut off', '--- a/a.txt\n', 'bad_patch'],
    ['has a broken change', lines('--- a', '+++ b', '@@ nonsense', '+x'), 'bad_patch'],
    ['is binary', lines('diff --git a/x b/x', 'index 1..2', 'Binary files a/x and b/x differ'), 'bad_patch'],
    ['names no file', lines('@@ -1 +1 @@', '-b', '+c'), 'bad_patch'],
  ])('When it %s, then nothing at all is changed', async (_, patch, expected) => {
    await expect(bench.call(fsPatch, { patch })).rejects.toThrow(code(expected));
    expect([text('a.txt'), text('b.txt'), existsSync(at('new'))]).toEqual([
      '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
      'b\n',
      false,
    ]);
  });

  it('When one change of it is wrong, then the message says which', async () => {
    await expect(bench.call(fsPatch, { patch: wrong })).rejects.toThrow(
      expect.objectContaining({
        message: 'the patch does not fit "a.txt": change 2 of 2',
        hint: expect.stringContaining('(line 8)'),
      }),
    );
  });

  it('When one path is given for two files, then it is refused', async () => {
    await expect(bench.call(fsPatch, { patch: CHANGE_A + CHANGE_B, path: 'a.txt' })).rejects.toThrow(
      code('bad_patch'),
    );
  });

  it('When a file cannot be written after others were, then those are as before', async () => {
    chmodSync(at('a.txt'), 0o640);
    // Each of the two could be made, but not both: that shows up only while writing.
    const file = lines('--- /dev/null', '+++ b/new', '@@ -0,0 +1 @@', '+x');
    const patch = CHANGE_A + GONE_B + file + NEW_C;
    await expect(bench.call(fsPatch, { patch })).rejects.toThrow(code('not_a_folder'));
    expect([text('a.txt'), text('b.txt'), existsSync(at('new'))]).toEqual([
      '1\n2\n3\n4\n5\n6\n7\n8\n9\n',
      'b\n',
      false,
    ]);
    expect(statSync(at('a.txt')).mode & 0o777).toBe(0o640);
  });

  it('When it goes through a file, then it is refused before anything is written', async () => {
    const blocked = lines('--- /dev/null', '+++ b/b.txt/x', '@@ -0,0 +1 @@', '+x');
    await expect(bench.call(fsPatch, { patch: CHANGE_A + blocked })).rejects.toThrow(code('not_a_folder'));
    expect(text('a.txt')).toBe('1\n2\n3\n4\n5\n6\n7\n8\n9\n');
  });
});
