import {
  closeSync,
  constants,
  fchmodSync,
  fdatasyncSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import type { FileState } from '../domain/file-state.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { onDisk } from './disk-path.ts';
import { errnoOf, lstatOrNull } from './file-stat.ts';

/** Steps before and after which a test may end the process. */
export type RestorePoint =
  | 'start'
  | `${'before' | 'after'}-${'sweep' | 'stage' | 'put' | 'folder' | 'unlink' | 'rmdir' | 'mode' | 'move' | 'sync' | 'close'}`;

type FileContent = FileState & { readonly type: 'file' };
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const NO_LINKS_HERE: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EMLINK',
  'ENOSYS',
]);

/** The single changes to a file system that a restore is made of. Paths are such that no link is followed on the way. */
export class RestoreChanges {
  readonly #store: ObjectStore;
  readonly #fault: (point: RestorePoint) => void;

  constructor(store: ObjectStore, fault: (point: RestorePoint) => void) {
    this.#store = store;
    this.#fault = fault;
  }

  /** Lays the whole new file or link down under its staged name first; then it takes its place in one step. */
  putFile(path: RawPath, staged: RawPath, state: FileContent, replaces: boolean): void {
    this.#staged(path, staged, replaces, () => this.#stageFile(staged, state));
  }

  putLink(path: RawPath, staged: RawPath, target: RawPath, replaces: boolean): void {
    if (replaces) {
      this.#staged(path, staged, true, () => symlinkSync(onDisk(target), onDisk(staged)));
    } else {
      this.#do('put', () => symlinkSync(onDisk(target), onDisk(path)));
    }
  }

  /** For its owner only until all is in it. */
  makeFolder(path: RawPath): void {
    this.#do('folder', () => mkdirSync(onDisk(path), 0o700));
  }

  unlink(path: RawPath): void {
    this.#do('unlink', () => unlinkSync(onDisk(path)));
  }

  /** @throws ENOTEMPTY */
  removeFolder(path: RawPath): void {
    this.#do('rmdir', () => rmdirSync(onDisk(path)));
  }

  /** Of a file that was looked at, and of no other that came into its place. */
  setMode(path: RawPath, inode: bigint, mode: number): void {
    this.#do('mode', () => changeModeOf(path, inode, mode));
  }

  move(from: RawPath, to: RawPath): void {
    this.#do('move', () => renameSync(onDisk(from), onDisk(to)));
  }

  /** Removes what a process that was killed has left under a staged name. */
  sweep(staged: RawPath): void {
    if (lstatOrNull(staged) !== null) this.#do('sweep', () => unlinkSync(onDisk(staged)));
  }

  #staged(path: RawPath, staged: RawPath, replaces: boolean, stage: () => void): void {
    try {
      this.#do('stage', stage);
      this.#do('put', () => (replaces ? renameSync(onDisk(staged), onDisk(path)) : placeNew(staged, path)));
    } catch (error) {
      if (lstatOrNull(staged) !== null) unlinkSync(onDisk(staged));
      throw error;
    }
  }

  /** The mode comes last: writing takes setuid away, and nobody else reads it before it is whole. */
  #stageFile(staged: RawPath, state: FileContent): void {
    const descriptor = openSync(onDisk(staged), NEW_FILE, 0o600);
    try {
      this.#store.copyContent(state.hash, descriptor);
      fchmodSync(descriptor, state.mode);
      fdatasyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  #do(
    step: 'sweep' | 'stage' | 'put' | 'folder' | 'unlink' | 'rmdir' | 'mode' | 'move',
    change: () => void,
  ): void {
    this.#fault(`before-${step}`);
    change();
    this.#fault(`after-${step}`);
  }
}

/** A link never replaces what appeared there meanwhile, a rename would. */
function placeNew(staged: RawPath, path: RawPath): void {
  try {
    linkSync(onDisk(staged), onDisk(path));
    unlinkSync(onDisk(staged));
  } catch (error) {
    if (!NO_LINKS_HERE.has(errnoOf(error))) throw error;
    renameSync(onDisk(staged), onDisk(path));
  }
}

function changeModeOf(path: RawPath, inode: bigint, mode: number): void {
  const descriptor = openSync(onDisk(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    // What was looked at is gone, whatever has its name now.
    if (fstatSync(descriptor, { bigint: true }).ino !== inode)
      throw Object.assign(new Error(), { code: 'ENOENT' });
    fchmodSync(descriptor, mode);
  } finally {
    closeSync(descriptor);
  }
}
