import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
  writeSync,
  type FSWatcher,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MemoryObjectStore } from '../../../src/memory/memory-object-store.ts';
import type { Watch } from '../../../src/workspace/watch/event-queue.ts';
import { WorkspaceEngine } from '../../../src/workspace/workspace-engine.ts';
import { LIMITS } from '../../support/captured-workspace.ts';
import { CAN_WATCH, MAX_EVENTS, WatchedBench } from '../../support/watched-workspace.ts';

let ws: WatchedBench;

beforeEach(() => {
  ws = new WatchedBench();
});

afterEach(() => ws[Symbol.dispose]());

/** Captures until nothing is looked at twice because it was written a moment ago. */
async function rest(): Promise<string> {
  ws.settle();
  await ws.take();
  return (await ws.take()).tree;
}

async function expectTruth(): Promise<void> {
  const truth = ws.scanned();
  const { tree, capture } = await ws.take();
  expect({ tree, capture }).toEqual(truth);
}

/** Lets what is in the queue be read. */
async function hear(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** More events than the system keeps for who doesn't read them; the same two names each time. */
function overflow(): void {
  const files = ['noise/a', 'noise/b'].map((path) => openSync(ws.at(path), 'w'));
  // One event is only added to the queue if it isn't the same as the last.
  for (let n = 0; n < MAX_EVENTS; n += 1) writeSync(files[n % 2] as number, '.');
  for (const file of files) closeSync(file);
}

describe.runIf(CAN_WATCH)('a watched workspace', () => {
  it('looks at nothing while nothing happens, and at what changed alone', async () => {
    for (let n = 0; n < 40; n += 1) ws.write(`d${n % 4}/${n}`);
    await rest();
    const { tree } = await ws.take();
    expect(ws.looked).toBe(0);
    ws.write('d1/1', 'changed');
    const changed = await ws.take();
    expect(ws.looked).toBeLessThan(5);
    expect(ws.engine.changes(tree, changed.tree)).toMatchObject([{ path: 'd1/1' }]);
    expect(changed.tree).toBe(ws.scanned().tree);
  });

  it('stores nothing where nothing changed, nor asks the disk to', async () => {
    ws.write('d/file');
    await rest();
    const store = ws.store as MemoryObjectStore;
    for (const method of ['putTree', 'putContent', 'putLargeContent', 'writeIndex', 'flush'] as const)
      store[method] = () => {
        throw new Error(`nobody asked for ${method}`);
      };
    expect(await ws.take()).toMatchObject({ bytes: 0, capture: { status: 'complete' } });
    expect(ws.looked).toBe(0);
  });

  it('looks at everything where it is asked to, and at the first capture of a process', async () => {
    for (let n = 0; n < 10; n += 1) ws.write(`${n}`);
    await rest();
    for (const watch of ['begin', undefined] as const) {
      await ws.take(watch ? { watch } : { must: ['1'] });
      expect(ws.looked).toBe(10);
      await rest();
    }
    ws.engine.close();
    ws.engine = ws.open();
    await ws.take();
    expect(ws.looked).toBe(10);
  });

  it.each<[string, () => object]>([
    ['a rule', () => ({ exclude: ['out'] })],
    ['.agentsignore', () => ({ ignore: '*.log' })],
    ['a limit', () => ({ limits: { ...LIMITS, file: 5 } })],
    ['what is kept', () => ({ keep: [ws.scanned().tree, ws.scanned().tree] })],
  ])('looks at everything once %s is another', async (_, more) => {
    for (const path of ['out/a', 'b.log', 'large file', 'c']) ws.write(path);
    await rest();
    const request = more();
    const truth = ws.scanned(request);
    expect((await ws.take(request)).tree).toBe(truth.tree);
    expect(ws.looked).toBeGreaterThan(3);
  });

  it('keeps what a rule leaves out where it was captured before, also when it changes', async () => {
    ws.write('out/old');
    ws.write('a/x');
    const rules = { exclude: ['out'] };
    await rest();
    await ws.take(rules);
    ws.write('out/new');
    ws.write('out/old', 'changed');
    ws.write('a/out/b');
    const truth = ws.scanned(rules);
    const { tree } = await ws.take(rules);
    expect(tree).toBe(truth.tree);
    expect(ws.listed(tree)).toMatchObject({ 'out/old': { size: 7 }, 'out/new': { reason: 'rule' } });
  });

  it('never loses a change when events are lost, wherever the queue was when it overflowed', async () => {
    ws.write('noise/a');
    ws.write('quiet/file', 'before');
    await rest();
    // Nothing reads the queue between these two: the second is lost, and so is the cookie.
    overflow();
    ws.write('quiet/file', 'lost!!');
    await expectTruth();
    expect(ws.looked).toBeGreaterThan(3);
    await rest();
    overflow();
    ws.write('quiet/file', 'gone!!');
    await hear();
    // It is empty again: the cookie arrives.
    await expectTruth();
    expect(ws.looked).toBeGreaterThan(3);
    await rest();
    // While a capture works, with its own cookie heard before.
    const store = ws.store as MemoryObjectStore;
    const put = store.putContent.bind(store);
    store.putContent = (hash, content) => {
      const isNew = put(hash, content);
      store.putContent = put;
      overflow();
      ws.write('quiet/file', 'again!');
      return isNew;
    };
    ws.write('noise/a', 'new');
    await ws.take();
    await hear();
    await expectTruth();
    await rest();
    await ws.take();
    expect(ws.looked).toBe(0);
  });

  it('scans when more was heard than half of what the system keeps', async () => {
    ws.engine.close();
    ws.engine = new WorkspaceEngine({
      store: ws.store,
      home: ws.home,
      freeBytes: () => 1e15,
      watching: { maxEvents: 20 },
    });
    for (let n = 0; n < 8; n += 1) ws.write(`d/${n}`);
    await rest();
    for (let n = 0; n < 8; n += 1) ws.write(`d/${n}`, 'changed');
    await expectTruth();
    expect(ws.looked).toBe(9);
  });

  it('scans as long as the cookie is not heard of', async () => {
    ws.write('d/file');
    await rest();
    const cookies = join(ws.home, 'watch');
    rmSync(cookies, { recursive: true });
    writeFileSync(cookies, 'no folder');
    ws.write('d/file', 'changed');
    await expectTruth();
    expect(ws.looked).toBe(2);
    rmSync(cookies);
    await rest();
    await ws.take();
    expect(ws.looked).toBe(0);
    expect(readdirSync(cookies)).toEqual([]);
  });
});

describe.runIf(CAN_WATCH)('a folder', () => {
  it.each<[string, () => void]>([
    ['is new', () => ws.write('new/deep/x')],
    ['is gone', () => rmSync(ws.at('a'), { recursive: true })],
    ['is made again', () => (rmSync(ws.at('a'), { recursive: true }), void ws.write('a/b/new'))],
    ['is moved', () => renameSync(ws.at('a'), ws.at('z'))],
    ['is moved below another', () => renameSync(ws.at('a'), ws.at('other/a'))],
    ['goes out of the workspace', () => renameSync(ws.at('a'), join(ws.place, 'gone'))],
    [
      'is another by the same name',
      () => (renameSync(ws.at('a'), ws.at('z')), void ws.write('a/b/c/file', 'z')),
    ],
    ['is a link', () => (renameSync(ws.at('a'), ws.at('z')), symlinkSync('z', ws.at('a')))],
    ['has another mode', () => chmodSync(ws.at('a/b'), 0o700)],
    ['comes under a name that is left out', () => renameSync(ws.at('a'), ws.at('out'))],
  ])('that %s is seen, and what happens in it afterwards', async (_, change) => {
    ws.write('a/b/c/file');
    ws.write('other/x');
    const rules = { exclude: ['out'] };
    const expectRules = async (): Promise<void> => {
      const truth = ws.scanned(rules);
      const { tree, capture } = await ws.take(rules);
      expect({ tree, capture }).toEqual(truth);
    };
    await ws.take(rules);
    change();
    await expectRules();
    for (const folder of ['a/b/c', 'a/b', 'z/b/c', 'other/a/b/c', 'new/deep'].filter((path) =>
      existsSync(ws.at(path)),
    )) {
      writeFileSync(ws.at(`${folder}/later`), 'later');
      await expectRules();
    }
    if (existsSync(join(ws.place, 'gone'))) {
      writeFileSync(join(ws.place, 'gone/b/c/file'), 'outside');
      renameSync(join(ws.place, 'gone'), ws.at('back'));
      await expectRules();
    }
  });

  it('that was moved twice and filled on the way is seen where it is', async () => {
    ws.write('a/deep/file');
    await rest();
    renameSync(ws.at('a'), ws.at('b'));
    ws.write('b/deep/new');
    mkdirSync(ws.at('a'));
    renameSync(ws.at('b'), ws.at('a/c'));
    ws.write('a/c/deep/file', 'changed');
    await expectTruth();
    ws.write('a/c/deep/file', 'again');
    await expectTruth();
  });

  it('of the name of the workspace, or of the one that it is in, is seen as any', async () => {
    for (const path of ['work/work/work', 'work/x']) ws.write(path);
    await rest();
    ws.write('work/work/work', 'changed');
    chmodSync(ws.at('work'), 0o700);
    await expectTruth();
  });

  it('is watched anew once more of them went than are there', async () => {
    ws.write('stays');
    for (let round = 0; round < 5; round += 1) {
      for (let n = 0; n < 70; n += 1) mkdirSync(ws.at(`d/${n}`), { recursive: true });
      await expectTruth();
      rmSync(ws.at('d'), { recursive: true });
      await expectTruth();
    }
    ws.write('d/new');
    await expectTruth();
  });

  it('that the workspace itself is, in place of the other, is captured whole', async () => {
    ws.write('a');
    await rest();
    renameSync(ws.root, join(ws.place, 'moved'));
    await expect(ws.take()).rejects.toMatchObject({ code: 'workspace_missing' });
    mkdirSync(ws.root);
    ws.write('b');
    await expectTruth();
    ws.write('b', 'changed');
    await expectTruth();
  });
});

describe.runIf(CAN_WATCH)('a file', () => {
  it('that changes while a capture works is in that one or in the next', async () => {
    const store = ws.store as MemoryObjectStore;
    const put = store.putContent.bind(store);
    for (const path of ['a/1', 'b/2', 'c/3']) ws.write(path);
    await rest();
    store.putContent = (hash, content) => {
      const isNew = put(hash, content);
      store.putContent = put;
      ws.write('a/1', 'behind the capture');
      ws.write('new/x');
      renameSync(ws.at('c'), ws.at('d'));
      return isNew;
    };
    ws.write('b/2', 'changed');
    await ws.take();
    await expectTruth();
  });

  it('with other names is looked at each time, because it changes under any of them', async () => {
    ws.write('a/x', 'one');
    ws.write('b/y');
    linkSync(ws.at('a/x'), join(ws.place, 'outside'));
    await rest();
    appendFileSync(join(ws.place, 'outside'), 'more');
    await expectTruth();
    linkSync(ws.at('b/y'), ws.at('b/z'));
    await expectTruth();
    appendFileSync(ws.at('b/z'), 'more');
    await expectTruth();
    rmSync(ws.at('b/y'));
    await expectTruth();
  });

  it('that is left out is looked at until it can be captured', async () => {
    ws.write('.git/objects/pack', 'x'.repeat(100));
    ws.write('.git/HEAD', 'ref');
    ws.write('large', 'x'.repeat(100));
    const limits = { limits: { ...LIMITS, git: 150, file: 90 } };
    const expectLimits = async (): Promise<readonly string[]> => {
      const truth = ws.scanned(limits);
      const { tree, capture } = await ws.take(limits);
      expect({ tree, capture }).toEqual(truth);
      return capture.paths;
    };
    await expectLimits();
    expect(await expectLimits()).toEqual(['.git/objects/pack', 'large']);
    ws.write('large', 'x');
    ws.write('.git/objects/pack', 'x'.repeat(80));
    expect(await expectLimits()).toEqual([]);
    ws.write('.git/index', 'x'.repeat(80));
    expect(await expectLimits()).toEqual(['.git']);
    rmSync(ws.at('.git/index'));
    expect(await expectLimits()).toEqual([]);
    ws.write('.git/more/x', 'x');
    expect(await expectLimits()).toEqual([]);
  });
});

describe.runIf(CAN_WATCH)('what no event tells', () => {
  /** As a write through a memory map: the file is another, and nobody was told. */
  function changeUnheard(path: string): void {
    const outside = join(ws.place, 'outside');
    linkSync(ws.at(path), outside);
    appendFileSync(outside, 'unheard');
    rmSync(outside);
  }

  /** Until the file system's clock is past what a file was written at. */
  function tick(path: string): void {
    const { ctimeNs } = statSync(ws.at(path), { bigint: true });
    const beside = join(ws.place, 'beside');
    do writeFileSync(beside, '');
    while (statSync(beside, { bigint: true }).ctimeNs <= ctimeNs);
  }

  it('is found by the next scan, which says so and ends the watching', async () => {
    ws.write('a/x');
    ws.write('b');
    const before = await rest();
    changeUnheard('a/x');
    expect((await ws.take()).tree).toBe(before);
    const found = await ws.take({ watch: 'begin' });
    expect(found.tree).toBe(ws.scanned().tree);
    expect(found.unwatched).toBe('a/x was changed without the system telling');
    changeUnheard('a/x');
    const next = await ws.take();
    expect(next).toMatchObject({ tree: ws.scanned().tree, unwatched: found.unwatched });
  });

  it('is found by the next look in a file that was read just after it was written', async () => {
    ws.write('a/x');
    ws.write('b');
    // By its clock nothing has ever been written long ago.
    const clock = vi.spyOn(Date, 'now').mockReturnValue(0);
    await ws.take();
    for (const path of ['a/x', 'b']) tick(path);
    changeUnheard('a/x');
    expect(await ws.take()).toMatchObject(ws.scanned());
    expect(ws.looked).toBe(2);
    await ws.take();
    expect(ws.looked).toBe(0);
    changeUnheard('b');
    await expectTruth();
    clock.mockRestore();
    // Once it is old it counts on being told.
    const tree = await rest();
    changeUnheard('b');
    expect((await ws.take()).tree).toBe(tree);
  });

  it('is not said of what was heard, or came while it was scanned', async () => {
    ws.write('a/x');
    ws.write('.git/x', 'x'.repeat(90));
    const limits = { limits: { ...LIMITS, git: 100 } };
    await ws.take(limits);
    ws.write('a/x', 'changed');
    ws.write('.git/y', 'x'.repeat(90));
    ws.write('new/x');
    rmSync(ws.at('a/x'));
    expect(await ws.take({ watch: 'begin', ...limits })).not.toHaveProperty('unwatched');
    const store = ws.store as MemoryObjectStore;
    const put = store.putContent.bind(store);
    store.putContent = (hash, content) => {
      const isNew = put(hash, content);
      store.putContent = put;
      ws.write('z/late');
      return isNew;
    };
    ws.write('b', 'b');
    expect(await ws.take({ watch: 'begin', ...limits })).not.toHaveProperty('unwatched');
    await ws.take(limits);
    ws.write('c', 'c');
    expect((await ws.take(limits)).tree).toBe(ws.scanned(limits).tree);
  });
});

describe.runIf(CAN_WATCH)('a watch that the system refuses', () => {
  /** @param refuse what is thrown, by the path that is to be watched; null: nothing */
  function open(refuse: (path: string) => string | null): { readonly watched: FSWatcher[] } {
    const watched: FSWatcher[] = [];
    const refusing: Watch = (path, options, listener) => {
      const code = refuse(String(path));
      if (code !== null) throw Object.assign(new Error(code), { code });
      const watcher = watch(path, options, listener);
      watched.push(watcher);
      return watcher;
    };
    ws.engine = new WorkspaceEngine({
      store: ws.store,
      home: ws.home,
      freeBytes: () => 1e15,
      watching: { watch: refusing },
    });
    for (let n = 0; n < 12; n += 1) ws.write(`d${n}/x`);
    return { watched };
  }

  it.each([
    ['ENOSPC', 'no watch is left for this user (fs.inotify.max_user_watches)'],
    ['EMFILE', 'no more programs of this user can watch (fs.inotify.max_user_instances)'],
    ['EIO', 'the system refused to watch (EIO)'],
  ])('for want of some (%s) ends the watching, and the scan goes on', async (code, unwatched) => {
    let left = 5;
    open(() => ((left -= 1) < 0 ? code : null));
    expect(await ws.take()).toMatchObject({ tree: ws.scanned().tree, unwatched });
    ws.write('d1/x', 'changed');
    expect(await ws.take()).toMatchObject({ tree: ws.scanned().tree, unwatched });
  });

  it('ends the watching also where even a cookie has none', async () => {
    open(() => 'ENOSPC');
    const unwatched = 'no watch is left for this user (fs.inotify.max_user_watches)';
    expect(await ws.take()).toMatchObject({ tree: ws.scanned().tree, unwatched });
  });

  it('ends it when the folders come later', async () => {
    let left = 15;
    open(() => ((left -= 1) < 0 ? 'ENOSPC' : null));
    expect(await ws.take()).not.toHaveProperty('unwatched');
    ws.write('new/a/b/c/d', 'x');
    expect(await ws.take()).toMatchObject({
      tree: ws.scanned().tree,
      unwatched: expect.stringContaining('no watch is left') as string,
    });
  });

  it('for one folder has that one looked at each time', async () => {
    let isRefused = true;
    open((path) => (isRefused && path.endsWith('/d3') ? 'EACCES' : null));
    await rest();
    ws.write('d3/x', 'changed');
    await expectTruth();
    isRefused = false;
    await rest();
    await ws.take();
    expect(ws.looked).toBe(0);
    rmSync(ws.at('d3'), { recursive: true });
    await expectTruth();
  });

  it('later, by an error, is believed no more', async () => {
    const { watched } = open(() => null);
    await rest();
    watched[3]?.emit('error', Object.assign(new Error('broken'), { code: 'EBADF' }));
    ws.write('d1/x', 'changed');
    await expectTruth();
    expect(ws.looked).toBeGreaterThan(20);
    await rest();
    watched[0]?.emit('error', new Error('broken'));
    ws.write('d1/x', 'again');
    await expectTruth();
    expect(ws.looked).toBeGreaterThan(20);
    await rest();
    watched.at(-1)?.emit('error', new Error('broken'));
    watched.at(-1)?.emit('change', 'rename', null);
    ws.write('d1/x', 'more');
    await expectTruth();
  });
});

describe.runIf(CAN_WATCH && process.geteuid?.() === 0)('a folder that may not be read', () => {
  afterEach(() => process.seteuid?.(0));

  it('is looked at each time until it may, and watched from then on', async () => {
    for (const path of ['shut/x', 'open/y', 'open/deep/z']) ws.write(path);
    for (const path of [ws.place, ws.home]) chmodSync(path, 0o777);
    process.seteuid?.(65_534);
    await rest();
    const change = (work: () => void): void => {
      process.seteuid?.(0);
      work();
      process.seteuid?.(65_534);
    };
    change(() => chmodSync(ws.at('shut'), 0o000));
    await expectTruth();
    change(() => chmodSync(ws.at('open/deep'), 0o744));
    await expectTruth();
    change(() => ws.write('shut/x', 'changed'));
    await expectTruth();
    change(() => {
      for (const path of ['shut', 'open/deep']) chmodSync(ws.at(path), 0o755);
    });
    await expectTruth();
    change(() => ws.write('shut/x', 'and again'));
    change(() => ws.write('open/deep/z', 'changed'));
    await expectTruth();
    change(() => chmodSync(ws.root, 0o000));
    await expect(ws.take()).rejects.toMatchObject({ code: 'workspace_unreadable' });
    change(() => chmodSync(ws.root, 0o755));
    await expectTruth();
  });
});

describe.runIf(CAN_WATCH)('two workspaces of one process', () => {
  it('share a queue, and each is right', async () => {
    const other = new WatchedBench();
    try {
      for (const each of [ws, other]) for (let n = 0; n < 9; n += 1) each.write(`d/${n}`);
      const take = async (root: string): Promise<string> => {
        const { tree } = await ws.engine.captureWatched({
          ...ws.request({ watch: 'trust' }),
          workspace: root,
        });
        return tree;
      };
      await Promise.all([take(ws.root), take(other.root)]);
      ws.write('d/1', 'changed');
      other.write('d/2', 'changed');
      const both = await Promise.all([take(ws.root), take(other.root), take(ws.root)]);
      expect(both).toEqual([ws.scanned().tree, other.scanned().tree, ws.scanned().tree]);
    } finally {
      other[Symbol.dispose]();
    }
  });
});
