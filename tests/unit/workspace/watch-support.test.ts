import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { DirtyPaths } from '../../../src/workspace/dirty-paths.ts';
import { mountsIn } from '../../../src/workspace/watch/mounts.ts';
import {
  localFileSystem,
  queuedEvents,
  unwatchable,
  watchLimit,
} from '../../../src/workspace/watch/watch-support.ts';
import { CAN_WATCH } from '../../support/watched-workspace.ts';

describe('what can be watched', () => {
  it('is a folder of a local file system under Linux', () => {
    expect(unwatchable(tmpdir(), 'darwin')).toBe('folders are watched under Linux only, and this is darwin');
  });

  it.runIf(CAN_WATCH)('is none that the system makes up', () => {
    expect(localFileSystem('/proc')).toBeNull();
    expect(unwatchable('/proc', 'linux')).toBe('/proc is not on a local file system that is known');
    expect(mountsIn('/')).toContain(' /proc ');
    expect(mountsIn('/no such\nfolder')).toBe('');
  });

  it('has its limits', () => {
    expect(queuedEvents()).toBeGreaterThan(0);
    expect(queuedEvents()).toBeLessThanOrEqual(16_384);
    expect(watchLimit('max_user_watches') === null).toBe(!CAN_WATCH);
    expect(watchLimit('no such limit' as 'max_user_watches')).toBeNull();
  });
});

describe('dirty paths', () => {
  it('hold what is below them, and know what was added below a path', () => {
    const dirty = new DirtyPaths();
    for (const path of ['a/b', 'a/b/c', 'd/e', 'd']) dirty.add(path);
    expect([...dirty.names()]).toEqual(['a', 'd']);
    expect(['a/b', 'a/b/x/y', 'd', 'd/x'].map((path) => dirty.has(path))).toEqual([true, true, true, true]);
    expect(['a', 'a/c', 'x', 'x/y'].map((path) => dirty.has(path))).toEqual([false, false, false, false]);
    expect(['a', 'd', 'a/b', 'x'].map((path) => dirty.hasBelow(path))).toEqual([true, false, false, false]);
    expect(dirty.size).toBe(2);
    expect(dirty.at('d')).toBe('all');
  });
});
