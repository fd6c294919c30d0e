import { watch as systemWatch } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Watch } from '../../../src/workspace/watch/event-queue.ts';
import { tryWatches } from '../../../src/workspace/watch/try-watches.ts';
import { CapturedWorkspace } from '../../support/captured-workspace.ts';
import { CAN_WATCH } from '../../support/watched-workspace.ts';

describe.runIf(CAN_WATCH)('a folder that is watched to see whether it can be', () => {
  /** @param refuse the error of a folder; null: none */
  function watching(refuse: (name: string, count: number) => string | null): {
    readonly watch: Watch;
    readonly names: readonly string[];
    readonly closed: ReturnType<typeof vi.fn>;
  } {
    const names: string[] = [];
    const closed = vi.fn();
    const watch: Watch = (path, options, listener) => {
      const code = refuse(basename(String(path)), names.length);
      if (code !== null) throw Object.assign(new Error(code), { code });
      names.push(basename(String(path)));
      return systemWatch(path, options, listener).on('close', closed);
    };
    return { watch, names, closed };
  }

  function folders(): CapturedWorkspace {
    const ws = new CapturedWorkspace();
    for (const path of ['a/b/file', 'c/file', 'node_modules/x/file']) ws.write(path);
    return ws;
  }

  it.each([
    ['nothing', () => null, ['a', 'b', 'c', 'work']],
    ['one folder (EACCES)', (name: string) => (name === 'a' ? 'EACCES' : null), ['c', 'work']],
  ])('is watched whole, where the system refuses %s', async (_what, refuse, expected) => {
    using ws = folders();
    const { watch, names, closed } = watching(refuse);
    tryWatches(ws.root, ['node_modules'], watch);
    expect(names.toSorted()).toEqual(expected);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(expected.length));
  });

  it.each([
    ['some folders', 'ENOSPC', 2],
    ['the first', 'EMFILE', 0],
    ['the first, which nobody may read', 'EACCES', 0],
  ])('is given up where watches end after %s (%s)', async (_what, code, most) => {
    using ws = folders();
    const { watch, closed } = watching((_name, count) => (count < most ? null : code));
    expect(() => tryWatches(ws.root, [], watch)).toThrow(code);
    await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(most));
  });

  it('is watched by the system, if nothing else is given', () => {
    using ws = folders();
    expect(() => tryWatches(ws.root, [])).not.toThrow();
  });
});
