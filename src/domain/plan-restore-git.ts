import type { FileChange } from './file-state.ts';
import { folderOf, type RawPath } from './raw-path.ts';

const GIT = /(?:^|\/)\.git(?=\/|$)/;

/** The outermost `.git` that a path is or stands in; null if it is in none. */
export function gitOver(path: RawPath): RawPath | null {
  const found = GIT.exec(path);
  return found === null ? null : path.slice(0, found.index + found[0].length);
}

/** Folders that hold a `.git` now and that the target doesn't have as folders. They are never taken away. */
export function repositoriesToStay(byPath: ReadonlyMap<RawPath, FileChange>): ReadonlySet<RawPath> {
  const stay = new Set<RawPath>();
  for (const { path, before } of byPath.values()) {
    if (before === null || gitOver(path) !== path) continue;
    const folder = byPath.get(folderOf(path));
    if (folder?.before?.type === 'directory' && folder.after?.type !== 'directory') stay.add(folder.path);
  }
  return stay;
}

/** The topmost folder of a set that is or holds a path. */
export function topmostOver(path: RawPath, folders: { has(folder: RawPath): boolean }): RawPath | null {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    if (folders.has(path.slice(0, end))) return path.slice(0, end);
  }
  return folders.has(path) ? path : null;
}
