import { gitOver, topmostOver } from './plan-restore-git.ts';
import type { RestoreAction, RestorePlan } from './plan-restore-question.ts';
import { folderOf, type RawPath } from './raw-path.ts';

/** What a restore of all its paths would do, so that some of them can be left out. */
export interface WholeRestore extends Pick<RestorePlan, 'actions' | 'conflicts'> {
  /** Paths that are asked for but can't be had. */
  readonly damaged: readonly RawPath[];
}

/** A restore without some of its paths. */
export interface PartOfRestore {
  /** Paths of the actions that don't happen then. */
  readonly left: ReadonlySet<RawPath>;
  /** What has to be asked for, so that exactly the others happen: `RestoreQuestion.paths`. Empty only if none is left over. */
  readonly paths: readonly RawPath[];
}

/**
 * What happens where some paths are left out. More stays than was left out: a folder can't go while something in it stays,
 * and isn't made only to be empty.
 * @param out made by `withoutPaths` and `withPaths`
 */
export function partOfRestore(whole: WholeRestore, out: ReadonlySet<RawPath>): PartOfRestore {
  const unitOf = unitsOf(whole);
  const left = new Set<RawPath>();
  const below = new Map<RawPath, { stays: boolean; happens: boolean }>();
  // A folder comes after all that is in it.
  const deepestFirst = [...whole.actions].sort((a, b) => b.path.length - a.path.length);
  for (const action of deepestFirst) {
    const { path } = action;
    const within = below.get(path);
    const stays = isNewFolder(action) && within ? !within.happens : out.has(unitOf(path)) || within?.stays;
    if (stays) left.add(path);
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
      const seen = below.get(folder) ?? { stays: false, happens: false };
      below.set(folder, { stays: seen.stays || stays === true, happens: seen.happens || !stays });
    }
  }
  const asked = [...whole.actions, ...whole.conflicts].map(({ path }) => path).concat(whole.damaged);
  // Asking for a folder asks for all that is in it.
  const paths = new Set(
    asked.filter((path) => !left.has(path) && !out.has(unitOf(path)) && below.get(path)?.stays !== true),
  );
  return { left, paths: [...paths] };
}

/** Leaves paths out, each with all that is in it. */
export function withoutPaths(
  whole: WholeRestore,
  out: ReadonlySet<RawPath>,
  paths: readonly RawPath[],
): ReadonlySet<RawPath> {
  const unitOf = unitsOf(whole);
  const units = new Set(paths.map(unitOf));
  return new Set([...out, ...unitsWithin(whole, units, unitOf)]);
}

/** Takes paths in again, each with all that is in it and the folders that it needs. */
export function withPaths(
  whole: WholeRestore,
  out: ReadonlySet<RawPath>,
  paths: readonly RawPath[],
): ReadonlySet<RawPath> {
  const unitOf = unitsOf(whole);
  const units = new Set(paths.map(unitOf));
  const taken = new Set([...units, ...unitsWithin(whole, units, unitOf)]);
  return new Set([...out].filter((path) => !taken.has(path)));
}

/** The units that are those paths or stand in one of them. */
function unitsWithin(
  { actions }: WholeRestore,
  units: ReadonlySet<RawPath>,
  unitOf: (path: RawPath) => RawPath,
): readonly RawPath[] {
  return actions.map(({ path }) => unitOf(path)).filter((unit) => isOver(units, unit));
}

function isOver(folders: ReadonlySet<RawPath>, path: RawPath): boolean {
  for (let folder = path; folder !== ''; folder = folderOf(folder)) if (folders.has(folder)) return true;
  return false;
}

/**
 * A repository goes back whole or not at all, and so does a folder in whose place a file stands now; what was saved beside a
 * path goes with it.
 */
function unitsOf({ actions, conflicts }: WholeRestore): (path: RawPath) => RawPath {
  const owners = new Map(
    conflicts.flatMap(({ path, savedAs }) => (savedAs === undefined ? [] : [[savedAs, path]])),
  );
  const swapped = new Set(actions.filter(isSwapped).map(({ path }) => path));
  return (path) => topmostOver(path, swapped) ?? gitOver(path) ?? owners.get(path) ?? path;
}

const isNewFolder = ({ from, to }: RestoreAction): boolean => to?.type === 'directory' && from === null;

const isSwapped = ({ from, to }: RestoreAction): boolean =>
  to?.type === 'directory' && from !== null && from.type !== 'directory';
