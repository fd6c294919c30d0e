import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { App, AppOptions } from '../../src/app/compose.ts';
import type { PlanId } from '../../src/domain/ids.ts';
import type { RollbackChoices, RollbackResult } from '../../src/ports/rollback-control.ts';
import { seeFolder, type SeenPath, type WorkspaceBench } from './workspace-bench.ts';

export type Seen = ReadonlyMap<string, SeenPath>;

/** A folder, what a plan does to it, and what people do to it afterwards: each a text for a shell in the workspace. */
export interface NastyState {
  readonly before: string;
  readonly plan: readonly string[];
  readonly after?: string;
  readonly set?: AppOptions['set'];
  readonly choices?: Partial<RollbackChoices>;
  /** The folder as the rollback has to leave it; default: exactly as it was before the plan. */
  readonly back?: (before: Seen, damaged: Seen) => Seen;
  /** The folder as the undo has to leave it; default: exactly as it was before the rollback. */
  readonly undone?: (damaged: Seen, back: Seen) => Seen;
}

/** How the folder went, and what was said of it. */
export interface NastyStory {
  readonly bench: WorkspaceBench;
  readonly app: App;
  readonly planId: string;
  readonly before: Seen;
  readonly damaged: Seen;
  readonly back: Seen;
  readonly result: RollbackResult;
}

/**
 * Prepares the folder, runs the plan, rolls it back to its first checkpoint, undoes that and undoes the undo. Each time the
 * whole folder is compared, what needn't change keeps inode and mtime, and nothing beside the folder changes.
 */
export async function goBackAndForth(bench: WorkspaceBench, state: NastyState): Promise<NastyStory> {
  const { back = (before) => before, undone = (damaged) => damaged } = state;
  makeNeighbour(bench);
  inWorkspace(bench, state.before);
  const before = seeFolder(bench.workspace);
  const app = bench.open(state.set);
  const { plan, error } = await bench.run(app, state.plan);
  expect(error).toBeNull();
  if (state.after) inWorkspace(bench, state.after);
  const damaged = seeFolder(bench.workspace);
  const neighbour = seeNeighbour(bench);

  let from = stampsOf(bench);
  const result = await bench.rollBack(app, plan.plan_id, 1, state.choices);
  const wanted = back(before, damaged);
  expect(readable(wanted), 'the plan has to do some harm').not.toEqual(readable(damaged));
  expectFolder(bench, wanted, from);
  const wantedUndone = undone(damaged, wanted);
  for (const next of [wantedUndone, back(before, wantedUndone)]) {
    from = stampsOf(bench);
    await bench.undo(app, plan.plan_id);
    expectFolder(bench, next, from);
  }
  expect(seeNeighbour(bench)).toEqual(neighbour);
  expect(readdirSync(bench.root).toSorted()).toEqual(['.gitconfig', 'beside', 'home', 'p.plan.yaml', 'work']);
  return { bench, app, planId: plan.plan_id, before, damaged, back: wanted, result };
}

/** Stores a plan with these steps, written as in a document; it isn't run yet. */
export async function createPlan(
  bench: WorkspaceBench,
  app: App,
  steps: string,
  name = 'p',
): Promise<PlanId> {
  const file = join(bench.root, `${name}.plan.yaml`);
  writeFileSync(file, `name: ${name}\nsteps:\n${steps}\n`);
  return (await app.createPlan({ file, workspace: bench.workspace, inputs: {}, sandbox: false })).plan_id;
}

/** A shell of a person in the workspace: bash, which ends at the first fault. */
export function inWorkspace(bench: WorkspaceBench, text: string, folder = bench.workspace): string {
  const env = { PATH: process.env['PATH'], HOME: bench.root, GIT_OPTIONAL_LOCKS: '0' };
  return execFileSync('bash', ['-euc', text], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString('latin1');
}

/** The first with the paths of the second that a test names: what a rollback leaves alone. */
export function withPaths(base: Seen, other: Seen, isTaken: (path: string) => boolean): Seen {
  const rest = [...base].filter(([path]) => !isTaken(path));
  const taken = [...other].filter(([path]) => isTaken(path));
  return new Map([...rest, ...taken]);
}

/** True for a path and for all below it. */
export const below =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** A folder beside the workspace, which nothing of a rollback may ever touch, and the settings of a person's git. */
export function makeNeighbour(bench: WorkspaceBench): void {
  writeFileSync(
    join(bench.root, '.gitconfig'),
    [
      '[user]\n name = A Person\n email = person@example.org',
      '[init]\n defaultBranch = main\n[core]\n autocrlf = true\n attributesFile = ~/beside/attributes',
      '[filter "shout"]\n clean = tr a-z A-Z\n smudge = tr A-Z a-z\n',
      '[protocol "file"]\n allow = always\n',
    ].join('\n'),
  );
  mkdirSync(join(bench.root, 'beside', 'folder'), { recursive: true });
  for (const name of ['attributes', 'file', 'folder/file']) {
    writeFileSync(
      join(bench.root, 'beside', name),
      name === 'attributes' ? '*.loud filter=shout\n' : 'sentinel',
    );
  }
}

/** With all that a write would leave on it; a name of it in the workspace that goes changes its ctime. */
function seeNeighbour({ root }: WorkspaceBench): unknown {
  const folder = join(root, 'beside');
  const stamps = ['', ...seeFolder(folder).keys()].map((path) => {
    const { ino, mtimeNs } = lstatSync(join(folder, path), { bigint: true });
    return { path, ino, mtimeNs };
  });
  return { files: seeFolder(folder), stamps };
}

interface Stamped {
  readonly seen: Seen;
  readonly stamps: ReadonlyMap<string, string>;
}

/** The folder, with the inode of everything and the mtime of everything but folders: theirs changes with what is in them. */
function stampsOf({ workspace }: WorkspaceBench): Stamped {
  const seen = seeFolder(workspace);
  const stamps = new Map(
    [...seen].map(([path, { type }]) => {
      const full = Buffer.concat([Buffer.from(`${workspace}/`), Buffer.from(path, 'latin1')]);
      const { ino, mtimeNs } = lstatSync(full, { bigint: true });
      return [path, type === 'directory' ? String(ino) : `${ino} ${mtimeNs}`];
    }),
  );
  return { seen, stamps };
}

function expectFolder(bench: WorkspaceBench, wanted: Seen, from: Stamped): void {
  const now = stampsOf(bench);
  expect(readable(now.seen)).toEqual(readable(wanted));
  const same = [...wanted]
    .filter(([path, state]) => isSame(from.seen.get(path), state))
    .map(([path]) => path);
  const moved = same.filter((path) => now.stamps.get(path) !== from.stamps.get(path));
  expect(moved, 'needn’t change, and has another inode or mtime').toEqual([]);
}

/** Short enough to be read where two differ. */
function readable(seen: Seen): unknown {
  return [...seen]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { type, mode, content }]) => ({
      path,
      type,
      mode,
      content: content.length < 400 ? Buffer.from(content, 'hex').toString('latin1') : content,
    }));
}

function isSame(a: SeenPath | undefined, b: SeenPath): boolean {
  return a?.type === b.type && a.mode === b.mode && a.content === b.content;
}
