import type { RawPath } from './raw-path.ts';

/** Why the content of a path is not in a tree. Such a path is never "absent": nothing is known of it. */
export const EXCLUSIONS = [
  /** A folder that can be made again, or `.agentsignore`. */
  'rule',
  /** A `.git` over `limits.git`. */
  'git',
  'file_limit',
  'checkpoint_limit',
  /** The object store or the disk has no room for it. */
  'store_limit',
  'unreadable',
  /** It changed each time it was read. */
  'changing',
  /** Another file system is mounted there. */
  'mount',
] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];

export type SpecialKind = 'fifo' | 'socket' | 'block' | 'character';

/** What stands at one path, a folder without what is in it. `mode`: the twelve permission bits. */
export type FileState =
  | { readonly type: 'file'; readonly mode: number; readonly size: number; readonly hash: string }
  | { readonly type: 'directory'; readonly mode: number }
  /** Never followed. Its own mode means nothing. */
  | { readonly type: 'symlink'; readonly target: RawPath }
  /** Recorded, never opened, never made again. */
  | { readonly type: 'special'; readonly mode: number; readonly kind: SpecialKind }
  | { readonly type: 'excluded'; readonly reason: Exclusion; readonly was: 'file' | 'directory' | 'other' };

/** An entry of a folder in a tree: a folder with the hash over its own entries. */
export type TreeEntry =
  | Exclude<FileState, { readonly type: 'directory' }>
  | { readonly type: 'directory'; readonly mode: number; readonly hash: string };

/** One path that differs between two trees. null: nothing stands there. */
export interface FileChange {
  readonly path: RawPath;
  readonly before: FileState | null;
  readonly after: FileState | null;
}

export function isSameState(a: FileState | null, b: FileState | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.type === 'file') return b.type === 'file' && a.mode === b.mode && a.hash === b.hash;
  if (a.type === 'directory') return b.type === 'directory' && a.mode === b.mode;
  if (a.type === 'symlink') return b.type === 'symlink' && a.target === b.target;
  if (a.type === 'special') return b.type === 'special' && a.mode === b.mode && a.kind === b.kind;
  return b.type === 'excluded' && a.reason === b.reason && a.was === b.was;
}
