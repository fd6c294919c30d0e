import { isSameState, type FileChange } from '../domain/file-state.ts';
import type { RestoreAction } from '../domain/plan-restore.ts';
import { isWithin, type RawPath } from '../domain/raw-path.ts';

/**
 * What a restore itself did, in order. What others did at the same time isn't its doing: an undo must not take it back.
 * @param done paths that became what their action says
 * @param seen what differs between before it and after it; tells of the folders that were moved whole
 */
export function ownChanges(
  actions: readonly RestoreAction[],
  done: readonly RawPath[],
  seen: readonly FileChange[],
): readonly FileChange[] {
  const isDone = new Set(done);
  const own = actions.filter(({ path }) => isDone.has(path));
  const changes = new Map<RawPath, FileChange>();
  for (const { path, aside } of own) {
    if (aside === undefined) continue;
    for (const change of seen) {
      if (isWithin(change.path, path) || isWithin(change.path, aside)) changes.set(change.path, change);
    }
  }
  for (const { path, from, to } of own) {
    if (!isSameState(from, to)) changes.set(path, { path, before: from, after: to });
  }
  return [...changes.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
