import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspaceFiles } from '../../../src/app/open-workspace-files.ts';
import { BugError, StorageError, UsageError, WorkspaceError } from '../../../src/domain/errors.ts';
import type { WorkspaceFiles } from '../../../src/ports/workspace-files.ts';
import { InlineWorkspaceFiles } from '../../../src/workspace/inline-workspace-files.ts';
import { serveWorkspace } from '../../../src/workspace/serve-workspace.ts';
import { carryError, uncarryError } from '../../../src/workspace/thread-messages.ts';
import { ThreadedWorkspaceFiles } from '../../../src/workspace/threaded-workspace-files.ts';
import { bundleThread } from '../../support/bundle-thread.ts';
import { CapturedWorkspace } from '../../support/captured-workspace.ts';

const PROGRAM = bundleThread('tests/support/workspace-thread-program.ts');

let ws: CapturedWorkspace;
let files: WorkspaceFiles;

const threaded = (failures = 0): WorkspaceFiles =>
  new ThreadedWorkspaceFiles({ entry: PROGRAM, data: { home: ws.home, failures } });

beforeEach(() => {
  ws = new CapturedWorkspace();
  files = threaded();
});

afterEach(async () => {
  await files.close();
  ws[Symbol.dispose]();
});

describe.each<[string, () => WorkspaceFiles]>([
  ['in this thread', () => new InlineWorkspaceFiles(ws.open())],
  ['in a thread of their own', () => threaded()],
  ['in the thread of the program', () => openWorkspaceFiles(ws.home)],
])('the files of a workspace, %s', (_, open) => {
  it('are captured, compared, listed, verified, restored and copied', async () => {
    const files = open();
    ws.write('d/file', 'one');
    const first = await files.capture(ws.request());
    ws.write('d/file', 'two!');
    const second = await files.capture(ws.request());
    const [change] = await files.changes(first.tree, second.tree);
    expect(change).toMatchObject({ path: 'd/file', before: { size: 3 }, after: { size: 4 } });
    expect(await files.list(first.tree, 'd/file')).toHaveLength(1);
    expect(await files.verify({ trees: [first.tree, second.tree] })).toEqual([]);
    expect((await files.reach([first.tree])).contents).toHaveLength(1);
    expect(await files.changedAt(ws.root, ['nothing', 'd'])).toEqual([null, expect.any(Number)]);
    ws.write('d/more', 'three');
    const third = await files.capture(ws.request({ watch: 'begin', keep: [second.tree] }));
    ws.write('d/new/file', 'four');
    const watched = await files.capture(ws.request({ watch: 'trust', keep: [third.tree] }));
    expect(watched.tree).toBe(ws.open().capture(ws.request()).tree);
    rmSync(ws.at('d/new'), { recursive: true });
    rmSync(ws.at('d/more'));
    expect((await files.capture(ws.request({ watch: 'trust', keep: [watched.tree] }))).tree).toBe(
      second.tree,
    );
    const { path, before, after } = change ?? { path: '', before: null, after: null };
    const actions = [{ path, from: after, to: before }];
    const report = await files.restore({ workspace: ws.root, operation: 'op', actions });
    expect(report).toEqual({ done: ['d/file'], left: [] });
    expect((await files.capture(ws.request())).tree).toBe(first.tree);
    await files.copyFolder(ws.root, join(ws.place, 'copy'));
    expect(existsSync(join(ws.place, 'copy/d/file'))).toBe(true);
    await expect(files.copyFolder(ws.root, join(ws.place, 'copy'))).rejects.toThrow(WorkspaceError);
    await expect(files.list('00'.repeat(32))).rejects.toMatchObject({
      code: 'tree_missing',
      exitCode: 7,
    });
    await expect(files.capture(ws.request(), { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    await files.close();
  });
});

describe('the thread', () => {
  it('tells progress, and stops a call when it is asked to', async () => {
    for (let n = 0; n < 20; n += 1) ws.write(`f${n}`, 'slow');
    for (let n = 0; n < 20; n += 1) ws.write(`g${n}`, n % 2 ? 'slow' : 'quick');
    const controller = new AbortController();
    const told: number[] = [];
    const capture = files.capture(ws.request(), {
      signal: controller.signal,
      onProgress: (done) => {
        told.push(done);
        controller.abort(new Error('enough'));
      },
    });
    const behind = files.capture(ws.request(), { signal: controller.signal });
    await expect(capture).rejects.toThrow('enough');
    await expect(behind).rejects.toThrow('enough');
    expect(told.length).toBeGreaterThan(0);
    expect((await files.capture(ws.request())).capture.status).toBe('complete');
  });

  it.each([
    ['ends', 'die', 'nothing is known of the reason'],
    ['breaks', 'throw in the thread', 'uncaught'],
  ])('that %s fails all calls, and the next one starts another', async (_, content, hint) => {
    ws.write('file', content);
    const calls = [files.capture(ws.request()), files.changes(null, null), files.changes(null, null)];
    const results = await Promise.allSettled(calls);
    const failed = results.filter(({ status }) => status === 'rejected');
    if (content === 'die') expect(failed).toHaveLength(3);
    for (const result of failed) {
      expect(result).toMatchObject({ reason: { code: 'workspace_thread', hint } });
    }
    ws.write('file', 'harmless');
    await expect(
      files.capture(ws.request()).catch(async () => await files.capture(ws.request())),
    ).resolves.toMatchObject({ capture: { status: 'complete' } });
  });

  it('carries a bug as one', async () => {
    ws.write('file', 'throw');
    await expect(files.capture(ws.request())).rejects.toMatchObject({
      name: 'BugError',
      message: 'a bug',
      hint: expect.stringContaining('putContent'),
    });
  });

  it('that could not open its store tries again at the next call', async () => {
    const files = threaded(1);
    await expect(files.changes(null, null)).rejects.toThrow('not yet');
    expect(await files.changes(null, null)).toEqual([]);
    await files.close();
    await expect(files.changes(null, null)).rejects.toMatchObject({ code: 'workspace_files_closed' });
  });

  it('ends what is under way before it closes, and can be closed without ever having begun', async () => {
    const files = threaded();
    ws.write('file', 'slow');
    const capture = files.capture(ws.request());
    await files.close();
    expect((await capture).capture.status).toBe('complete');
    await threaded().close();
  });

  it('does not keep a process alive', () => {
    mkdirSync(join(ws.place, 'other'));
    const file = new URL('../../../src/workspace/threaded-workspace-files.ts', import.meta.url).href;
    const program = `
      const { ThreadedWorkspaceFiles } = await import(${JSON.stringify(file)});
      const data = { home: ${JSON.stringify(join(ws.place, 'other'))}, failures: 0 };
      const files = new ThreadedWorkspaceFiles({ entry: new URL(${JSON.stringify(PROGRAM.href)}), data });
      console.log(JSON.stringify(await files.changes(null, null)));`;
    const told = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(told).toBe('[]\n');
  });
});

describe('what the thread does', () => {
  it('is done in the order of the requests, until there is no more', async () => {
    const { port1, port2 } = new MessageChannel();
    let opened = 0;
    serveWorkspace(port1, async () => {
      opened += 1;
      if (opened === 1) throw new StorageError('disk_full', 'full');
      return ws.open();
    });
    const replies: unknown[] = [];
    port2.on('message', (reply) => replies.push(reply));
    const closed = new Promise((resolve) => port2.on('close', resolve));
    for (let n = 0; n < 60; n += 1) ws.write(`f${n}`, 'slow'.repeat(500_000));
    const ask = (id: number, method: string, args: unknown[], stopped = 0): void => {
      const stop = new Int32Array(new SharedArrayBuffer(4));
      stop[0] = stopped;
      port2.postMessage({ id, method, args, stop, tellsProgress: id === 4 }, []);
    };
    ask(1, 'changes', [null, null]);
    ask(2, 'changes', [null, null]);
    ask(3, 'captureWatched', [ws.request()], 1);
    ask(4, 'captureWatched', [ws.request()]);
    port2.postMessage(null, []);
    await closed;
    expect(replies).toMatchObject([
      { id: 1, error: { kind: 'storage', code: 'disk_full' } },
      { id: 2, result: [] },
      { id: 3, error: { kind: 'stopped' } },
      ...replies.slice(3, -1).map(() => ({ id: 4, progress: [expect.any(Number), null, 'files'] })),
      { id: 4, result: { capture: { status: 'complete' } } },
    ]);
    expect(replies.length).toBeGreaterThan(4);
  });

  it('ends without having done anything', async () => {
    const { port1, port2 } = new MessageChannel();
    serveWorkspace(port1, async () => ws.open());
    const closed = new Promise((resolve) => port2.on('close', resolve));
    port2.postMessage(null, []);
    await closed;
  });
});

describe('an error that goes from one thread to another', () => {
  it.each([
    new StorageError('disk_full', 'full', { hint: 'why', nextSteps: ['make room'] }),
    new WorkspaceError('gone', 'gone'),
    new BugError('bug', 'bug'),
  ])('is the same: %s', (error) => {
    const carried = uncarryError(structuredClone(carryError(error)));
    expect(carried).toEqual(error);
    expect(carried.constructor).toBe(error.constructor);
    expect([carried.code, carried.hint, carried.nextSteps]).toEqual([
      error.code,
      error.hint,
      error.nextSteps,
    ]);
  });

  it('is a bug if nobody expected it', () => {
    expect(uncarryError(carryError(new UsageError('x', 'x')))).toBeInstanceOf(BugError);
    expect(uncarryError(carryError('text'))).toMatchObject({ message: 'text', code: 'workspace_thread' });
    const bare = new Error('bare');
    delete bare.stack;
    expect(uncarryError(carryError(bare))).toMatchObject({ message: 'bare', hint: null });
  });
});
