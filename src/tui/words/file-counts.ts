import type { FileChange, FileState } from '../../domain/file-state.ts';

/** How many paths came, are others now, and went. Folders are where files are: they aren't counted. */
export interface FileCounts {
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
}

export const NO_FILES: FileCounts = { added: 0, changed: 0, gone: 0 };

export function countFiles(changes: readonly FileChange[]): FileCounts {
  let [added, changed, gone] = [0, 0, 0];
  for (const { before, after } of changes) {
    const [was, is] = [isFile(before), isFile(after)];
    if (was && is) changed += 1;
    else if (is) added += 1;
    else if (was) gone += 1;
  }
  return { added, changed, gone };
}

const isFile = (state: FileState | null): boolean => state !== null && state.type !== 'directory';

/** As `+1 ~0 -0`; `0 files` where there is nothing. */
export function countsText({ added, changed, gone }: FileCounts): string {
  return added + changed + gone === 0 ? '0 files' : `+${added} ~${changed} -${gone}`;
}
