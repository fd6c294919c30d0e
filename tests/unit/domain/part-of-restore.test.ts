import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameState, type FileState } from '../../../src/domain/file-state.ts';
import {
  partOfRestore,
  withoutPaths,
  withPaths,
  type WholeRestore,
} from '../../../src/domain/part-of-restore.ts';
import { planRestore, type RestoreAction, type RestorePlan } from '../../../src/domain/plan-restore.ts';
import type { RawPath } from '../../../src/domain/raw-path.ts';
import { file, folder, stories } from '../../support/restore-model.ts';

const [old, fresh] = [file('old'), file('fresh')];
const opened: FileState = { type: 'directory', mode: 0o700 };

const action = (path: RawPath, from: FileState | null, to: FileState | null): RestoreAction => ({
  path,
  from,
  to,
});

const wholeOf = (actions: readonly RestoreAction[], parts: Partial<WholeRestore> = {}): WholeRestore => ({
  actions,
  conflicts: [],
  damaged: [],
  ...parts,
});

const NOTHING: ReadonlySet<RawPath> = new Set();

describe('a restore without some of its paths', () => {
  const goes = wholeOf([action('d', folder, null), action('d/a', fresh, null), action('e', fresh, old)]);
  const comes = wholeOf([action('d', null, folder), action('d/a', null, old), action('d/b', null, old)]);
  const opens = wholeOf([action('d', folder, opened), action('d/a', fresh, old)]);
  const swaps = wholeOf([action('d', fresh, folder), action('d/a', null, old)]);
  const repository = wholeOf([action('.git', null, folder), action('.git/HEAD', null, old)]);

  it.each<[string, WholeRestore, readonly RawPath[], readonly RawPath[], readonly RawPath[]]>([
    ['nothing', goes, [], [], ['d', 'd/a', 'e']],
    ['a file of a folder that goes', goes, ['d/a'], ['d', 'd/a'], ['e']],
    ['a folder that goes', goes, ['d'], ['d', 'd/a'], ['e']],
    ['all', goes, ['d', 'e'], ['d', 'd/a', 'e'], []],
    ['a file of a folder that comes', comes, ['d/a'], ['d/a'], ['d/b']],
    ['all of a folder that comes', comes, ['d/a', 'd/b'], ['d', 'd/a', 'd/b'], []],
    ['a folder that comes', comes, ['d'], ['d', 'd/a', 'd/b'], []],
    ['a file of a folder whose mode changes', opens, ['d/a'], ['d', 'd/a'], []],
    ['a file of a folder that a file stands for', swaps, ['d/a'], ['d', 'd/a'], []],
    ['a file of a repository', repository, ['.git/HEAD'], ['.git', '.git/HEAD'], []],
  ])('Given %s is left out, then what depends on it stays too', (_what, whole, out, left, paths) => {
    const part = partOfRestore(whole, withoutPaths(whole, NOTHING, out));
    expect([...part.left].sort()).toEqual(left);
    expect(part.paths).toEqual(paths);
  });

  it('Given a path is taken in again, then so is the folder that it needs', () => {
    const out = withPaths(comes, withoutPaths(comes, NOTHING, ['d']), ['d/b']);
    expect(partOfRestore(comes, out)).toEqual({ left: new Set(['d/a']), paths: ['d/b'] });
  });

  it('Given a folder is taken in again, then so is all that is in it', () => {
    const out = withPaths(goes, withoutPaths(goes, NOTHING, ['d/a']), ['d']);
    expect(partOfRestore(goes, out).left).toEqual(NOTHING);
  });

  it('Given what was saved beside a path is left out, then so is the path; conflicts and damage are asked for', () => {
    const conflict = { path: 'e', resolution: 'both', mine: fresh, theirs: old, savedAs: 'e.mine' } as const;
    const kept = { path: 'k', resolution: 'keep', mine: fresh, theirs: old } as const;
    const whole = wholeOf([action('a', fresh, old), action('e.mine', null, fresh), action('e', fresh, old)], {
      conflicts: [conflict, kept],
      damaged: ['lost'],
    });
    const part = partOfRestore(whole, withoutPaths(whole, NOTHING, ['e.mine']));
    expect(part).toEqual({ left: new Set(['e', 'e.mine']), paths: ['a', 'k', 'lost'] });
  });

  it('Given any story, then asking for the rest does exactly the rest', () => {
    const arbitrary = fc.tuple(
      stories(false),
      fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 5 }),
    );
    const check = ([{ question }, moves]: Parameters<Parameters<typeof arbitrary.map>[0]>[0]): void => {
      const asked = { ...question, scope: 'plan', paths: [], onConflict: 'keep' } as const;
      const whole = { ...planRestore(asked), damaged: [] };
      let out = NOTHING;
      for (const [isOut, at] of moves) {
        const path = changesOf(whole)[at % whole.actions.length]?.path ?? 'none';
        out = (isOut ? withoutPaths : withPaths)(whole, out, [path]);
      }
      const { left, paths } = partOfRestore({ ...whole, actions: changesOf(whole) }, out);
      const rest = changesOf(whole).filter(({ path }) => !left.has(path));
      if (rest.length > 0) expect(sorted(changesOf(planRestore({ ...asked, paths })))).toEqual(sorted(rest));
      expect(paths.length > 0 || rest.length === 0).toBe(true);
    };
    fc.assert(fc.property(arbitrary, check), { numRuns: 1500, seed: 6 });
  });
});

const changesOf = ({ actions }: Pick<RestorePlan, 'actions'>): readonly RestoreAction[] =>
  actions.filter(({ from, to }) => !isSameState(from, to));

const sorted = (actions: readonly RestoreAction[]): readonly RestoreAction[] =>
  [...actions].sort((a, b) => (a.path < b.path ? -1 : 1));
