import { folderOf, joinPath, type RawPath } from '../domain/raw-path.ts';
import type { RestoreAction, RestoreReport, RestoreRequest } from '../ports/workspace-files.ts';
import { STAGED_PREFIX } from './workspace-scan.ts';

/** One action on its way. */
export interface RestoreItem {
  readonly action: RestoreAction;
  readonly folder: RawPath;
  /** The name of what is staged for it: the same in every run of the request and of the one that undoes it. */
  readonly staged: RawPath;
  /** Index after the last item below this one. */
  readonly end: number;
  outcome: 'open' | 'done' | 'left';
  reason: string;
  /** It was seen as one of the two states of its action. */
  known: boolean;
}

/** The actions of a request, each folder right before all that is in it. */
export function itemsOf({ actions, operation }: RestoreRequest): readonly RestoreItem[] {
  // `/` sorts before every other byte a name can have, so that what is in a folder follows it without a gap.
  const keyed = actions.map((action) => ({ action, key: `${action.path.replaceAll('/', '\0')}\0` }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ action, key }, index) => {
    let end = index + 1;
    while (keyed[end]?.key.startsWith(key) === true) end += 1;
    const folder = folderOf(action.path);
    const staged = joinPath(folder, `${STAGED_PREFIX}${operation}-${String(index)}`);
    return { action, folder, staged, end, outcome: 'open', reason: '', known: false };
  });
}

export function reportOf(items: readonly RestoreItem[]): RestoreReport {
  const of = (outcome: RestoreItem['outcome']) => items.filter((item) => item.outcome === outcome);
  return {
    done: of('done').map(({ action }) => action.path),
    left: of('left').map(({ action, reason }) => ({ path: action.path, reason })),
  };
}

/** A path that stays inside its workspace: relative, without `.`, `..` and empty names. */
export function isInside(path: RawPath): boolean {
  return path
    .split('/')
    .every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'));
}
