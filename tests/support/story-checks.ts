import { expect } from 'vitest';
import { applyEvent } from '../../src/domain/apply-event.ts';
import type { Checkpoint } from '../../src/domain/checkpoint.ts';
import { isSameState, type FileState } from '../../src/domain/file-state.ts';
import { canonicalJson } from '../../src/domain/json.ts';
import type { PlanEvent } from '../../src/domain/plan-event.ts';
import { SECTIONS, type TreeState } from '../../src/domain/plan-state.ts';
import { isWithin, type RawPath } from '../../src/domain/raw-path.ts';
import type { RollbackChoices, RollbackResult } from '../../src/ports/rollback-control.ts';
import type { WorkspaceFiles } from '../../src/ports/workspace-files.ts';
import { isInGit, type Sights } from './story-folder.ts';
import type { Branch, Kept } from './story-plans.ts';

export interface GoneBack {
  readonly branch: Branch;
  readonly kept: Kept;
  readonly choices: RollbackChoices;
  readonly before: Sights;
  readonly after: Sights;
  readonly result: RollbackResult;
  /** Nothing but folders that can be made again. */
  readonly leavesOutLittle: boolean;
}

export function changedPaths(before: Sights, after: Sights): readonly RawPath[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => !isSameState(stateIn(before, path), stateIn(after, path))).sort();
}

/** Nothing has moved: also not an inode or a time. */
export function expectSame(before: Sights, after: Sights, what: string): void {
  expect(Object.fromEntries(after), what).toEqual(Object.fromEntries(before));
}

/** What a checkpoint holds is what was there, but for what it says it left out. `isLaidOut`: nothing was left out there. */
export async function expectCapturedAs(
  files: WorkspaceFiles,
  { tree_hash: tree }: Checkpoint,
  sights: Sights,
  { isLaidOut = false } = {},
): Promise<void> {
  expect(tree).not.toBeNull();
  const listed = new Map((await files.list(tree as string)).map(({ path, state }) => [path, state]));
  const excluded = excludedIn(listed);
  for (const path of excluded) {
    const state = listed.get(path);
    if (state?.type !== 'excluded') continue;
    expect(['rule', 'file_limit']).toContain(state.reason);
    if (!isLaidOut) expect(sights.has(path), `${path} is left out and isn't there`).toBe(true);
  }
  const captured = new Map([...listed].filter(([, { type }]) => type !== 'excluded'));
  const there = new Map(
    [...sights].flatMap(([path, { state }]) => (isBelow(path, excluded) ? [] : [[path, state] as const])),
  );
  expect(sorted(captured), 'what a checkpoint holds').toEqual(sorted(there));
}

/** Every path is as it was at the checkpoint, or the result says why not; and nothing else was touched. */
export async function expectRolledBack(files: WorkspaceFiles, story: GoneBack): Promise<void> {
  const { branch, before, after, result, kept, choices } = story;
  const { preRollback } = result;
  if (choices.scope === 'plan_only') {
    expectSame(before, after, 'files that were not asked for');
    return;
  }
  expect(result.left).toEqual([]);
  const now = await exclusionsOf(files, preRollback);
  const then = await exclusionsOf(files, kept.checkpoint);
  const unknown = (path: RawPath): boolean => isBelow(path, now) || isBelow(path, then);
  const touched = touchedByPlan(story);
  const unseen = branch.doings.flatMap(({ seq, leftOut }) => (seq > kept.checkpoint.seq ? [...leftOut] : []));
  const wrong = changedPaths(kept.sights, after).filter(
    (path) =>
      !unknown(path) &&
      !isSettled(story, path) &&
      isAsked(story, touched, path) &&
      (choices.scope === 'workspace' || !isBelow(path, unseen)),
  );
  expect(wrong, 'paths that are not as they were').toEqual([]);
  expectOnlyAnnounced(story);
  expectForeignKept(story, touched);
  expectOwnTaken(story, touched);
  expectUntouched(story);
}

function expectOnlyAnnounced({ before, after, result: { actions } }: GoneBack): void {
  const isAnnounced = (path: RawPath): boolean =>
    actions.some(
      (action) =>
        action.path === path ||
        (action.aside !== undefined && (isWithin(path, action.path) || isWithin(path, action.aside))),
    );
  const unannounced = changedPaths(before, after).filter((path) => !isAnnounced(path));
  expect(unannounced, 'paths that were changed and not announced').toEqual([]);
}

/** What somebody else made of a path stays, unless a person gave it up. */
function expectForeignKept(story: GoneBack, touched: ReadonlyMap<RawPath, FileState | null>): void {
  const { before, after, choices, result } = story;
  if (choices.onConflict !== 'keep' || [...(choices.choices ?? [])].some(([, one]) => one !== 'keep')) return;
  const lost = changedPaths(before, after).filter((path) => {
    const mine = stateIn(before, path);
    if (mine === null) return false;
    return !touched.has(path) || !isSameState(touched.get(path) ?? null, mine);
  });
  // A file that is already as it was needs no leave; one that goes back is the plan's.
  expect(lost, 'paths of somebody else').toEqual([]);
  expect(result.conflicts.every(({ resolution }) => resolution === 'keep')).toBe(true);
}

/** A file that stands as the plan left it is nobody else's. */
function expectOwnTaken(story: GoneBack, touched: ReadonlyMap<RawPath, FileState | null>): void {
  if (!story.leavesOutLittle) return;
  const wrong = story.result.conflicts.filter(({ path, mine, theirs }) => {
    const isLeaf = [mine?.type, theirs?.type].every((type) => type === 'file' || type === 'symlink');
    return isLeaf && touched.has(path) && isSameState(touched.get(path) ?? null, mine);
  });
  expect(wrong, "conflicts over the plan's own").toEqual([]);
}

/** What needn't change keeps inode and time. */
function expectUntouched({ before, after, result }: GoneBack): void {
  const acted = new Set(result.actions.map(({ path }) => path));
  const moved = [...before].filter(([path, was]) => {
    const is = after.get(path);
    if (is === undefined || acted.has(path) || !isSameState(was.state, is.state)) return false;
    return is.inode !== was.inode || (was.state.type !== 'directory' && is.mtimeNs !== was.mtimeNs);
  });
  expect(
    moved.map(([path]) => path),
    'paths that were touched for nothing',
  ).toEqual([]);
}

/** The result says what became of it. */
function isSettled({ result }: GoneBack, path: RawPath): boolean {
  const { excluded, conflicts, actions } = result;
  return (
    excluded.some((left) => isWithin(path, left.path)) ||
    conflicts.some((kept) => kept.resolution === 'keep' && isWithin(path, kept.path)) ||
    conflicts.some(({ savedAs }) => savedAs !== undefined && isWithin(path, savedAs)) ||
    actions.some(({ aside }) => aside !== undefined && isWithin(path, aside))
  );
}

function isAsked(
  { choices, after, kept }: GoneBack,
  touched: ReadonlyMap<RawPath, unknown>,
  path: RawPath,
): boolean {
  const git = gitOver(path);
  if (choices.paths.length > 0 && !choices.paths.some((wanted) => isWithin(path, wanted))) {
    // Half a repository is of no use; one that is there stays as it is.
    if (git === null || after.has(git) || !choices.paths.some((wanted) => isWithin(wanted, git)))
      return false;
  }
  if (choices.scope === 'workspace') return true;
  // A repository is laid out whole, and only where the plan took it away.
  if (git !== null && kept.sights.has(git) && !after.has(git)) return touched.get(git) === null;
  return touched.has(path);
}

function gitOver(path: RawPath): RawPath | null {
  if (!isInGit(path)) return null;
  const names = path.split('/');
  return names.slice(0, names.indexOf('.git') + 1).join('/');
}

/** What this plan did since the checkpoint, as it was seen: path, and what it left there. */
function touchedByPlan({ branch, kept, before }: GoneBack): ReadonlyMap<RawPath, FileState | null> {
  const touched = new Map<RawPath, FileState | null>();
  for (const doing of branch.doings) {
    if (doing.seq <= kept.checkpoint.seq) continue;
    const after = doing.after ?? before;
    for (const path of changedPaths(doing.before, after)) touched.set(path, stateIn(after, path));
  }
  return touched;
}

async function exclusionsOf(
  files: WorkspaceFiles,
  checkpoint: Checkpoint | null,
): Promise<readonly RawPath[]> {
  const tree = checkpoint?.tree_hash ?? null;
  if (tree === null) return [];
  return excludedIn(new Map((await files.list(tree)).map(({ path, state }) => [path, state])));
}

function excludedIn(listed: ReadonlyMap<RawPath, FileState>): readonly RawPath[] {
  return [...listed].flatMap(([path, { type }]) => (type === 'excluded' ? [path] : []));
}

function isBelow(path: RawPath, folders: readonly RawPath[]): boolean {
  return folders.some((folder) => isWithin(path, folder));
}

function stateIn(sights: Sights, path: RawPath): FileState | null {
  return sights.get(path)?.state ?? null;
}

function sorted(states: ReadonlyMap<RawPath, FileState>): readonly (readonly [RawPath, FileState])[] {
  return [...states].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The state that a journal gives from its beginning on. */
export function foldFrom(first: TreeState, events: readonly PlanEvent[]): TreeState {
  return events.reduce((tree, event) => applyEvent(tree, event).state, first);
}

/** All parts of all plans that have any, to compare. `forked`: ids of plans are others; the root is queued in both. */
export function plainState(
  { plans, rootId }: TreeState,
  { isRolledBack = false, forked = false } = {},
): unknown {
  // A plan that was taken back has no parts, and a fork has no such plan.
  const living = [...plans.values()].filter(({ parts }) => parts.plan.size > 0);
  const ids = new Map(living.map(({ planId }, index) => [planId, `plan ${index}`]));
  const all = [...plans.values()].flatMap(({ planId, parts }) => {
    const rows = SECTIONS.flatMap((section) =>
      [...parts[section]].map(([key, { ord, value }]) => {
        const isQueued = (isRolledBack || forked) && planId === rootId && key === 'state';
        const shown = section === 'plan' && isQueued ? { ord: 0, value: 'queued' } : { ord, value };
        return `${section} ${key} ${canonicalJson(shown)}`;
      }),
    );
    return rows.length === 0 ? [] : [[planId, rows.sort()] as const];
  });
  const text = JSON.stringify(all.sort(([a], [b]) => (a < b ? -1 : 1)));
  return forked ? [...ids].reduce((said, [id, name]) => said.replaceAll(id, name), text) : text;
}
