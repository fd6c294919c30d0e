import type { RawPath } from '../domain/raw-path.ts';
import { absolutePath } from './disk-path.ts';
import { lstatOrNull, typeOf } from './file-stat.ts';

/** When each path was changed last, by its ctime, milliseconds since 1970. null: nothing stands there, or only behind a link. */
export function changedAt(workspace: string, paths: readonly RawPath[]): (number | null)[] {
  return paths.map((path) => {
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth += 1) {
      const parent = lstatOrNull(absolutePath(workspace, names.slice(0, depth).join('/')));
      if (parent === null || typeOf(parent) !== 'directory') return null;
    }
    const stat = lstatOrNull(absolutePath(workspace, path));
    return stat && Number(stat.ctimeNs / 1_000_000n);
  });
}
