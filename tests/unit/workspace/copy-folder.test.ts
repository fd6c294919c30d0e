import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  lutimesSync,
  lstatSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyFolder } from '../../../src/workspace/copy-folder.ts';
import { readTree } from '../../support/restore-folder.ts';

describe('the copy of a folder', () => {
  let place: string;
  let source: string;
  let target: string;

  beforeEach(() => {
    place = realpathSync(mkdtempSync(join(tmpdir(), 'agents-copy-')));
    [source, target] = [join(place, 'source'), join(place, 'target')];
    mkdirSync(source);
  });

  afterEach(() => rmSync(place, { recursive: true, force: true }));

  it('has everything but special files, with modes and times', () => {
    mkdirSync(join(source, '.git'));
    mkdirSync(join(source, 'node_modules'));
    mkdirSync(join(source, 'closed'));
    writeFileSync(join(source, '.git/HEAD'), 'ref');
    writeFileSync(join(source, 'closed/file'), 'x');
    writeFileSync(Buffer.from(`${source}/\xff`, 'latin1'), 'bytes');
    writeFileSync(join(source, 'setuid'), 's');
    linkSync(join(source, 'setuid'), join(source, 'twin'));
    symlinkSync('/nowhere', join(source, 'link'));
    execFileSync('mkfifo', [join(source, 'fifo')]);
    chmodSync(join(source, 'setuid'), 0o4711);
    chmodSync(join(source, 'closed/file'), 0o400);
    utimesSync(join(source, 'closed/file'), 1e9, 1e9);
    utimesSync(join(source, 'closed'), 1e9, 1e9 + 1);
    lutimesSync(join(source, 'link'), 1e9, 1e9 + 2);
    chmodSync(join(source, 'closed'), 0o555);
    copyFolder(source, target, {});
    const { fifo, ...rest } = readTree(source);
    expect(fifo).toBeDefined();
    expect(readTree(target)).toEqual(rest);
    expect(statSync(join(target, 'closed/file')).mtimeMs).toBe(1e12);
    expect(statSync(join(target, 'closed')).mtimeMs).toBe(1e12 + 1000);
    expect(lstatSync(join(target, 'link')).mtimeMs).toBe(1e12 + 2000);
    expect(statSync(join(target, 'twin')).ino).not.toBe(statSync(join(target, 'setuid')).ino);
  });

  it.each<[string, () => [string, string], string]>([
    ['a folder that is not there', () => [join(source, 'x'), target], 'it is not a folder'],
    [
      'a file',
      () => (writeFileSync(join(source, 'f'), ''), [join(source, 'f'), target]),
      'it is not a folder',
    ],
    ['a folder into itself', () => [source, join(source, 'copy')], 'the copy would be in it'],
    [
      'a folder into itself by a link',
      () => (symlinkSync(source, join(place, 'by')), [source, join(place, 'by', 'copy')]),
      'the copy would be in it',
    ],
    ['a folder over another', () => (mkdirSync(target), [source, target]), 'EEXIST'],
  ])('is not made of %s', (_, places, hint) => {
    const [from, to] = places();
    const stood = existsSync(to);
    expect(() => copyFolder(from, to, {})).toThrow(
      expect.objectContaining({ code: 'copy_failed', hint: expect.stringContaining(hint) }),
    );
    expect(existsSync(to)).toBe(stood);
  });

  it('passes over what goes while it is copied', () => {
    for (const name of ['a', 'b']) writeFileSync(join(source, name), name);
    const signal = {
      reason: null,
      get aborted(): boolean {
        rmSync(join(source, 'b'), { force: true });
        return false;
      },
    };
    copyFolder(source, target, { signal });
    expect(Object.keys(readTree(target))).toEqual(['a']);
  });

  it.runIf(process.geteuid?.() === 0)('says so where nothing can be made', () => {
    chmodSync(place, 0o755);
    process.seteuid?.(65_534);
    try {
      expect(() => copyFolder(source, '/agents-copy', {})).toThrow(
        expect.objectContaining({ code: 'copy_failed', hint: expect.stringContaining('EACCES') }),
      );
    } finally {
      process.seteuid?.(0);
    }
  });

  it('leaves nothing if it is stopped', () => {
    mkdirSync(join(source, 'a'));
    writeFileSync(join(source, 'a/f'), '');
    writeFileSync(join(source, 'z'), '');
    let asked = 0;
    const signal = {
      reason: new Error('enough'),
      get aborted(): boolean {
        return (asked += 1) === 3;
      },
    };
    expect(() => copyFolder(source, target, { signal })).toThrow('enough');
    expect(existsSync(target)).toBe(false);
  });
});
