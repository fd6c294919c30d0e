import * as fc from 'fast-check';
import { isSameState, type FileChange, type FileState } from '../../src/domain/file-state.ts';
import type { PathHistory, RestoreAction, RestoreQuestion } from '../../src/domain/plan-restore.ts';
import { folderOf, isWithin, joinPath, type RawPath } from '../../src/domain/raw-path.ts';

/** A workspace as a map; what is in an excluded folder isn't known, so it isn't there. */
export type Model = ReadonlyMap<RawPath, FileState>;

export const file = (content: string, mode = 0o644): FileState => ({
  type: 'file',
  mode,
  size: content.length,
  hash: content,
});
export const folder: FileState = { type: 'directory', mode: 0o755 };
export const link = (target: string): FileState => ({ type: 'symlink', target });
export const fifo: FileState = { type: 'special', mode: 0o644, kind: 'fifo' };
export const excluded: FileState = { type: 'excluded', reason: 'rule', was: 'directory' };

export const modelOf = (record: Readonly<Record<RawPath, FileState>>): Model =>
  new Map(Object.entries(record));

/** What leads from one to the other, as two trees are compared: folders first, not below what one side has excluded. */
export function differencesOf(mine: Model, theirs: Model): FileChange[] {
  const paths = [...new Set([...mine.keys(), ...theirs.keys()])].sort();
  const unknown = paths.filter((path) =>
    [mine.get(path), theirs.get(path)].some((state) => state?.type === 'excluded'),
  );
  return paths.flatMap((path) => {
    const [before, after] = [mine.get(path) ?? null, theirs.get(path) ?? null];
    const isBelow = unknown.some((over) => over !== path && isWithin(path, over));
    return isBelow || isSameState(before, after) ? [] : [{ path, before, after }];
  });
}

/** What a plan that turned the one into the other knows. */
export function historyOf(checkpoint: Model, left: Model): Map<RawPath, PathHistory> {
  const changes = differencesOf(checkpoint, left);
  return new Map(changes.map(({ path, before, after }) => [path, { base: after, created: before === null }]));
}

/** Does the actions; throws where a file system would refuse or something would be lost. */
export function applyActions(mine: Model, actions: readonly RestoreAction[]): Model {
  const result = new Map(mine);
  for (const { path, aside } of actions) if (aside !== undefined) moveAll(result, path, aside);
  for (const { path, from, to } of [...actions].sort((a, b) => (a.path < b.path ? 1 : -1))) {
    const leaves = to === null || (from?.type === 'directory' && to.type !== 'directory');
    if (!leaves || !result.has(path)) continue;
    if ([...result.keys()].some((other) => folderOf(other) === path)) throw new Error(`${path} is not empty`);
    result.delete(path);
  }
  for (const { path, to } of [...actions].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (to === null) continue;
    if (folderOf(path) !== '' && result.get(folderOf(path))?.type !== 'directory')
      throw new Error(`${path} has no folder`);
    result.set(path, to);
  }
  return result;
}

function moveAll(model: Map<RawPath, FileState>, from: RawPath, to: RawPath): void {
  if (model.has(to)) throw new Error(`${to} is taken`);
  // Taken down first: what is added below isn't to be met again.
  const before = Array.from(model);
  for (const [path, state] of before) {
    if (!isWithin(path, from)) continue;
    model.delete(path);
    model.set(`${to}${path.slice(from.length)}`, state);
  }
}

const NAMES = ['a', 'b', 'a.mine', '.git'] as const;
const known = [file('1'), file('2'), file('1', 0o600), link('x'), link('y')];

/** Trees of up to three levels with few names, so that they meet. `odd`: also with what can't be restored. */
export function models(odd: boolean): fc.Arbitrary<Model> {
  const leaf = fc.constantFrom(...known, ...(odd ? [fifo, excluded] : []));
  const level = (below: fc.Arbitrary<Model> | null): fc.Arbitrary<Model> => {
    const none = fc.constant<Model>(new Map());
    const modes = fc.constantFrom(0o755, 0o555, 0o700);
    const branch =
      below === null
        ? none
        : fc
            .tuple(modes, below)
            .map(([mode, inside]) => new Map([['', { ...folder, mode } as FileState], ...inside]));
    const entry = fc.oneof(
      { weight: 2, arbitrary: none },
      { weight: 3, arbitrary: leaf.map((state): Model => new Map([['', state]])) },
      { weight: 3, arbitrary: branch },
    );
    return fc.tuple(...NAMES.map(() => entry)).map((entries) => {
      const paths = entries.flatMap((inside, n) =>
        [...inside].map(([path, state]): [RawPath, FileState] => [
          path === '' ? NAMES[n]! : joinPath(NAMES[n]!, path),
          state,
        ]),
      );
      return new Map(paths);
    });
  };
  return level(level(level(null)));
}

/** Some of a tree with some of another: what a plan or a person changed of it. */
export function mixed(base: Model, other: Model, picks: readonly boolean[]): Model {
  const result = new Map(base);
  const tops = [...new Set([...base.keys(), ...other.keys()])].sort();
  tops.forEach((top, n) => {
    if (picks[n % Math.max(picks.length, 1)] !== true) return;
    if (folderOf(top) !== '' && result.get(folderOf(top))?.type !== 'directory') return;
    for (const path of result.keys()) if (isWithin(path, top)) result.delete(path);
    for (const [path, state] of other) if (isWithin(path, top)) result.set(path, state);
  });
  return result;
}

export interface Story {
  readonly mine: Model;
  readonly theirs: Model;
  readonly question: RestoreQuestion;
}

/** A checkpoint, what a plan did after it, what somebody else did then, and what is asked. */
export function stories(odd: boolean): fc.Arbitrary<Story> {
  const picks = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
  const choice = fc.constantFrom('keep', 'take', 'both');
  const paths = fc.subarray(['a', 'b', 'a/a', 'a/b', 'b/a', '.git', 'a/.git'], { maxLength: 2 });
  const choices = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'a/a', 'a/b', 'b/a/b'), choice), {
    maxLength: 3,
  });
  return fc
    .record({
      theirs: models(odd),
      planned: models(odd),
      foreign: models(odd),
      planPicks: picks,
      foreignPicks: picks,
      scope: fc.constantFrom('plan', 'workspace'),
      onConflict: choice,
      paths: fc.oneof(fc.constant<string[]>([]), paths),
      choices,
    })
    .map(({ theirs, planned, foreign, planPicks, foreignPicks, choices, ...asked }) => {
      const left = mixed(theirs, planned, planPicks);
      const mine = mixed(left, foreign, foreignPicks);
      const history = historyOf(theirs, left);
      const question = {
        ...asked,
        differences: differencesOf(mine, theirs),
        history,
        choices: new Map(choices),
        now: mine,
      };
      return { mine, theirs, question };
    });
}
