import {
  chmodSync,
  constants,
  copyFileSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  type BigIntStats,
} from 'node:fs';
import { AgentsError, WorkspaceError } from '../domain/errors.ts';
import { folderOf, isWithin, rawPathOf, textOfPath, type RawPath } from '../domain/raw-path.ts';
import { onDisk } from './disk-path.ts';
import { errnoOf, lstatOrNull, modeOf, readLinkTarget, typeOf } from './file-stat.ts';
import { WorkWatch, type SyncWorkOptions } from './work-watch.ts';

/** A reflink where the file system has them: no byte is copied until one of the two changes. */
const COPY_FLAGS = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;

/**
 * Copies a whole folder with everything in it but special files: names, contents, links as they are, all mode bits, mtimes.
 * If it can't be done, nothing of the copy stays.
 * @param target must not exist
 * @throws WorkspaceError `copy_failed`, `disk_full`
 */
export function copyFolder(source: string, target: string, options: SyncWorkOptions): void {
  new FolderCopy(options).run(rawPathOf(source), rawPathOf(target));
}

class FolderCopy {
  readonly #watch: WorkWatch;
  /** Modes and times that a folder gets when all is in it. */
  readonly #folders: { readonly path: RawPath; readonly stat: BigIntStats }[] = [];
  #path: RawPath = '';

  constructor(options: SyncWorkOptions) {
    this.#watch = new WorkWatch(options, 'files');
  }

  run(source: RawPath, target: RawPath): void {
    let isOurs = false;
    try {
      this.#path = source;
      const stat = lstatOrNull(source);
      if (stat === null || typeOf(stat) !== 'directory') throw refusal(source, 'it is not a folder');
      if (
        isWithin(
          realpathSync(onDisk(folderOf(target) || '/'), 'latin1'),
          realpathSync(onDisk(source), 'latin1'),
        )
      ) {
        throw refusal(source, 'the copy would be in it');
      }
      mkdirSync(onDisk(target), { mode: 0o700 });
      isOurs = true;
      this.#fill(source, target, stat);
      for (const folder of this.#folders.reverse()) dress(folder.path, folder.stat);
    } catch (error) {
      if (isOurs) this.#remove(target);
      throw this.#failure(error);
    }
  }

  #fill(source: RawPath, target: RawPath, stat: BigIntStats): void {
    this.#folders.push({ path: target, stat });
    for (const name of readdirSync(onDisk(source), 'latin1')) {
      this.#watch.step();
      this.#copy(`${source}/${name}`, `${target}/${name}`);
    }
  }

  #copy(source: RawPath, target: RawPath): void {
    this.#path = source;
    const stat = lstatOrNull(source);
    const type = stat && typeOf(stat);
    if (stat === null) return;
    if (type === 'directory') {
      mkdirSync(onDisk(target), { mode: 0o700 });
      this.#fill(source, target, stat);
    } else if (type === 'file') {
      copyFileSync(onDisk(source), onDisk(target), COPY_FLAGS);
      dress(target, stat);
    } else if (type === 'symlink') {
      symlinkSync(onDisk(readLinkTarget(source)), onDisk(target));
      keepTime(target, stat);
    }
  }

  #remove(target: RawPath): void {
    for (const { path } of this.#folders) chmodSync(onDisk(path), 0o700);
    rmSync(onDisk(target), { recursive: true, force: true });
  }

  /** A stop that was asked for is thrown as it is. */
  #failure(error: unknown): unknown {
    const errno = errnoOf(error);
    if (errno === undefined || error instanceof AgentsError) return error;
    const isFull = errno === 'ENOSPC' || errno === 'EDQUOT';
    return refusal(this.#path, (error as Error).message, isFull ? 'disk_full' : 'copy_failed', error);
  }
}

function refusal(path: RawPath, hint: string, code = 'copy_failed', cause?: unknown): WorkspaceError {
  return new WorkspaceError(code, `${textOfPath(path)} cannot be copied`, { hint, cause });
}

function dress(path: RawPath, stat: BigIntStats): void {
  chmodSync(onDisk(path), modeOf(stat));
  keepTime(path, stat);
}

function keepTime(path: RawPath, stat: BigIntStats): void {
  lutimesSync(onDisk(path), Number(stat.atimeNs) / 1e9, Number(stat.mtimeNs) / 1e9);
}
