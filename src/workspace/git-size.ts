import { readdirSync } from 'node:fs';
import type { RawPath } from '../domain/raw-path.ts';
import { onDisk } from './disk-path.ts';
import { lstatIfReadable, typeOf } from './file-stat.ts';

/** Ends the scan of a `.git` that turns out to be over its limit. */
export class GitOverLimit extends Error {}

/** Counts what a `.git` holds while it is scanned. */
export class GitMeter {
  #left: number;

  constructor(limit: number) {
    this.#left = limit;
  }

  /** @throws GitOverLimit */
  add(size: bigint): void {
    this.#left -= Number(size);
    if (this.#left < 0) throw new GitOverLimit('over the limit');
  }
}

/** True if the files of a folder have more bytes than `limit`; stops counting there. What can't be read counts as empty. */
export function isOverSize(folder: RawPath, limit: number): boolean {
  let left = limit;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const name of namesIn(next)) {
      const path = `${next}/${name}`;
      const stat = lstatIfReadable(path);
      if (stat === null) continue;
      if (typeOf(stat) === 'directory') folders.push(path);
      if (typeOf(stat) === 'file') left -= Number(stat.size);
      if (left < 0) return true;
    }
  }
  return false;
}

function namesIn(folder: RawPath): readonly RawPath[] {
  try {
    return readdirSync(onDisk(folder), 'latin1');
  } catch {
    return [];
  }
}
