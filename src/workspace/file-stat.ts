import { lstatSync, readlinkSync, type BigIntStats } from 'node:fs';
import type { SpecialKind } from '../domain/file-state.ts';
import type { RawPath } from '../domain/raw-path.ts';
import { onDisk } from './disk-path.ts';

const TYPE = 0o170000n;
const DIRECTORY = 0o040000n;
const FILE = 0o100000n;
const LINK = 0o120000n;
const SPECIAL: ReadonlyMap<bigint, SpecialKind> = new Map([
  [0o010000n, 'fifo'],
  [0o140000n, 'socket'],
  [0o060000n, 'block'],
  [0o020000n, 'character'],
]);

/** What stands at a path, a link itself; null if nothing does, also if it went with the folder that it stood in. */
export function lstatOrNull(path: RawPath): BigIntStats | null {
  try {
    return lstatSync(onDisk(path), { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** The same; null also if nobody may know. */
export function lstatIfReadable(path: RawPath): BigIntStats | null {
  try {
    return lstatOrNull(path);
  } catch {
    return null;
  }
}

export function readLinkTarget(path: RawPath): RawPath {
  return readlinkSync(onDisk(path), 'latin1');
}

export function typeOf(stat: BigIntStats): 'file' | 'directory' | 'symlink' | SpecialKind {
  const type = stat.mode & TYPE;
  if (type === FILE) return 'file';
  if (type === DIRECTORY) return 'directory';
  return type === LINK ? 'symlink' : (SPECIAL.get(type) ?? 'character');
}

/** As what something is left out. */
export function kindOf(type: ReturnType<typeof typeOf>): 'file' | 'directory' | 'other' {
  return type === 'file' || type === 'directory' ? type : 'other';
}

/** The twelve permission bits. */
export function modeOf(stat: BigIntStats): number {
  return Number(stat.mode) & 0o7777;
}

export function isGone(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function errnoOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
