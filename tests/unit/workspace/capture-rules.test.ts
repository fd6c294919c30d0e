import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CapturedWorkspace, LIMITS } from '../../support/captured-workspace.ts';

const rule = (was: string): object => ({ type: 'excluded', reason: 'rule', was });

describe('what a rule leaves out', () => {
  it('is recorded, not captured, and nothing is missing for it', () => {
    using ws = new CapturedWorkspace();
    ws.write('node_modules/a/index.js');
    ws.write('pkg/node_modules/b');
    ws.write('pkg/dist', 'a file of that name');
    ws.write('out/x.log');
    ws.write('keep.log');
    symlinkSync('x', ws.at('a.log'));
    const { tree, capture } = ws.capture({
      exclude: ['node_modules', 'dist'],
      ignore: '/out/\n*.log\n!keep.log\n',
    });
    expect(capture.status).toBe('complete');
    expect(ws.listed(tree)).toMatchObject({
      'a.log': rule('other'),
      'keep.log': { type: 'file' },
      node_modules: rule('directory'),
      out: rule('directory'),
      'pkg/dist': { type: 'file' },
      'pkg/node_modules': rule('directory'),
    });
    expect(ws.engine.list(tree)).toHaveLength(7);
  });

  it('looks at letters as they are, and at names that are no text too', () => {
    using ws = new CapturedWorkspace();
    ws.write('Build/x');
    ws.write('é/x');
    mkdirSync(ws.bytesAt('\xff.tmp'));
    expect(ws.now({ ignore: 'build\né/\n*.tmp\n' })).toMatchObject({
      Build: { type: 'directory' },
      '\xc3\xa9': rule('directory'),
      '\xff.tmp': rule('directory'),
    });
  });

  it('does not count for what was captured before: that stays in, new things keep out', () => {
    using ws = new CapturedWorkspace();
    ws.write('results/one');
    ws.write('results/deep/two');
    ws.write('results/turned');
    ws.write('log.txt');
    const { tree } = ws.capture();
    ws.write('results/new');
    ws.write('results/deep/new/file');
    ws.write('results/one', 'changed');
    rmSync(ws.at('results/turned'));
    ws.write('results/turned/inside');
    ws.write('other.txt');
    const later = ws.now({ exclude: ['results'], ignore: '*.txt', keep: [tree] });
    expect(later).toMatchObject({
      'log.txt': { type: 'file' },
      'other.txt': rule('file'),
      results: { type: 'directory' },
      'results/one': { type: 'file', size: 7 },
      'results/deep/two': { type: 'file' },
      'results/deep/new': rule('directory'),
      'results/new': rule('file'),
      'results/turned': { type: 'directory' },
      'results/turned/inside': rule('file'),
    });
    expect(ws.now({ exclude: ['results'] })).toMatchObject({ results: rule('directory') });
  });

  it('is asked of every earlier tree', () => {
    using ws = new CapturedWorkspace();
    const empty = ws.capture().tree;
    ws.write('out/deep/file');
    const full = ws.capture().tree;
    const keep = [empty, full];
    expect(ws.now({ exclude: ['out'], keep })['out/deep/file']).toMatchObject({ type: 'file' });
  });

  it('keeps out what an earlier tree had left out too', () => {
    using ws = new CapturedWorkspace();
    ws.write('out/x');
    const { tree } = ws.capture({ exclude: ['out'] });
    ws.write('file');
    expect(ws.now({ exclude: ['out'], ignore: 'file', keep: [tree] })).toEqual({
      file: rule('file'),
      out: rule('directory'),
    });
  });
});

describe('a .git', () => {
  it('is captured whole, whatever the rules say of names in it', () => {
    using ws = new CapturedWorkspace();
    execFileSync('git', ['init', '-q', ws.root]);
    ws.write('.git/refs/heads/dist/main', 'x');
    ws.write('nested/.git', 'gitdir: elsewhere');
    const listed = ws.now({ exclude: ['dist'], ignore: 'HEAD\n' });
    expect(listed['.git/HEAD']).toMatchObject({ type: 'file' });
    expect(listed['.git/refs/heads/dist/main']).toMatchObject({ type: 'file' });
    expect(listed['nested/.git']).toMatchObject({ type: 'file', size: 17 });
    expect(ws.now({ ignore: '.git' })['.git']).toEqual(rule('directory'));
  });

  it('over its limit is left out before anything of it is stored, and said', () => {
    using ws = new CapturedWorkspace();
    ws.write('sub/.git/objects/pack', 'p'.repeat(2000));
    ws.write('sub/.git/config', 'c');
    const limits = { ...LIMITS, git: 2000 };
    const { tree, capture, bytes } = ws.capture({ limits });
    expect(capture).toEqual({
      status: 'partial',
      reason: '1 path is not captured: 1 a .git over its limit',
      paths: ['sub/.git'],
    });
    expect(ws.listed(tree)['sub/.git']).toEqual({ type: 'excluded', reason: 'git', was: 'directory' });
    expect(bytes).toBeLessThan(1000);
    expect(ws.capture({ limits, must: ['sub/.git/config'] }).capture.status).toBe('complete');
    expect(ws.capture({ limits, must: ['sub'] }).capture.status).toBe('complete');
  });

  it('that grows over its limit is left out from then on', () => {
    using ws = new CapturedWorkspace();
    ws.write('.git/a', 'a'.repeat(900));
    const limits = { ...LIMITS, git: 1000 };
    expect(ws.capture({ limits }).capture.status).toBe('complete');
    ws.write('.git/b', 'b'.repeat(200));
    ws.write('.git/deep/c');
    expect(ws.capture({ limits }).capture.paths).toEqual(['.git']);
  });
});

describe('limits', () => {
  const LARGE = 2 * 1024 * 1024;

  it.each<[string, number, Partial<typeof LIMITS>, number, string]>([
    ['a file', 2000, { file: 1999 }, 1e15, 'file_limit'],
    ['a checkpoint', 2000, { checkpoint: 1999 }, 1e15, 'checkpoint_limit'],
    ['a checkpoint, for a large file', LARGE, { checkpoint: LARGE - 1 }, 1e15, 'checkpoint_limit'],
    ['the store', 2000, { store: 1999 }, 1e15, 'store_limit'],
    ['the disk', 2000, { freeDisk: 500 }, 2000, 'store_limit'],
  ])('%s: what is over it is left out and named', (_, size, limit, free, reason) => {
    using ws = new CapturedWorkspace();
    ws.write('big', 'b'.repeat(size));
    ws.write('small', 's');
    ws.free = free;
    const limits = { ...LIMITS, ...limit };
    const captured = ws.capture({ limits });
    expect(captured.capture).toMatchObject({ status: 'partial', paths: ['big'] });
    expect(ws.listed(captured.tree)).toMatchObject({
      big: { type: 'excluded', reason, was: 'file' },
      small: { type: 'file' },
    });
    expect(ws.now({ limits, must: ['big'] })['big']).toMatchObject({ type: 'file', size });
  });

  it('count only what is new: known content, small or large, costs nothing', () => {
    using ws = new CapturedWorkspace();
    ws.write('one', 'x'.repeat(1500));
    ws.write('large', 'y'.repeat(LARGE));
    ws.capture();
    ws.write('three', 'x'.repeat(1500));
    ws.write('twin', 'y'.repeat(LARGE));
    ws.write('z', 'z'.repeat(LARGE));
    expect(ws.capture({ limits: { ...LIMITS, checkpoint: LARGE } }).capture.status).toBe('complete');
    rmSync(ws.at('twin'));
    rmSync(ws.at('large'));
    rmSync(ws.at('z'));
    ws.write('two', 'x'.repeat(1500));
    expect(ws.capture({ limits: { ...LIMITS, checkpoint: 10 } }).capture.status).toBe('complete');
  });

  it('look at the disk again after a while', () => {
    using ws = new CapturedWorkspace();
    for (const name of ['a', 'b', 'c']) ws.write(name, name.repeat(16 * 1024 * 1024));
    ws.free = 1e9;
    let looked = 0;
    Object.defineProperty(ws, 'free', { get: () => ((looked += 1) > 2 ? 0 : 1e9) });
    expect(ws.capture().capture.paths).toEqual(['c']);
  });

  it('hold for all below a folder that must be captured', () => {
    using ws = new CapturedWorkspace();
    ws.write('d/e/big', 'b'.repeat(100));
    expect(ws.capture({ limits: { ...LIMITS, file: 10 }, must: ['d'] }).capture.status).toBe('complete');
    expect(ws.capture({ limits: { ...LIMITS, file: 10 }, must: [''] }).capture.status).toBe('complete');
  });

  it('are said in one sentence, with the first thousand paths', () => {
    using ws = new CapturedWorkspace();
    for (let n = 0; n < 1002; n += 1) ws.write(`f${n}`, 'long');
    const { reason, paths } = ws.capture({ limits: { ...LIMITS, file: 1 } }).capture;
    expect(paths).toHaveLength(1000);
    expect(reason).toBe(
      '1002 paths are not captured: 1002 over the limit for one file (2 of them are not named)',
    );
  });
});
