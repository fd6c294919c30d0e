import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageError, WorkspaceError } from '../../../src/domain/errors.ts';
import { exchanged, type RestoreAction } from '../../../src/domain/plan-restore.ts';
import { restorePaths, type RestoreOptions } from '../../../src/workspace/restore-paths.ts';
import {
  actionsBetween,
  exact,
  layOut,
  makePlace,
  readTree,
  stateOf,
  storeOf,
  withFolders,
  type Tree,
} from '../../support/restore-folder.ts';

const byName = { byDescriptor: false };
const WAYS = [
  ['through descriptors', {}],
  ['by name', byName],
] as const;

function restore(workspace: string, before: Tree, after: Tree, options: RestoreOptions = {}) {
  const request = { workspace, operation: 'op1', actions: actionsBetween(before, after) };
  return restorePaths(storeOf(before, after), request, options);
}

const LONG = 'n'.repeat(255);
const CASES: readonly (readonly [string, Tree, Tree])[] = [
  ['a changed file', { a: { file: 'new' } }, { a: { file: 'old' } }],
  ['an empty file', { a: { file: 'new' } }, { a: { file: '' } }],
  ['a missing file', {}, { a: { file: 'old' } }],
  ['a file to delete', { a: { file: 'new' } }, {}],
  ['a file to a folder', { a: { file: 'x' } }, { a: { folder: 0o750 }, 'a/b': { file: 'y' } }],
  ['a folder to a file', { a: { folder: 0o755 }, 'a/b': { file: 'y' } }, { a: { file: 'x', mode: 0o600 } }],
  ['a folder to a link', { a: { folder: 0o755 }, 'a/b': { file: 'y' } }, { a: { link: '../outside' } }],
  ['a link to a folder', { a: { link: '../outside' } }, { a: { folder: 0o700 }, 'a/secret': { file: 'y' } }],
  ['a link to a file', { a: { link: '../outside/secret' } }, { a: { file: 'inside' } }],
  ['a file to a link', { a: { file: 'inside' } }, { a: { link: '../outside/secret' } }],
  ['a link to another', { a: { link: 'x' } }, { a: { link: 'y\xff' } }],
  ['a missing link', {}, { a: { link: 'x' } }],
  ['a link to delete', { a: { link: '../outside' } }, {}],
  [
    'empty folders',
    { a: { folder: 0o755 }, 'a/b': { folder: 0o700 } },
    { c: { folder: 0o755 }, 'c/d': { folder: 0o1777 } },
  ],
  [
    'swaps three deep',
    {
      a: { folder: 0o755 },
      'a/b': { folder: 0o755 },
      'a/b/c': { file: '1' },
      d: { file: '2' },
      e: { link: 'd' },
    },
    {
      a: { file: '3' },
      d: { folder: 0o755 },
      'd/b': { folder: 0o755 },
      'd/b/c': { link: '../../a' },
      e: { folder: 0o711 },
    },
  ],
  [
    'swaps at each depth',
    { a: { folder: 0o755 }, 'a/b': { folder: 0o755 }, 'a/b/c': { folder: 0o755 }, 'a/b/c/f': { file: '1' } },
    { a: { folder: 0o755 }, 'a/b': { folder: 0o700 }, 'a/b/c': { link: 'f' } },
  ],
  [
    'all mode bits',
    { a: { file: 'x', mode: 0o600 }, b: { file: 'y' } },
    { a: { file: 'x', mode: 0o7755 }, b: { file: 'z', mode: 0o4755 } },
  ],
  ['a read-only file', { a: { file: 'x', mode: 0o444 } }, { a: { file: 'y', mode: 0o444 } }],
  [
    'modes of folders',
    { a: { folder: 0o755 }, 'a/f': { file: 'x' } },
    { a: { folder: 0o2555 }, 'a/f': { file: 'y' } },
  ],
  ['a closed folder that goes', { a: { folder: 0o555 }, 'a/f': { file: 'x' } }, {}],
  [
    'a closed folder that comes',
    {},
    { a: { folder: 0o500 }, 'a/b': { folder: 0o555 }, 'a/b/f': { file: 'x' } },
  ],
  [
    'names of any kind',
    {
      'line\nbreak': { file: '1' },
      '-rf': { file: '1' },
      ' trailing ': { file: '1' },
      [LONG]: { file: '1' },
      '\xff\xfe': { file: '1' },
    },
    {
      'line\nbreak': { file: '2' },
      '"quoted\'': { file: '2' },
      ' trailing ': { file: '2' },
      [LONG]: { file: '2' },
      '\xff\xfe': { file: '2' },
    },
  ],
  // "é" composed and decomposed, as UTF-8.
  [
    'twins in two Unicode forms',
    { '\xc3\xa9': { file: '1' }, 'e\xcc\x81': { file: '1' } },
    { '\xc3\xa9': { file: '2' }, 'e\xcc\x81': { file: '3' } },
  ],
  [
    'siblings that sort between a folder and its content',
    { a: { file: 'x' }, 'a-b': { file: '1' } },
    { a: { folder: 0o755 }, 'a/c': { file: '2' }, 'a-b': { file: '2' } },
  ],
];

describe('restorePaths', () => {
  describe.each(WAYS)('%s', (_way, options) => {
    it.each(CASES)('lays out %s, and goes back', (_name, before, after) => {
      using at = makePlace();
      layOut(at.workspace, before);
      const report = restore(at.workspace, before, after, options);
      expect(readTree(at.workspace)).toEqual(exact(after));
      expect(report.left).toEqual([]);
      expect(report.done.toSorted()).toEqual(
        actionsBetween(before, after)
          .map(({ path }) => path)
          .toSorted(),
      );
      expect(restore(at.workspace, before, after, options).left).toEqual([]);
      expect(restore(at.workspace, after, before, options).left).toEqual([]);
      expect(readTree(at.workspace)).toEqual(exact(before));
      expect(readFileSync(join(at.outside, 'secret'), 'utf8')).toBe('outside');
      expect(readdirSync(at.outside)).toEqual(['secret']);
    });

    // No folder holds them; an archive that somebody wrote by hand could say so.
    it.each([
      ['first', ['link', 'folder']],
      ['last', ['folder', 'link']],
    ])(
      'Given one name for a folder and a link to outside, the link %s, Then nothing is done through it',
      (_first, order) => {
        using at = makePlace();
        const link = { path: 'd', from: null, to: stateOf({ link: '../outside' }) };
        const folder = { path: 'd', from: null, to: stateOf({ folder: 0o755 }) };
        const file = { path: 'd/secret', from: null, to: stateOf({ file: 'mine' }) };
        const actions = [...order.map((which) => (which === 'link' ? link : folder)), file];
        const store = storeOf({ f: { file: 'mine' } });
        restorePaths(store, { workspace: at.workspace, operation: 'op1', actions }, options);
        expect(readTree(at.outside)).toEqual(exact({ secret: { file: 'outside' } }));
      },
    );

    it('Given a parent that became a link to outside, Then nothing is done through it', () => {
      using at = makePlace();
      const before: Tree = {
        d: { folder: 0o755 },
        'd/secret': { file: 'new' },
        'd/gone': { file: 'x' },
        'd/e': { folder: 0o755 },
        'd/e/f': { file: '1' },
      };
      const after: Tree = {
        d: { folder: 0o755 },
        'd/secret': { file: 'old' },
        'd/added': { file: 'x' },
        'd/e': { folder: 0o755 },
        'd/e/f': { file: '2' },
      };
      writeFileSync(join(at.outside, 'gone'), 'x');
      symlinkSync(at.outside, join(at.workspace, 'd'));
      const report = restore(at.workspace, before, after, options);
      expect(report.left.map(({ path }) => path)).toEqual(['d/added', 'd/e/f', 'd/secret']);
      // As far as the workspace goes nothing stands at this path.
      expect(report.done).toEqual(['d/gone']);
      expect(readTree(at.outside)).toEqual(exact({ secret: { file: 'outside' }, gone: { file: 'x' } }));
    });
  });

  it('Given a parent that is exchanged for a link right before the change, Then nothing outside changes', () => {
    using at = makePlace();
    const before = withFolders({ 'd/e/secret': { file: 'new' } });
    layOut(at.workspace, before);
    const fault = (point: string) => {
      if (point !== 'before-put') return;
      renameSync(join(at.workspace, 'd/e'), join(at.workspace, 'd/moved'));
      symlinkSync(at.outside, join(at.workspace, 'd/e'));
    };
    restore(at.workspace, before, withFolders({ 'd/e/secret': { file: 'old' } }), { fault });
    expect(readTree(at.outside)).toEqual(exact({ secret: { file: 'outside' } }));
    expect(readFileSync(join(at.workspace, 'd/moved/secret'), 'utf8')).toBe('old');
  });

  it('keeps inode and mtime of all that needn’t change', () => {
    using at = makePlace();
    const before = withFolders({
      'd/same': { file: 's' },
      'd/mode': { file: 'm' },
      'd/f': { file: '1' },
      other: { file: 'o' },
    });
    layOut(at.workspace, before);
    const names = ['d/same', 'd/mode', 'other', 'd'];
    for (const name of names) utimesSync(join(at.workspace, name), 1000, 1000);
    const look = () =>
      names
        .slice(0, 3)
        .map((name) => lstatSync(join(at.workspace, name), { bigint: true }))
        .map(({ ino, mtimeNs }) => [ino, mtimeNs]);
    const seen = look();
    restore(at.workspace, before, { ...before, 'd/mode': { file: 'm', mode: 0o755 }, 'd/f': { file: '2' } });
    expect(look()).toEqual(seen);
  });

  it.each([
    ['content', { file: 'old' }],
    ['a mode', { file: 'new', mode: 0o600 }],
  ] as const)(
    'Given a file with another name outside, When %s changes, Then the outside name keeps its bytes and mode',
    (_what, wanted) => {
      using at = makePlace();
      layOut(at.workspace, { a: { file: 'new' } });
      linkSync(join(at.workspace, 'a'), join(at.outside, 'a'));
      restore(at.workspace, { a: { file: 'new' } }, { a: wanted });
      expect(readTree(at.workspace)).toEqual(exact({ a: wanted }));
      expect(readTree(at.outside)['a']).toEqual({ file: 'new', mode: 0o644 });
    },
  );

  const MEANWHILE: readonly (readonly [string, Tree, Tree, Tree])[] = [
    [
      'a file got other content of the same size',
      { a: { file: 'new' } },
      { a: { file: 'old' } },
      { a: { file: 'odd' } },
    ],
    ['a file got another size', { a: { file: 'new' } }, {}, { a: { file: 'other' } }],
    [
      'a file got another mode',
      { a: { file: 'new' } },
      { a: { file: 'old' } },
      { a: { file: 'new', mode: 0o600 } },
    ],
    ['a file became a link', { a: { file: 'new' } }, { a: { file: 'old' } }, { a: { link: 'x' } }],
    ['a link got another target', { a: { link: 'x' } }, {}, { a: { link: 'y' } }],
    ['a file went', { a: { file: 'new' } }, { a: { file: 'old' } }, {}],
    ['something came', {}, { a: { file: 'old' } }, { a: { file: 'mine' } }],
    ['a folder came for a file', { a: { file: 'new' } }, {}, { a: { folder: 0o755 } }],
    [
      'a folder got another mode',
      { a: { folder: 0o755 } },
      { a: { folder: 0o711 } },
      { a: { folder: 0o750 } },
    ],
  ];
  it.each(MEANWHILE)(
    'Given that %s meanwhile, Then it is left alone and named',
    (_what, before, after, found) => {
      using at = makePlace();
      layOut(at.workspace, found);
      expect(restore(at.workspace, before, after)).toEqual({
        done: [],
        left: [{ path: 'a', reason: 'it was changed meanwhile' }],
      });
      expect(readTree(at.workspace)).toEqual(exact(found));
    },
  );

  it.each([
    ['goes', {}],
    ['becomes a file', { a: { file: 'x' } }],
  ] as const)(
    'Given a new file of somebody in a folder that %s, Then the folder stays with it and with its mode',
    (_what, after) => {
      using at = makePlace();
      const before: Tree = { a: { folder: 0o555 }, 'a/b': { file: '1' } };
      layOut(at.workspace, { ...before, 'a/mine': { file: 'm' } });
      const report = restore(at.workspace, before, after);
      expect(report).toEqual({ done: ['a/b'], left: [{ path: 'a', reason: 'something else stands there' }] });
      expect(readTree(at.workspace)).toEqual(exact({ a: { folder: 0o555 }, 'a/mine': { file: 'm' } }));
    },
  );

  it('Given something that appears right before the change, Then it is not replaced', () => {
    using at = makePlace();
    const appear = (point: string) => {
      if (point === 'before-put') writeFileSync(join(at.workspace, 'a'), 'mine');
    };
    const report = restore(at.workspace, {}, { a: { file: 'old' } }, { fault: appear });
    expect(report.left).toEqual([{ path: 'a', reason: 'something else stands there' }]);
    expect(readTree(at.workspace)).toEqual(exact({ a: { file: 'mine' } }));
  });

  it('Given something that goes right before the change, Then the path is left', () => {
    using at = makePlace();
    layOut(at.workspace, { a: { file: 'new' } });
    const vanish = (point: string) => {
      if (point === 'before-unlink') rmSync(join(at.workspace, 'a'));
    };
    const report = restore(at.workspace, { a: { file: 'new' } }, {}, { fault: vanish });
    expect(report.left).toEqual([{ path: 'a', reason: 'it was changed meanwhile' }]);
  });

  it.each(['', '/etc/passwd', '../outside/secret', 'a/../../outside/secret', 'a//b', './a', 'a\0b'])(
    'never goes to %j',
    (path) => {
      using at = makePlace();
      const actions: RestoreAction[] = [{ path, from: stateOf({ file: 'outside' }), to: null }];
      const report = restorePaths(storeOf(), { workspace: at.workspace, operation: 'x', actions });
      expect(report).toEqual({ done: [], left: [{ path, reason: 'it is not inside the workspace' }] });
      expect(existsSync(join(at.outside, 'secret'))).toBe(true);
    },
  );

  describe('special files', () => {
    const fifo = { type: 'special', kind: 'fifo', mode: 0o644 } as const;
    const run = (workspace: string, actions: RestoreAction[]) =>
      restorePaths(storeOf({ a: { file: 'old' } }), { workspace, operation: 'x', actions });
    const makeFifo = (workspace: string) => execFileSync('mkfifo', ['-m', '644', join(workspace, 'a')]);

    it('are replaced, by a file or a folder, without being opened', () => {
      using at = makePlace();
      makeFifo(at.workspace);
      expect(run(at.workspace, [{ path: 'a', from: fifo, to: stateOf({ file: 'old' }) }]).left).toEqual([]);
      rmSync(join(at.workspace, 'a'));
      makeFifo(at.workspace);
      expect(
        run(at.workspace, [{ path: 'a', from: fifo, to: { type: 'directory', mode: 0o700 } }]).left,
      ).toEqual([]);
      expect(readTree(at.workspace)).toEqual({ a: { folder: 0o700 } });
    });

    it('are removed, but never made again', () => {
      using at = makePlace();
      makeFifo(at.workspace);
      expect(run(at.workspace, [{ path: 'a', from: fifo, to: null }]).done).toEqual(['a']);
      const back = run(at.workspace, [{ path: 'a', from: null, to: fifo }]);
      expect(back.left).toEqual([{ path: 'a', reason: 'a special file can not be made again' }]);
    });
  });

  describe('a folder that goes aside', () => {
    const folder = { type: 'directory', mode: 0o755 } as const;
    const request = (workspace: string, to: RestoreAction['to'], aside = 'd.mine') => ({
      workspace,
      operation: 'x',
      actions: [{ path: 'd', from: folder, to, aside }],
    });
    const mine = withFolders({ 'd/keep': { file: 'k' } });
    const store = storeOf({ d: { file: 'old' } });

    it.each([
      ['nothing', null, {}],
      ['a file', stateOf({ file: 'old' }), { d: { file: 'old' } }],
      ['a link', stateOf({ link: 'x' }), { d: { link: 'x' } }],
    ] as const)('moves whole for %s, and back', (_what, to, tree) => {
      using at = makePlace();
      layOut(at.workspace, mine);
      const forward = request(at.workspace, to);
      expect(restorePaths(store, forward).done).toEqual(['d']);
      expect(restorePaths(store, forward).done).toEqual(['d']);
      const moved = exact({ ...tree, 'd.mine': { folder: 0o755 }, 'd.mine/keep': { file: 'k' } });
      expect(readTree(at.workspace)).toEqual(moved);
      const back = { ...forward, actions: exchanged(forward.actions) };
      expect(restorePaths(store, back).done).toEqual(['d']);
      expect(restorePaths(store, back).done).toEqual(['d']);
      expect(readTree(at.workspace)).toEqual(exact(mine));
    });

    it.each([
      ['the name is taken', { ...mine, 'd.mine': { file: 'taken' } }],
      ['something else stands there', { d: { file: 'other' } }],
    ] as const)('is left where %s', (_what, tree) => {
      using at = makePlace();
      layOut(at.workspace, tree);
      const report = restorePaths(store, request(at.workspace, stateOf({ file: 'old' })));
      expect(report.left).toEqual([{ path: 'd', reason: 'it was changed meanwhile' }]);
      expect(readTree(at.workspace)).toEqual(exact(tree));
    });

    it('is not looked for where it is not', () => {
      using at = makePlace();
      layOut(at.workspace, { d: { file: 'old' } });
      const back = {
        workspace: at.workspace,
        operation: 'x',
        actions: exchanged(request(at.workspace, stateOf({ file: 'old' })).actions),
      };
      expect(restorePaths(store, back).left).toHaveLength(1);
      expect(readTree(at.workspace)).toEqual(exact({ d: { file: 'old' } }));
    });

    it.each(['../d.mine', 'e/d.mine'])('goes nowhere but beside itself: %s', (aside) => {
      using at = makePlace();
      layOut(at.workspace, mine);
      expect(restorePaths(store, request(at.workspace, null, aside)).left).toHaveLength(1);
      expect(readTree(at.workspace)).toEqual(exact(mine));
    });
  });

  describe('read-only folders', () => {
    const tree = (file: string): Tree => ({
      d: { folder: 0o555 },
      'd/e': { folder: 0o500 },
      'd/e/f': { file },
    });

    it.each(WAYS)('are opened for a change and closed again, %s', (_way, options) => {
      using at = makePlace();
      layOut(at.workspace, tree('1'));
      const modes: number[] = [];
      const fault = (point: string) => {
        if (point === 'before-put') modes.push(lstatSync(join(at.workspace, 'd/e')).mode & 0o7777);
      };
      restore(at.workspace, tree('1'), tree('2'), { ...options, fault });
      expect(modes).toEqual([0o700]);
      expect(readTree(at.workspace)).toEqual(exact(tree('2')));
    });

    it('Given one that a killed process left open, When its action names it, Then it is closed', () => {
      using at = makePlace();
      layOut(at.workspace, { ...tree('1'), 'd/e': { folder: 0o700 } });
      const stays = { path: 'd/e', from: stateOf({ folder: 0o500 }), to: stateOf({ folder: 0o500 }) };
      const actions = [stays, ...actionsBetween(tree('1'), tree('2'))];
      restorePaths(storeOf(tree('2')), { workspace: at.workspace, operation: 'x', actions });
      expect(readTree(at.workspace)).toEqual(exact(tree('2')));
    });

    it('are closed also when the restore fails', () => {
      using at = makePlace();
      layOut(at.workspace, tree('1'));
      expect(() =>
        restorePaths(storeOf(), {
          workspace: at.workspace,
          operation: 'x',
          actions: actionsBetween(tree('1'), tree('2')),
        }),
      ).toThrow(StorageError);
      expect(readTree(at.workspace)).toEqual(exact(tree('1')));
    });
  });

  describe('when it can not go on', () => {
    const before: Tree = { a: { file: '1' }, b: { file: '1' }, c: { file: '1' } };
    const after: Tree = { a: { file: '2' }, b: { file: '2' }, c: { file: '2' } };
    const failAt = (code: string, step: string, nth: number) => {
      let seen = 0;
      return (point: string) => {
        if (point === step && (seen += 1) === nth)
          throw Object.assign(new Error(`${code}: thrown`), { code });
      };
    };

    it.each([
      ['ENOSPC', 'workspace_full', 'no room is left on its disk'],
      ['EDQUOT', 'workspace_full', 'the disk quota is used up'],
      ['EACCES', 'workspace_denied', 'permission denied'],
      ['EPERM', 'workspace_denied', 'the operation is not permitted'],
      ['EROFS', 'workspace_read_only', 'its file system is read-only'],
      ['EIO', 'restore_failed', 'EIO: thrown'],
    ])(
      'Given %s, Then the error says where, how far it got and how to go on; going on and going back are exact',
      (code, expected, why) => {
        using at = makePlace();
        layOut(at.workspace, before);
        const stopped = (): unknown =>
          restore(at.workspace, before, after, { fault: failAt(code, 'before-put', 2) });
        expect(stopped).toThrow(
          expect.objectContaining({
            name: 'WorkspaceError',
            code: expected,
            message: `"b" could not be restored: ${why}`,
            hint: '1 of 3 paths are as wanted, the others are still to do. Nothing is lost.',
            nextSteps: ['agents plan rollback --continue', 'agents plan rollback --abort'],
          }),
        );
        expect(readTree(at.workspace)).toEqual(exact({ ...before, a: { file: '2' } }));
        restore(at.workspace, before, after);
        expect(readTree(at.workspace)).toEqual(exact(after));
        restore(at.workspace, after, before);
        expect(readTree(at.workspace)).toEqual(exact(before));
      },
    );

    it('Given missing content, Then the error is the store’s, with the path', () => {
      using at = makePlace();
      layOut(at.workspace, before);
      const stopped = () =>
        restorePaths(storeOf(), {
          workspace: at.workspace,
          operation: 'x',
          actions: actionsBetween(before, after),
        });
      expect(stopped).toThrow(
        expect.objectContaining({
          name: 'StorageError',
          code: 'blob_missing',
          message: expect.stringContaining('"a"'),
        }),
      );
      expect(readTree(at.workspace)).toEqual(exact(before));
    });

    it('Given an error of the workspace, Then it stays one', () => {
      using at = makePlace();
      layOut(at.workspace, before);
      const fault = () => {
        throw new WorkspaceError('gone', 'It is gone');
      };
      expect(() => restore(at.workspace, before, after, { fault })).toThrow(
        expect.objectContaining({
          name: 'WorkspaceError',
          code: 'gone',
          message: 'The workspace could not be restored: It is gone',
        }),
      );
    });

    it('Given something thrown that is no error, Then it is said', () => {
      using at = makePlace();
      const fault = () => {
        // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error
        throw 'odd';
      };
      expect(() => restore(at.workspace, {}, {}, { fault })).toThrow('odd');
    });

    it('Given folders that can not be closed either, Then the first error is told and the other comes with it', () => {
      using at = makePlace();
      const tree = (file: string): Tree => ({ d: { folder: 0o555 }, 'd/f': { file } });
      layOut(at.workspace, tree('1'));
      const fault = (point: string) => {
        if (point === 'before-put' || point === 'before-close')
          throw Object.assign(new Error(point), { code: 'EROFS' });
      };
      expect(() => restore(at.workspace, tree('1'), tree('2'), { fault })).toThrow(
        expect.objectContaining({
          message: expect.stringContaining('"d/f"'),
          cause: expect.any(AggregateError),
        }),
      );
    });

    it('Given that it is asked to stop, Then it stops between two paths', () => {
      using at = makePlace();
      layOut(at.workspace, before);
      const controller = new AbortController();
      const fault = (point: string) => {
        if (point === 'after-put') controller.abort();
      };
      expect(() => restore(at.workspace, before, after, { fault, signal: controller.signal })).toThrow(
        expect.objectContaining({ code: 'restore_stopped', hint: expect.stringContaining('1 of 3') }),
      );
      expect(readTree(at.workspace)).toEqual(exact({ ...before, a: { file: '2' } }));
    });
  });

  it.each(WAYS)('Given a disk that refuses a folder, %s, Then it is no missing folder', (_way, options) => {
    using at = makePlace();
    const long = 'x'.repeat(300);
    const actions: RestoreAction[] = [{ path: `${long}/f`, from: null, to: stateOf({ file: '1' }) }];
    expect(() =>
      restorePaths(storeOf(), { workspace: at.workspace, operation: 'x', actions }, options),
    ).toThrow(/ENAMETOOLONG/);
  });

  it('removes what a killed process left staged, and nothing else of that kind', () => {
    using at = makePlace();
    const tree: Tree = { d: { folder: 0o555 }, 'd/f': { file: '1' } };
    layOut(at.workspace, {
      ...tree,
      'd/.agents-staged-op1-0': { file: 'half' },
      'd/.agents-staged-op2-0': { file: 'other' },
    });
    restore(at.workspace, tree, { ...tree, 'd/f': { file: '2' } });
    expect(readTree(at.workspace)).toEqual(
      exact({ ...tree, 'd/f': { file: '2' }, 'd/.agents-staged-op2-0': { file: 'other' } }),
    );
  });

  it('handles a folder gone with all that was to go', () => {
    using at = makePlace();
    const before = withFolders({ 'd/e/f': { file: '1' } });
    expect(restore(at.workspace, before, {})).toEqual({ done: ['d', 'd/e', 'd/e/f'], left: [] });
    mkdirSync(join(at.workspace, 'x'));
    chmodSync(join(at.workspace, 'x'), 0o755);
  });
});
