import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/domain/errors.ts';
import { MemoryObjectStore } from '../../../src/memory/memory-object-store.ts';
import { CaptureBudget } from '../../../src/workspace/capture-budget.ts';
import { ContentReader } from '../../../src/workspace/content-reader.ts';
import { absolutePath } from '../../../src/workspace/disk-path.ts';
import { Omissions } from '../../../src/workspace/omissions.ts';
import { GitMeter, isOverSize } from '../../../src/workspace/git-size.ts';
import { CapturedWorkspace, LIMITS } from '../../support/captured-workspace.ts';

/** A store that lets a test do something each time content comes: in the middle of a scan. */
class InterruptedStore extends MemoryObjectStore {
  onPut: (content: string) => void = () => undefined;

  override putContent(hash: string, content: Uint8Array): boolean {
    const isNew = super.putContent(hash, content);
    this.onPut(Buffer.from(content).toString());
    return isNew;
  }
}

function interrupted(): { ws: CapturedWorkspace; store: InterruptedStore } & Disposable {
  const store = new InterruptedStore();
  const ws = new CapturedWorkspace(store);
  return { ws, store, [Symbol.dispose]: () => ws[Symbol.dispose]() };
}

/** As someone who may not read everything. */
function asNobody<T>(ws: CapturedWorkspace, work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  chmodSync(ws.place, 0o755);
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a workspace that does not stand still', () => {
  it('reads a file again that changed while it was read', () => {
    using it = interrupted();
    const { ws, store } = it;
    ws.write('file', 'one');
    store.onPut = (content) => content === 'one' && ws.write('file', 'two!');
    const { tree, capture } = ws.capture();
    expect(capture.status).toBe('complete');
    expect(ws.listed(tree)['file']).toMatchObject({ type: 'file', size: 4 });
  });

  it('leaves out a file that changes each time, and names it', () => {
    using it = interrupted();
    const { ws, store } = it;
    ws.write('d/log', '.');
    store.onPut = () => appendFileSync(ws.at('d/log'), '.');
    const { tree, capture } = ws.capture();
    expect(capture).toEqual({
      status: 'partial',
      reason: '1 path is not captured: 1 changing while read',
      paths: ['d/log'],
    });
    expect(ws.listed(tree)['d/log']).toEqual({ type: 'excluded', reason: 'changing', was: 'file' });
    store.onPut = () => undefined;
    expect(ws.capture().capture.status).toBe('complete');
  });

  it('leaves out a large file that changes each time', () => {
    using ws = new CapturedWorkspace();
    ws.write('log', 'x'.repeat(2 * 1024 * 1024));
    const put = ws.store.putLargeContent.bind(ws.store);
    ws.store.putLargeContent = (source) => {
      appendFileSync(ws.at('log'), '.');
      return put(source);
    };
    expect(ws.capture().capture.paths).toEqual(['log']);
  });

  it.each<[string, (ws: CapturedWorkspace) => void, object | undefined]>([
    ['vanishes', (ws) => rmSync(ws.at('b'), { recursive: true }), undefined],
    [
      'becomes a file',
      (ws) => (rmSync(ws.at('b'), { recursive: true }), ws.write('b', 'x')),
      { type: 'file' },
    ],
    [
      'becomes a link to outside',
      (ws) => (renameSync(ws.at('b'), join(ws.place, 'moved')), symlinkSync('../moved', ws.at('b'))),
      { type: 'symlink', target: '../moved' },
    ],
    [
      'becomes another folder',
      (ws) => (renameSync(ws.at('b'), join(ws.place, 'old')), mkdirSync(ws.at('b'))),
      { type: 'directory', mode: 0o755 },
    ],
  ])('takes a folder as it is in the end that %s while it is scanned', (_, change, state) => {
    using it = interrupted();
    const { ws, store } = it;
    ws.write('b/c', 'trigger');
    ws.write('b/d', 'later');
    let isDone = false;
    store.onPut = (content) => {
      if (content === 'trigger' && !isDone) change(ws);
      isDone = true;
    };
    const { tree, capture } = ws.capture();
    expect(capture.status).toBe('complete');
    const listed = ws.listed(tree);
    if (state === undefined) expect(listed).toEqual({});
    else expect(listed).toEqual({ b: expect.objectContaining(state) });
  });

  it('takes what a file has become between the look at it and its opening', () => {
    using it = interrupted();
    const { ws, store } = it;
    // The content of "a" is put between the listing of the folder and the look at the others.
    for (const name of ['b', 'c', 'd', 'e']) ws.write(name);
    ws.write('a', 'trigger');
    store.onPut = (content) => {
      if (content !== 'trigger') return;
      for (const name of ['b', 'c', 'd', 'e']) rmSync(ws.at(name));
      symlinkSync('/etc/hostname', ws.at('b'));
      execFileSync('mkfifo', [ws.at('c')]);
      mkdirSync(ws.at('d'));
    };
    expect(ws.now()).toMatchObject({
      b: { type: 'symlink', target: '/etc/hostname' },
      c: { type: 'special', kind: 'fifo' },
      d: { type: 'directory' },
    });
  });

  it('says that the workspace itself is gone', () => {
    using ws = new CapturedWorkspace();
    rmSync(ws.root, { recursive: true });
    expect(() => ws.capture()).toThrow(expect.objectContaining({ code: 'workspace_missing' }));
    writeFileSync(ws.root, '');
    expect(() => ws.capture()).toThrow(expect.objectContaining({ code: 'workspace_missing' }));
  });

  it('refuses a workspace that the store is in', () => {
    using ws = new CapturedWorkspace();
    for (const workspace of [ws.place, ws.home, '/']) {
      expect(() => ws.capture({ workspace })).toThrow(
        expect.objectContaining({ code: 'workspace_holds_store' }),
      );
    }
    const beside = join(ws.place, 'hom');
    mkdirSync(beside);
    expect(ws.capture({ workspace: beside }).capture.status).toBe('complete');
  });
});

describe('what cannot be read', () => {
  it('is left out and named: files, folders, folders that can only be listed', () => {
    using ws = new CapturedWorkspace();
    chmodSync(ws.write('file'), 0o000);
    ws.write('folder/x');
    chmodSync(ws.at('folder'), 0o000);
    ws.write('listed/x');
    chmodSync(ws.at('listed'), 0o744);
    const { tree, capture } = asNobody(ws, () => {
      if (process.getuid?.() !== 0) chmodSync(ws.at('listed'), 0o444);
      return ws.capture();
    });
    expect(capture).toEqual({
      status: 'partial',
      reason: '3 paths are not captured: 3 unreadable',
      paths: ['file', 'folder', 'listed/x'],
    });
    expect(ws.listed(tree)).toMatchObject({
      file: { reason: 'unreadable', was: 'file' },
      folder: { reason: 'unreadable', was: 'directory' },
      'listed/x': { reason: 'unreadable', was: 'other' },
    });
    chmodSync(ws.root, 0o000);
    expect(() => asNobody(ws, () => ws.capture())).toThrow(
      expect.objectContaining({ code: 'workspace_unreadable' }),
    );
    for (const path of ['', 'folder', 'listed']) chmodSync(ws.at(path), 0o755);
  });

  it('counts as empty when the size of a .git is taken', () => {
    using ws = new CapturedWorkspace();
    ws.write('.git/hidden/x', 'x'.repeat(100));
    ws.write('.git/listed/x', 'x'.repeat(100));
    chmodSync(ws.at('.git/hidden'), 0o000);
    chmodSync(ws.at('.git/listed'), 0o744);
    expect(asNobody(ws, () => isOverSize(ws.at('.git'), 50))).toBe(false);
    for (const path of readdirSync(ws.at('.git'))) chmodSync(ws.at(`.git/${path}`), 0o755);
    expect(isOverSize(ws.at('.git'), 50)).toBe(true);
    expect(isOverSize(ws.at('nothing'), 50)).toBe(false);
    expect(() => new GitMeter(5).add(6n)).toThrow('over the limit');
  });

  it('is not what the store complains of', () => {
    using ws = new CapturedWorkspace();
    ws.write('large', 'x'.repeat(2 * 1024 * 1024));
    ws.store.putLargeContent = () => {
      throw new StorageError('disk_full', 'the disk is full');
    };
    expect(() => ws.capture()).toThrow('the disk is full');
    ws.store.putLargeContent = () => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    };
    expect(ws.capture().capture).toMatchObject({
      paths: ['large'],
      reason: expect.stringContaining('unreadable'),
    });
  });
});

describe('a file that opens and does not read', () => {
  it('is unreadable', () => {
    using ws = new CapturedWorkspace();
    const reader = new ContentReader(ws.store, LIMITS, new CaptureBudget(LIMITS, ws.store, () => 1e15));
    // Nothing is mapped at its first byte.
    const path = '/proc/self/mem';
    if (!existsSync(path)) return;
    expect(reader.read(path, lstatSync(path, { bigint: true }), false)).toEqual({
      is: 'left out',
      reason: 'unreadable',
    });
  });
});

describe('a file that is another one when it is opened', () => {
  it.each<[string, (path: string, other: string) => void]>([
    ['another file', (path, other) => renameSync(other, path)],
    [
      'a link',
      (path, other) => {
        rmSync(path);
        symlinkSync(other, path);
      },
    ],
    ['nothing', (path) => rmSync(path)],
  ])('Given %s stands there by now, then it has changed, and nothing of it is stored', (_what, change) => {
    using ws = new CapturedWorkspace();
    ws.write('a', 'seen');
    ws.write('b', 'other');
    const reader = new ContentReader(ws.store, LIMITS, new CaptureBudget(LIMITS, ws.store, () => 1e15));
    const seen = lstatSync(ws.at('a'), { bigint: true });
    change(ws.at('a'), ws.at('b'));
    expect(reader.read(ws.at('a'), seen, false)).toEqual({ is: 'changed' });
    expect(ws.store.takeAddedBytes()).toBe(0);
  });
});

describe('what was said of a path', () => {
  it('is forgotten with all below it when the path is looked at again', () => {
    const omissions = new Omissions();
    for (const path of ['a', 'a/b', 'ab']) omissions.add(path, 'unreadable');
    omissions.forget('a');
    expect(omissions.toCapture().paths).toEqual(['ab']);
  });
});

it('finds paths from the root of the file system too', () => {
  expect([absolutePath('/', ''), absolutePath('/', 'a/b'), absolutePath('/é', '')]).toEqual([
    '/',
    '/a/b',
    '/\xc3\xa9',
  ]);
});

describe('objects that have gone from the store', () => {
  it('are read again, though nothing in the workspace has changed', () => {
    using ws = new CapturedWorkspace();
    ws.write('d/one');
    ws.write('two');
    ws.settle();
    const { tree } = ws.capture();
    const old = ws.store as MemoryObjectStore;
    const empty = new MemoryObjectStore();
    empty.writeIndex(ws.root, [...old.readIndex(ws.root)]);
    ws.engine = ws.open(empty);
    expect(ws.capture().tree).toBe(tree);
    expect(ws.engine.verify({ trees: [tree] })).toEqual([]);
    const { contents } = ws.engine.reach([tree]);
    expect(contents).toHaveLength(2);
  });

  it('are read again in a process that has seen them stored', () => {
    using ws = new CapturedWorkspace();
    ws.write('d/one');
    const { tree } = ws.capture();
    const store = ws.store as MemoryObjectStore;
    const has = store.hasTree.bind(store);
    const [gone] = ws.engine.reach([tree]).trees.filter((hash) => hash !== tree);
    let asked = 0;
    store.hasTree = (hash) => (hash === gone ? (asked += 1) > 2 : has(hash));
    expect(ws.capture().tree).toBe(tree);
    expect(asked).toBeGreaterThan(1);
  });
});

describe('a capture can be watched and stopped', () => {
  it('stops between two files, and the next one ends it', () => {
    using ws = new CapturedWorkspace();
    for (const name of ['a', 'b', 'c']) ws.write(name);
    const reason = new Error('enough');
    let asked = 0;
    const signal = {
      reason,
      get aborted(): boolean {
        return (asked += 1) === 3;
      },
    };
    expect(() => ws.capture({}, { signal })).toThrow(reason);
    expect(Object.keys(ws.now())).toEqual(['a', 'b', 'c']);
  });

  it('tells how far it is at most ten times a second, and of how many once it knows', () => {
    using it = interrupted();
    const { ws, store } = it;
    for (let n = 0; n < 30; n += 1) ws.write(`f${n}`, `${n}`);
    const pause = (): void => {
      const end = performance.now() + 10;
      while (performance.now() < end) lstatSync(ws.root);
    };
    store.onPut = pause;
    const told: unknown[][] = [];
    const begin = performance.now();
    ws.capture({}, { onProgress: (...progress) => told.push(progress) });
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(1 + (performance.now() - begin) / 100);
    expect(told[0]).toEqual([expect.any(Number), null, 'files']);
    for (let n = 0; n < 30; n += 1) ws.write(`f${n}`, `new ${n}`);
    told.length = 0;
    ws.capture({}, { onProgress: (...progress) => told.push(progress) });
    expect(told[0]).toEqual([expect.any(Number), 30, 'files']);
  });

  it('keeps nothing of folders that are not there any more', () => {
    using ws = new CapturedWorkspace();
    ws.write('d/one');
    truncateSync(ws.write('two'), 1);
    ws.settle();
    ws.capture();
    expect([...ws.store.readIndex(ws.root)].map(({ path }) => path)).toEqual(['', 'd']);
    rmSync(ws.at('d'), { recursive: true });
    rmSync(ws.at('two'));
    ws.capture();
    expect([...ws.store.readIndex(ws.root)]).toEqual([]);
    ws.store.writeIndex(ws.root, [{ path: '', packed: Uint8Array.of(9) }]);
    ws.engine = ws.open();
    expect(ws.now()).toEqual({});
  });
});
