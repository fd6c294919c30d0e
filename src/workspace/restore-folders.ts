import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  statSync,
} from 'node:fs';
import { folderOf, joinPath, rawPathOf, type RawPath } from '../domain/raw-path.ts';
import { onDisk } from './disk-path.ts';
import { errnoOf, modeOf } from './file-stat.ts';

/** A folder that can be named but needn't be readable. Node doesn't name this flag of Linux. */
const O_PATH = 0o10000000;
const OPEN_FOLDER = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
export const HAS_DESCRIPTOR_PATHS = process.platform === 'linux' && existsSync('/proc/self/fd');

const NO_FOLDER: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** What the owner needs of a folder to reach something in it, and to change its entries. */
const REACH = 0o100;
const CHANGE = 0o300;
const READ = 0o400;

/** A folder of the path is not there, or is no folder: a link is never followed. */
export class NoFolderError extends Error {}

/** A folder that can't be exchanged for another one while it is held. */
export interface HeldFolder {
  readonly path: RawPath;
  /** Names this very folder to the file system. */
  readonly self: RawPath;
}

/**
 * Reaches the folders of a workspace, never through a link: each name is opened relative to the folder before it, and what is
 * done in a folder is done through its descriptor (`/proc/self/fd`). Where there are no such paths each name is looked at
 * right before instead. A folder that its owner may not change is opened for as long as it takes.
 */
export class RestoreFolders {
  /** The modes of folders that were opened, as they were found. */
  readonly opened = new Map<RawPath, number>();
  readonly changed = new Set<RawPath>();
  readonly #root: RawPath;
  readonly #byDescriptor: boolean;
  readonly #userId = process.geteuid?.();

  constructor(workspace: string, byDescriptor: boolean) {
    this.#root = rawPathOf(workspace);
    this.#byDescriptor = byDescriptor;
  }

  /** @throws NoFolderError */
  look<T>(folder: RawPath, use: (held: HeldFolder) => T): T {
    return this.#hold(folder, REACH, use);
  }

  /** For a change in it. @throws NoFolderError */
  change<T>(folder: RawPath, use: (held: HeldFolder) => T): T {
    return this.#hold(folder, CHANGE, (held) => {
      this.changed.add(folder);
      return use(held);
    });
  }

  /** undefined where the folder is not there: then nothing is in it. */
  lookIfThere<T>(folder: RawPath, use: (held: HeldFolder) => T, need = REACH): T | undefined {
    try {
      return this.#hold(folder, need, use);
    } catch (error) {
      if (error instanceof NoFolderError) return undefined;
      throw error;
    }
  }

  /** Sets the exact mode of a folder, if it is still one. */
  setMode(folder: RawPath, mode: number): void {
    const set = ({ self }: HeldFolder) => {
      if (modeOf(statSync(onDisk(self), { bigint: true })) !== mode) chmodSync(onDisk(self), mode);
    };
    this.lookIfThere(folder, set, 0);
  }

  /** Makes the names in a folder durable, if it is still one. */
  sync(folder: RawPath): void {
    this.lookIfThere(folder, syncFolder, READ);
  }

  #hold<T>(folder: RawPath, need: number, use: (held: HeldFolder) => T): T {
    const names = folder === '' ? [] : folder.split('/');
    let path: RawPath = '';
    let step = this.#enter(this.#root);
    try {
      for (const name of names) {
        this.#open(path, step.self, REACH);
        const next = this.#enter(`${step.self}/${name}`);
        step.leave();
        step = next;
        path = joinPath(path, name);
      }
      this.#open(path, step.self, need);
      return use({ path, self: step.self });
    } finally {
      step.leave();
    }
  }

  #enter(path: RawPath): { readonly self: RawPath; leave(): void } {
    try {
      if (this.#byDescriptor) {
        const descriptor = openSync(onDisk(path), OPEN_FOLDER);
        return { self: `/proc/self/fd/${String(descriptor)}`, leave: () => closeSync(descriptor) };
      }
      if (lstatSync(onDisk(path)).isDirectory()) return { self: path, leave: () => undefined };
    } catch (error) {
      if (!NO_FOLDER.has(errnoOf(error))) throw error;
    }
    throw new NoFolderError('its folder is not there, or is no folder any more');
  }

  #open(path: RawPath, self: RawPath, need: number): void {
    const stat = statSync(onDisk(self), { bigint: true });
    const mode = modeOf(stat);
    if ((mode & need) === need || Number(stat.uid) !== this.#userId) return;
    if (!this.opened.has(path)) this.opened.set(path, mode);
    chmodSync(onDisk(self), openMode(mode));
  }
}

function syncFolder({ self }: HeldFolder): void {
  const descriptor = openSync(onDisk(self), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The mode of a folder while its owner changes something in it. */
export function openMode(mode: number): number {
  return mode | 0o700;
}

/** The last name of a path. */
export function nameOf(path: RawPath): RawPath {
  const folder = folderOf(path);
  return folder === '' ? path : path.slice(folder.length + 1);
}
