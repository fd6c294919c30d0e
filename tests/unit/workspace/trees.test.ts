import { symlinkSync, rmSync, lstatSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/domain/errors.ts';
import type { MemoryObjectStore } from '../../../src/memory/memory-object-store.ts';
import { CapturedWorkspace, LIMITS } from '../../support/captured-workspace.ts';

const folder = { type: 'directory', mode: 0o755 };

describe('changes between two trees', () => {
  it('are paths with both states, folders before what is in them', () => {
    using ws = new CapturedWorkspace();
    ws.write('same/deep');
    ws.write('gone/file', 'g');
    ws.write('turned', 'was a file');
    const before = ws.capture().tree;
    rmSync(ws.at('gone'), { recursive: true });
    rmSync(ws.at('turned'));
    ws.write('turned/file', 't');
    ws.write('a-new', 'n');
    const after = ws.capture().tree;
    const file = (size: number): unknown => expect.objectContaining({ type: 'file', size });
    expect(ws.engine.changes(before, after)).toEqual([
      { path: 'a-new', before: null, after: file(1) },
      { path: 'gone', before: folder, after: null },
      { path: 'gone/file', before: file(1), after: null },
      { path: 'turned', before: file(10), after: folder },
      { path: 'turned/file', before: null, after: file(1) },
    ]);
    expect(ws.engine.changes(after, after)).toEqual([]);
    expect(ws.engine.changes(null, after).map(({ path }) => path)).toEqual(Object.keys(ws.listed(after)));
    expect(ws.engine.changes(after, null)).toHaveLength(Object.keys(ws.listed(after)).length);
  });

  it('do not go below what one side has left out', () => {
    using ws = new CapturedWorkspace();
    ws.write('d/file');
    const [before, after] = [ws.capture().tree, ws.capture({ exclude: ['d'] }).tree];
    const excluded = { type: 'excluded', reason: 'rule', was: 'directory' };
    expect(ws.engine.changes(before, after)).toEqual([{ path: 'd', before: folder, after: excluded }]);
    expect(ws.engine.changes(after, before)).toEqual([{ path: 'd', before: excluded, after: folder }]);
  });

  it('tell what was in a folder where a file is that was left out', () => {
    using ws = new CapturedWorkspace();
    ws.write('d/file');
    const before = ws.capture().tree;
    rmSync(ws.at('d'), { recursive: true });
    ws.write('d', 'too large');
    const after = ws.capture({ limits: { ...LIMITS, file: 2 } }).tree;
    expect(ws.engine.changes(before, after).map(({ path }) => path)).toEqual(['d', 'd/file']);
    expect(ws.engine.changes(after, before).map(({ path }) => path)).toEqual(['d', 'd/file']);
  });

  it('open no folder that is the same on both sides', () => {
    using ws = new CapturedWorkspace();
    ws.write('same/deep/file');
    ws.write('x', '1');
    const before = ws.capture().tree;
    ws.write('x', '22');
    const after = ws.capture().tree;
    const store = ws.store as MemoryObjectStore;
    const read: string[] = [];
    const readTree = store.readTree.bind(store);
    store.readTree = (hash) => (read.push(hash), readTree(hash));
    expect(ws.engine.changes(before, after)).toHaveLength(1);
    expect(read).toEqual([before, after]);
  });
});

describe('the list of a tree', () => {
  it('can be of one folder, or of one path', () => {
    using ws = new CapturedWorkspace();
    for (const path of ['a/b/c', 'a/b-c', 'a/bc/d', 'e']) ws.write(path);
    const { tree } = ws.capture();
    const paths = (within: string): string[] => ws.engine.list(tree, within).map(({ path }) => path);
    expect(paths('')).toEqual(['a', 'a/b', 'a/b/c', 'a/b-c', 'a/bc', 'a/bc/d', 'e']);
    expect(paths('a/b')).toEqual(['a/b', 'a/b/c']);
    expect(paths('e')).toEqual(['e']);
    expect(paths('e/f')).toEqual([]);
  });
});

describe('what trees refer to', () => {
  it('is reached once, and verified with all below it', () => {
    using ws = new CapturedWorkspace();
    ws.write('a/f', 'same');
    ws.write('b/f', 'same');
    ws.write('c', 'other');
    const { tree } = ws.capture();
    const { trees, contents } = ws.engine.reach([tree, tree]);
    expect(trees).toHaveLength(2);
    expect(trees).toContain(tree);
    expect(contents).toHaveLength(2);
    const seen: unknown[] = [];
    expect(ws.engine.verify({ trees: [tree], contents }, { onProgress: (done) => seen.push(done) })).toEqual(
      [],
    );
    expect(ws.engine.verify({})).toEqual([]);
  });

  it('that is missing or damaged is found', () => {
    using ws = new CapturedWorkspace();
    ws.write('a/f', 'one');
    ws.write('b', 'two');
    const { tree } = ws.capture();
    const { trees, contents } = ws.engine.reach([tree]);
    const child = trees.find((other) => other !== tree) ?? '';
    const store = ws.store as MemoryObjectStore;
    const copyContent = store.copyContent.bind(store);
    store.copyContent = (hash, target) => {
      if (hash === contents[0]) throw new StorageError('blob_damaged', 'damaged');
      copyContent(hash, target);
    };
    const missing = '00'.repeat(32);
    expect(ws.engine.verify({ trees: [tree, missing], contents: [missing] })).toEqual([
      { hash: missing, kind: 'tree', damaged: false },
      { hash: missing, kind: 'content', damaged: false },
      { hash: contents[0], kind: 'content', damaged: true },
    ]);
    const readTree = store.readTree.bind(store);
    store.readTree = (hash) => {
      if (hash === child) throw new StorageError('tree_damaged', 'damaged');
      return readTree(hash);
    };
    expect(ws.engine.verify({ trees: [tree] })).toContainEqual({ hash: child, kind: 'tree', damaged: true });
    expect(() => ws.engine.reach([tree])).toThrow('damaged');
    store.readTree = () => {
      throw new StorageError('database_locked', 'something else');
    };
    expect(() => ws.engine.verify({ trees: [tree] })).toThrow('something else');
  });
});

it('says when paths were changed last, and null where nothing stands or only behind a link', () => {
  using ws = new CapturedWorkspace();
  ws.write('d/file');
  symlinkSync('d', ws.at('link'));
  const { ctimeMs } = lstatSync(ws.at('d/file'));
  expect(ws.engine.changedAt(ws.root, ['d/file', 'link/file', 'nothing', 'd/file/x', 'x/y', 'link'])).toEqual(
    [Math.floor(ctimeMs), null, null, null, null, Math.floor(lstatSync(ws.at('link')).ctimeMs)],
  );
});
