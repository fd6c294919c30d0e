import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import type { FileState } from '../domain/file-state.ts';
import { isSameState } from '../domain/file-state.ts';
import type { RawPath } from '../domain/raw-path.ts';
import { onDisk } from './disk-path.ts';
import { errnoOf, lstatOrNull, modeOf, readLinkTarget, typeOf } from './file-stat.ts';
import { openMode } from './restore-folders.ts';

const PIECE = 1024 * 1024;
/** The hash of what nobody expects. */
const UNKNOWN = '';

/** Something else came into the place of a file: nothing, a link, a socket. */
const CAME_BETWEEN: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ELOOP', 'ENXIO']);

export interface Seen {
  readonly state: FileState | null;
  readonly stat: BigIntStats | null;
}

/**
 * What stands at a path right now. A file is read and hashed if it could be one of those expected: times prove nothing (a write
 * through mmap or another name can leave them), and what follows may replace or delete it.
 */
export function lookAt(path: RawPath, expected: readonly (FileState | null)[]): Seen {
  const stat = lstatOrNull(path);
  if (stat === null) return { state: null, stat };
  const type = typeOf(stat);
  const mode = modeOf(stat);
  if (type === 'directory') return { state: { type, mode }, stat };
  if (type === 'symlink') return { state: { type, target: readLinkTarget(path) }, stat };
  if (type !== 'file') return { state: { type: 'special', mode, kind: type }, stat };
  const size = Number(stat.size);
  const isExpected = expected.some((state) => state?.type === 'file' && state.size === size);
  return { state: { type, mode, size, hash: isExpected ? hashOfFile(path, stat) : UNKNOWN }, stat };
}

/**
 * Whether what is seen is a state. A folder is also itself while it is open for changes, and, where the other end of the action
 * is no folder, as it is right after it was made.
 */
export function fits(seen: Seen, state: FileState | null, other: FileState | null): boolean {
  if (state?.type !== 'directory' || seen.state?.type !== 'directory') return isSameState(seen.state, state);
  const { mode } = seen.state;
  if (mode === state.mode || mode === openMode(state.mode)) return true;
  // A new folder can inherit the setgid bit.
  return other?.type !== 'directory' && (mode & ~0o2000) === 0o700;
}

function hashOfFile(path: RawPath, seen: BigIntStats): string {
  const descriptor = openIfUnlinked(path);
  if (descriptor === null) return UNKNOWN;
  try {
    if (fstatSync(descriptor, { bigint: true }).ino !== seen.ino) return UNKNOWN;
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(Math.min(PIECE, Number(seen.size) + 1));
    for (let read = readSync(descriptor, piece); read > 0; read = readSync(descriptor, piece)) {
      hash.update(piece.subarray(0, read));
    }
    const after = fstatSync(descriptor, { bigint: true });
    return after.mtimeNs === seen.mtimeNs && after.size === seen.size ? hash.digest('hex') : UNKNOWN;
  } finally {
    closeSync(descriptor);
  }
}

/** null where a file turned into something else since it was looked at. */
function openIfUnlinked(path: RawPath): number | null {
  try {
    return openSync(onDisk(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (CAME_BETWEEN.has(errnoOf(error))) return null;
    throw error;
  }
}
