import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fsEdit } from '../../../../src/tools/builtin/fs-edit.ts';
import { fsRead } from '../../../../src/tools/builtin/fs-read.ts';
import { fsWrite } from '../../../../src/tools/builtin/fs-write.ts';
import { withFileErrors } from '../../../../src/tools/builtin/file-access.ts';
import { ToolBench } from '../../../support/tool-bench.ts';

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
  mkdirSync(bench.workspace);
  mkdirSync(bench.outside);
  writeFileSync(join(bench.outside, 'secret'), 'untouched');
  writeFileSync(at('a.txt'), 'one\ntwo\none\n');
  writeFileSync(at('bytes.bin'), Buffer.from([0xff, 0x00, 0xfe]));
  mkdirSync(at('dir'));
  symlinkSync('../outside/secret', at('link-out'));
  symlinkSync('a.txt', at('link-in'));
});
afterEach(() => bench[Symbol.dispose]());

const at = (...path: readonly string[]): string => join(bench.workspace, ...path);
const text = (path: string): string => readFileSync(at(path), 'utf8');
const code = (expected: string) => expect.objectContaining({ code: expected, exitCode: 1 });

describe('fs.read', () => {
  it('When the file is text, then it gives content and size', async () => {
    writeFileSync(at('bom.txt'), '\ufeffé');
    expect(await bench.call(fsRead, { path: 'bom.txt' })).toEqual({ content: '\ufeffé', bytes: 5 });
    expect(await bench.call(fsRead, { path: 'link-in' })).toMatchObject({ content: 'one\ntwo\none\n' });
  });

  it('When base64 is asked for, then any content is given', async () => {
    expect(await bench.call(fsRead, { path: 'bytes.bin', encoding: 'base64' })).toEqual({
      content: '/wD+',
      bytes: 3,
    });
  });

  it.each([
    ['not there', 'no.txt', 'not_found'],
    ['below a file', 'a.txt/x', 'not_a_folder'],
    ['a folder', 'dir', 'not_a_file'],
    ['not text', 'bytes.bin', 'not_text'],
    ['outside', '../outside/secret', 'outside_workspace'],
    ['behind a link', 'link-out', 'outside_workspace'],
  ])('When it is %s, then it fails with words', async (_, path, expected) => {
    await expect(bench.call(fsRead, { path })).rejects.toThrow(code(expected));
  });

  it('When it is a pipe, then it is not opened', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    await expect(bench.call(fsRead, { path: 'pipe' })).rejects.toThrow('"pipe" is not a regular file');
  });

  it('When it is larger than 16 MiB, then it is not read', async () => {
    truncateSync(at('a.txt'), 16 * 1024 * 1024 + 1);
    await expect(bench.call(fsRead, { path: 'a.txt' })).rejects.toThrow(code('file_too_large'));
  });
});

describe('fs.write', () => {
  it('When the file is new, then it is made with its folders, and nothing else is left', async () => {
    const result = await bench.call(fsWrite, { path: './new/deep/b.txt', content: 'né' });
    expect(result).toEqual({ path: 'new/deep/b.txt', bytes: 3, created: true });
    expect(text('new/deep/b.txt')).toBe('né');
    expect(readdirSync(at('new/deep'))).toEqual(['b.txt']);
  });

  it('When it exists, then its content changes and its mode stays', async () => {
    chmodSync(at('a.txt'), 0o751);
    const result = await bench.call(fsWrite, { path: 'a.txt', content: '//4=', encoding: 'base64' });
    expect(result).toEqual({ path: 'a.txt', bytes: 2, created: false });
    expect(readFileSync(at('a.txt'))).toEqual(Buffer.from([0xff, 0xfe]));
    expect(statSync(at('a.txt')).mode & 0o777).toBe(0o751);
  });

  it('When a mode is given, then the file has it', async () => {
    await bench.call(fsWrite, { path: 'run.sh', content: '#!', mode: '0755' });
    expect(statSync(at('run.sh')).mode & 0o777).toBe(0o755);
  });

  it('When the path is a link inside, then the file behind it is written and the link stays', async () => {
    expect(await bench.call(fsWrite, { path: 'link-in', content: 'x' })).toMatchObject({
      path: 'a.txt',
      created: false,
    });
    expect(text('a.txt')).toBe('x');
  });

  it('When another name leads to the same file, then that one keeps the old content', async () => {
    linkSync(at('a.txt'), at('hard'));
    await bench.call(fsWrite, { path: 'a.txt', content: 'x' });
    expect(text('hard')).toBe('one\ntwo\none\n');
  });

  it.each([
    ['a folder', { path: 'dir' }, 'not_a_file'],
    ['in a missing folder', { path: 'no/b.txt', create_parents: false }, 'not_found'],
    ['below a file', { path: 'a.txt/b' }, 'not_a_folder'],
    ['through a link out', { path: 'link-out' }, 'outside_workspace'],
    ['absolute', { path: '/tmp/x' }, 'outside_workspace'],
  ])('When it is %s, then it fails and nothing changes', async (_, input, expected) => {
    await expect(bench.call(fsWrite, { ...input, content: 'x' })).rejects.toThrow(code(expected));
    expect(readFileSync(join(bench.outside, 'secret'), 'utf8')).toBe('untouched');
    expect(text('a.txt')).toBe('one\ntwo\none\n');
  });

  it.each(['999', 'rwx', '75', '07777'])('When the mode is %s, then the input is refused', (mode) => {
    expect(fsWrite.input.safeParse({ path: 'a', content: '', mode }).success).toBe(false);
  });

  it('When it is asked for its paths, then it names the file', () => {
    expect(fsWrite.paths(fsWrite.input.parse({ path: 'a', content: '' }))).toEqual(['a']);
  });
});

describe('fs.edit', () => {
  it('When the text is there once, then it is replaced, literally', async () => {
    const result = await bench.call(fsEdit, { path: 'a.txt', find: 'two\n', replace: "$& $1 $'\n" });
    expect(result).toEqual({ path: 'a.txt', replacements: 1, bytes: 17 });
    expect(text('a.txt')).toBe("one\n$& $1 $'\none\n");
    expect(fsEdit.paths(fsEdit.input.parse({ path: 'a.txt', find: 'x', replace: '' }))).toEqual(['a.txt']);
  });

  it('When all are asked for, then every one is replaced', async () => {
    expect(await bench.call(fsEdit, { path: 'a.txt', find: 'one', replace: '1', all: true })).toMatchObject({
      replacements: 2,
    });
    expect(text('a.txt')).toBe('1\ntwo\n1\n');
  });

  it.each([
    ['not there', { path: 'a.txt', find: 'three' }, 'text_not_found'],
    ['there twice', { path: 'a.txt', find: 'one' }, 'text_not_unique'],
    ['not there, with all', { path: 'a.txt', find: 'three', all: true }, 'text_not_found'],
    ['in a file that is no text', { path: 'bytes.bin', find: 'x' }, 'not_text'],
    ['in no file', { path: 'no', find: 'x' }, 'not_found'],
  ])('When the text is %s, then nothing changes', async (_, input, expected) => {
    await expect(bench.call(fsEdit, { ...input, replace: '-' })).rejects.toThrow(code(expected));
    expect(text('a.txt')).toBe('one\ntwo\none\n');
    expect(existsSync(at('no'))).toBe(false);
  });
});

describe('Errors of the system', () => {
  it.each([
    ['EACCES', 'permission_denied'],
    ['ENOSPC', 'disk_full'],
    ['EIO', 'file_failed'],
    [undefined, 'file_failed'],
  ])('When it says %s, then people read words', async (errno, expected) => {
    const error = Object.assign(new Error('as the system puts it'), errno ? { code: errno } : {});
    await expect(withFileErrors('p', () => Promise.reject(error))).rejects.toThrow(
      expect.objectContaining({ code: expected, hint: 'as the system puts it', cause: error }),
    );
  });
});
