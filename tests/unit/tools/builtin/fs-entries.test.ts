import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fsCopy, fsDelete, fsMkdir, fsMove } from '../../../../src/tools/builtin/fs-entries.ts';
import { ToolBench } from '../../../support/tool-bench.ts';

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
  mkdirSync(join(bench.workspace, 'dir', 'deep'), { recursive: true });
  mkdirSync(bench.outside);
  writeFileSync(join(bench.outside, 'secret'), 'untouched');
  writeFileSync(at('a'), 'a');
  writeFileSync(at('b'), 'b');
  writeFileSync(at('dir/c'), 'c');
  symlinkSync('c', at('dir/link'));
  symlinkSync('a', at('link-a'));
  symlinkSync('../outside', at('link-out'));
});
afterEach(() => bench[Symbol.dispose]());

const at = (path: string): string => join(bench.workspace, path);
const text = (path: string): string => readFileSync(at(path), 'utf8');
const isThere = (path: string): boolean => lstatSync(at(path), { throwIfNoEntry: false }) !== undefined;
const code = (expected: string) => expect.objectContaining({ code: expected });
const untouched = () => expect(readFileSync(join(bench.outside, 'secret'), 'utf8')).toBe('untouched');

describe('fs.delete', () => {
  it.each([
    ['a file', { path: 'a' }, 'a'],
    ['an empty folder', { path: 'dir/deep' }, 'dir/deep'],
    ['a folder with all in it', { path: 'dir/', recursive: true }, 'dir'],
  ])('When it is %s, then it is gone', async (_, input, path) => {
    expect(await bench.call(fsDelete, input)).toEqual({ path });
    expect(isThere(path)).toBe(false);
    expect(fsDelete.paths(fsDelete.input.parse(input))).toEqual([input.path]);
  });

  it('When it is a link, then the link goes and what it leads to stays', async () => {
    await bench.call(fsDelete, { path: 'link-a' });
    expect([isThere('link-a'), isThere('a')]).toEqual([false, true]);
  });

  it('When a link out is in a deleted folder, then what it leads to stays', async () => {
    symlinkSync('../../outside', at('dir/out'));
    await bench.call(fsDelete, { path: 'dir', recursive: true });
    untouched();
  });

  it.each([
    ['not there', { path: 'no' }, 'not_found'],
    ['a full folder', { path: 'dir' }, 'not_empty'],
    ['the workspace', { path: '.', recursive: true }, 'outside_workspace'],
    ['behind a link out', { path: 'link-out/secret' }, 'outside_workspace'],
    ['a link out', { path: 'link-out' }, 'outside_workspace'],
  ])('When it is %s, then it fails and nothing is gone', async (_, input, expected) => {
    await expect(bench.call(fsDelete, input)).rejects.toThrow(code(expected));
    expect(isThere('dir/c') && isThere('link-out')).toBe(true);
    untouched();
  });
});

describe('fs.move', () => {
  it.each([
    ['a file into a new folder', { from: 'a', to: 'new/x' }],
    ['a folder', { from: 'dir', to: 'moved' }],
    ['a link', { from: 'link-a', to: 'other' }],
    ['over a file', { from: 'a', to: 'b', overwrite: true }],
  ])('When it is %s, then it is there and no longer here', async (_, input) => {
    const before = lstatSync(at(input.from)).ino;
    expect(await bench.call(fsMove, input)).toEqual({ from: input.from, to: input.to });
    expect(isThere(input.from)).toBe(false);
    expect(lstatSync(at(input.to)).ino).toBe(before);
    expect(fsMove.paths(fsMove.input.parse(input))).toEqual([input.from, input.to]);
  });

  it.each([
    ['from nowhere', { from: 'no', to: 'new/x' }, 'not_found'],
    ['over a file', { from: 'a', to: 'b' }, 'already_there'],
    ['over a folder', { from: 'a', to: 'dir', overwrite: true }, 'already_there'],
    ['into itself', { from: 'dir', to: 'dir/deep/x' }, 'inside_itself'],
    ['to itself', { from: 'a', to: './a', overwrite: true }, 'inside_itself'],
    ['through a file', { from: 'a', to: 'b/x' }, 'not_a_folder'],
    ['out', { from: 'a', to: '../x' }, 'outside_workspace'],
    ['out through a link', { from: 'a', to: 'link-out/x' }, 'outside_workspace'],
    ['in from outside', { from: 'link-out/secret', to: 'x' }, 'outside_workspace'],
  ])('When it goes %s, then it fails and all stays', async (_, input, expected) => {
    await expect(bench.call(fsMove, input)).rejects.toThrow(code(expected));
    expect([text('a'), text('b'), isThere('new')]).toEqual(['a', 'b', false]);
    untouched();
  });
});

describe('fs.copy', () => {
  it('When it is a file, then both are there', async () => {
    expect(await bench.call(fsCopy, { from: 'a', to: 'new/x' })).toEqual({ from: 'a', to: 'new/x' });
    expect([text('a'), text('new/x')]).toEqual(['a', 'a']);
    expect(fsCopy.paths(fsCopy.input.parse({ from: 'a', to: 'x' }))).toEqual(['x']);
  });

  it('When it is a folder, then all of it is copied and links stay as they are', async () => {
    await bench.call(fsCopy, { from: 'dir', to: 'twin' });
    expect([text('twin/c'), readlinkSync(at('twin/link')), existsSync(at('twin/deep'))]).toEqual([
      'c',
      'c',
      true,
    ]);
  });

  it('When it may replace a file, then it does', async () => {
    await bench.call(fsCopy, { from: 'link-a', to: 'b', overwrite: true });
    expect([text('b'), lstatSync(at('b')).isFile()]).toEqual(['a', true]);
  });

  it.each([
    ['from nowhere', { from: 'no', to: 'x' }, 'not_found'],
    ['over a file', { from: 'a', to: 'b' }, 'already_there'],
    ['over a folder', { from: 'a', to: 'dir', overwrite: true }, 'already_there'],
    ['into itself', { from: 'dir', to: 'dir/deep/x' }, 'inside_itself'],
    ['out', { from: 'a', to: 'link-out/x' }, 'outside_workspace'],
    ['in from outside', { from: 'link-out/secret', to: 'x' }, 'outside_workspace'],
  ])('When it goes %s, then it fails', async (_, input, expected) => {
    await expect(bench.call(fsCopy, input)).rejects.toThrow(code(expected));
    expect(isThere('x')).toBe(false);
    untouched();
  });

  it('When it is a pipe, then it says that it cannot be used', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    await expect(bench.call(fsCopy, { from: 'pipe', to: 'x' })).rejects.toThrow(code('not_a_file'));
  });
});

describe('fs.mkdir', () => {
  it('When it is missing, then it is made with those above; again, then nothing happens', async () => {
    expect(await bench.call(fsMkdir, { path: 'x/y/z' })).toEqual({ path: 'x/y/z', created: true });
    expect(await bench.call(fsMkdir, { path: 'x/y/z' })).toEqual({ path: 'x/y/z', created: false });
    expect(fsMkdir.paths({ path: 'x' })).toEqual(['x']);
  });

  it.each([
    ['a file', 'a', 'already_there'],
    ['below a file', 'a/x', 'not_a_folder'],
    ['outside', 'link-out/x', 'outside_workspace'],
  ])('When it is %s, then it fails', async (_, path, expected) => {
    await expect(bench.call(fsMkdir, { path })).rejects.toThrow(code(expected));
  });
});
