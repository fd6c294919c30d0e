import type * as Fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RestorePoint } from '../../../src/workspace/restore-changes.ts';
import { restorePaths } from '../../../src/workspace/restore-paths.ts';
import {
  actionsBetween,
  exact,
  layOut,
  makePlace,
  readTree,
  storeOf,
  type Tree,
} from '../../support/restore-folder.ts';

// What no test can time by itself: another hand between two calls to the file system, and file systems without hard links.
const hands = vi.hoisted(() => ({
  link: null as string | null,
  beforeOpen: null as (() => void) | null,
  afterRead: null as (() => void) | null,
}));
vi.mock('node:fs', async (original) => {
  const fs: typeof Fs = await original();
  const once = (which: 'beforeOpen' | 'afterRead') => {
    const act = hands[which];
    hands[which] = null;
    act?.();
  };
  return {
    ...fs,
    linkSync: (...parameters: Parameters<typeof fs.linkSync>) => {
      if (hands.link !== null) throw Object.assign(new Error(hands.link), { code: hands.link });
      fs.linkSync(...parameters);
    },
    openSync: (path: Fs.PathLike, flags: number, mode?: number) => {
      if ((flags & (fs.constants.O_NONBLOCK | fs.constants.O_CREAT)) === fs.constants.O_NONBLOCK)
        once('beforeOpen');
      return fs.openSync(path, flags, mode);
    },
    readSync: (descriptor: number, buffer: Buffer) => {
      const read = fs.readSync(descriptor, buffer);
      once('afterRead');
      return read;
    },
  };
});
const fs = await vi.importActual<typeof Fs>('node:fs');

afterEach(() => Object.assign(hands, { link: null, beforeOpen: null, afterRead: null }));

const before: Tree = { a: { file: 'new' } };
const after: Tree = { a: { file: 'old' } };
const run = (workspace: string, from: Tree, to: Tree, fault?: (point: RestorePoint) => void) =>
  restorePaths(
    storeOf(from, to),
    { workspace, operation: 'op', actions: actionsBetween(from, to) },
    fault === undefined ? {} : { fault },
  );

describe('restorePaths', () => {
  it('Given a file system without hard links, Then a new file takes its place by a rename', () => {
    using at = makePlace();
    hands.link = 'EPERM';
    expect(run(at.workspace, {}, after).left).toEqual([]);
    expect(readTree(at.workspace)).toEqual(exact(after));
  });

  it('Given another failure of a link, Then it stops, and nothing staged stays', () => {
    using at = makePlace();
    hands.link = 'EIO';
    expect(() => run(at.workspace, {}, after)).toThrow(/"a" could not be restored: EIO/);
    expect(readTree(at.workspace)).toEqual({});
  });

  const replaced = (file: string, make: (path: string) => void) => () => {
    fs.renameSync(file, `${file}-moved`);
    make(file);
  };
  it.each([
    ['is replaced by another', (path: string) => fs.writeFileSync(path, 'odd'), { file: 'odd', mode: 0o644 }],
    ['is replaced by a link', (path: string) => fs.symlinkSync('x', path), { link: 'x' }],
    ['goes', () => undefined, undefined],
  ] as const)(
    'Given a file that %s between the look and the reading, Then it is left',
    (_what, make, expected) => {
      using at = makePlace();
      layOut(at.workspace, before);
      hands.beforeOpen = replaced(join(at.workspace, 'a'), make);
      expect(run(at.workspace, before, after).left).toEqual([
        { path: 'a', reason: 'it was changed meanwhile' },
      ]);
      expect(readTree(at.workspace)['a']).toEqual(expected);
    },
  );

  it('Given a file that is written while it is read, Then it is left', () => {
    using at = makePlace();
    layOut(at.workspace, before);
    hands.afterRead = () => fs.appendFileSync(join(at.workspace, 'a'), 'more');
    expect(run(at.workspace, before, after).left).toHaveLength(1);
    expect(readTree(at.workspace)).toEqual(exact({ a: { file: 'newmore' } }));
  });

  it('Given a file that can not be read, Then it stops there', () => {
    using at = makePlace();
    layOut(at.workspace, before);
    hands.beforeOpen = () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    };
    expect(() => run(at.workspace, before, after)).toThrow(/"a" could not be restored: permission denied/);
  });

  it('Given a file replaced right before its mode changes, Then the new one keeps its mode', () => {
    using at = makePlace();
    layOut(at.workspace, before);
    const swap = replaced(join(at.workspace, 'a'), (path) => fs.writeFileSync(path, 'mine'));
    const wanted: Tree = { a: { file: 'new', mode: 0o700 } };
    const report = run(at.workspace, before, wanted, (point) => point === 'before-mode' && swap());
    expect(report.left).toEqual([{ path: 'a', reason: 'it was changed meanwhile' }]);
    expect(readTree(at.workspace)['a']).toEqual({ file: 'mine', mode: 0o644 });
  });
});
