import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exchanged, type RestoreAction } from '../../../src/domain/plan-restore.ts';
import { restorePaths } from '../../../src/workspace/restore-paths.ts';
import {
  actionsBetween,
  exact,
  layOut,
  makePlace,
  readTree,
  stateOf,
  storeOf,
  withFolders,
  type Node,
  type Tree,
} from '../../support/restore-folder.ts';
import type { RestoreJob } from '../../support/restore-program.ts';

const PROGRAM = fileURLToPath(new URL('../../support/restore-program.ts', import.meta.url));
const LONG = 'l'.repeat(255);

const many = (name: string, content: string): Tree =>
  Object.fromEntries(
    Array.from({ length: 12 }, (_, n): [string, Node] => [
      `${name}/${String(n)}`,
      { file: `${content}${String(n)}` },
    ]),
  );
const UNTOUCHED: Tree = {
  same: { file: 'same' },
  'deep/same': { file: 's', mode: 0o444 },
  'ro/same': { file: 's' },
};
const CLOSED = { folder: 0o555 };
const BEFORE = withFolders({
  ...UNTOUCHED,
  ...many('changed', 'new'),
  ...many('gone/deep', 'gone'),
  ro: CLOSED,
  'ro/f': { file: 'new', mode: 0o444 },
  'ro/gone': { file: 'x' },
  'closed-gone': CLOSED,
  'closed-gone/f': { file: 'x' },
  [LONG]: { file: 'new' },
  '\xff\n': { file: 'new' },
  'to-folder': { file: 'x' },
  'to-file/a/b': { file: 'x' },
  'to-link': { folder: 0o700 },
  'from-link': { link: '../outside' },
  relinked: { link: '../outside/secret' },
  mode: { file: 'm', mode: 0o600 },
  'moves/kept': { file: 'k' },
});
const AFTER = withFolders({
  ...UNTOUCHED,
  ...many('changed', 'old'),
  ...many('made/deep', 'made'),
  ro: CLOSED,
  'ro/f': { file: 'old', mode: 0o444 },
  'ro/made': { folder: 0o500 },
  'ro/made/f': { file: 'y' },
  [LONG]: { file: 'old', mode: 0o4755 },
  '\xff\n': { file: 'old' },
  'to-folder/a/b': { file: 'y' },
  'to-file': { file: 'y' },
  'to-link': { link: '../outside' },
  'from-link': { folder: 0o711 },
  'from-link/secret': { file: 'inside' },
  relinked: { link: 'same' },
  mode: { file: 'm', mode: 0o7711 },
  moves: { file: 'y' },
  'moves.mine/kept': { file: 'k' },
});
const ro = stateOf(CLOSED);
const ACTIONS: readonly RestoreAction[] = [
  { path: 'ro', from: ro, to: ro },
  ...actionsBetween(BEFORE, AFTER).filter(({ path }) => !path.startsWith('moves')),
  { path: 'moves', from: stateOf({ folder: 0o755 }), to: stateOf({ file: 'y' }), aside: 'moves.mine' },
];
const request = (workspace: string) => ({ workspace, operation: 'kill', actions: ACTIONS });

const seenOf = (workspace: string) =>
  Object.keys(UNTOUCHED).map((path) => {
    const { ino, mtimeNs, ctimeNs } = lstatSync(join(workspace, path), { bigint: true });
    return [path, ino, mtimeNs, ctimeNs];
  });

/** How often each point is reached on the whole way. */
function countPoints(): ReadonlyMap<string, number> {
  using at = makePlace();
  layOut(at.workspace, BEFORE);
  const counts = new Map<string, number>();
  const fault = (point: string) => counts.set(point, (counts.get(point) ?? 0) + 1);
  restorePaths(storeOf(BEFORE, AFTER), request(at.workspace), { fault });
  return counts;
}

/** A restore by a process of its own; `kill` ends it from outside once it has begun. */
async function restoreKilled(
  workspace: string,
  place: string,
  end: readonly string[],
  kill?: () => Promise<void>,
) {
  const job: RestoreJob = { request: request(workspace), trees: [BEFORE, AFTER] };
  const file = join(place, 'job.json');
  writeFileSync(file, JSON.stringify(job));
  const child = spawn(process.execPath, [PROGRAM, file, ...end], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  if (kill !== undefined) {
    await once(child.stdout, 'data');
    await kill();
    child.kill('SIGKILL');
  }
  const [, signal] = (await exit) as [number | null, string | null];
  return signal;
}

/** Whatever a killed process left: one copy goes on, the other goes back. */
function checkBothWays(place: string, workspace: string): void {
  const copy = join(place, 'copy');
  execFileSync('cp', ['-a', workspace, copy]);
  const seen = seenOf(workspace);
  const store = storeOf(BEFORE, AFTER);
  expect(restorePaths(store, request(workspace)).left).toEqual([]);
  expect(readTree(workspace)).toEqual(exact(AFTER));
  expect(seenOf(workspace)).toEqual(seen);
  const back = { ...request(copy), actions: exchanged(ACTIONS) };
  expect(restorePaths(store, back).left).toEqual([]);
  expect(readTree(copy)).toEqual(exact(BEFORE));
  expect(readTree(join(place, 'outside'))).toEqual(exact({ secret: { file: 'outside' } }));
}

const points = [...countPoints()];

describe('a restore that is killed', () => {
  it('has points before and after every kind of step', () => {
    const steps = ['stage', 'put', 'folder', 'unlink', 'rmdir', 'mode', 'move', 'sync', 'close'];
    expect(points.map(([point]) => point).toSorted()).toEqual(
      ['start', ...steps.flatMap((step) => [`before-${step}`, `after-${step}`])].toSorted(),
    );
    expect(ACTIONS.length).toBeGreaterThan(50);
  });

  it.each(points)(
    'Given SIGKILL at %s, When it goes on or back, Then both are exact',
    async (point, count) => {
      for (const nth of new Set([1, Math.ceil(count / 2), count])) {
        using at = makePlace();
        layOut(at.workspace, BEFORE);
        const seen = seenOf(at.workspace);
        expect(await restoreKilled(at.workspace, at.place, [point, String(nth)])).toBe('SIGKILL');
        expect(seenOf(at.workspace)).toEqual(seen);
        checkBothWays(at.place, at.workspace);
      }
    },
  );

  it('Given SIGKILL at any moment, When it goes on or back, Then both are exact', async () => {
    const signals: (string | null)[] = [];
    for (let microseconds = 0; microseconds < 20_000; microseconds += 1_000) {
      using at = makePlace();
      layOut(at.workspace, BEFORE);
      signals.push(await restoreKilled(at.workspace, at.place, [], () => busyFor(microseconds)));
      checkBothWays(at.place, at.workspace);
    }
    expect(signals).toContain('SIGKILL');
  });

  it('Given that it stops, and that going back stops too, Then both are still exact', () => {
    // The points of the way back are those of the way there with the ends exchanged: each is cut short by a thrown error here.
    for (const [point, count] of points) {
      using at = makePlace();
      layOut(at.workspace, BEFORE);
      const store = storeOf(BEFORE, AFTER);
      stopAt(at.workspace, ACTIONS, point, Math.ceil(count / 2));
      stopAt(at.workspace, exchanged(ACTIONS), point, 2);
      expect(restorePaths(store, request(at.workspace)).left).toEqual([]);
      expect(readTree(at.workspace)).toEqual(exact(AFTER));
    }
  });
});

function stopAt(workspace: string, actions: readonly RestoreAction[], point: string, nth: number): void {
  let seen = 0;
  const fault = (reached: string) => {
    if (reached === point && (seen += 1) === nth)
      throw Object.assign(new Error('stopped'), { code: 'ENOSPC' });
  };
  const run = (): unknown =>
    restorePaths(storeOf(BEFORE, AFTER), { workspace, operation: 'kill', actions }, { fault });
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ code: 'workspace_full' });
  }
}

/** Lets some microseconds pass, while the other process works. */
async function busyFor(microseconds: number): Promise<void> {
  const until = performance.now() + microseconds / 1000;
  while (performance.now() < until) await Promise.resolve();
}
