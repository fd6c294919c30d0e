import type { FileState } from '../domain/file-state.ts';
import { folderOf, type RawPath } from '../domain/raw-path.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { RestoreReport, RestoreRequest } from '../ports/workspace-files.ts';
import { errnoOf } from './file-stat.ts';
import { RestoreChanges, type RestorePoint } from './restore-changes.ts';
import { restoreFailure, restoreStopped } from './restore-failure.ts';
import {
  HAS_DESCRIPTOR_PATHS,
  nameOf,
  NoFolderError,
  openMode,
  RestoreFolders,
  type HeldFolder,
} from './restore-folders.ts';
import { isInside, itemsOf, reportOf, type RestoreItem } from './restore-items.ts';
import { fits, lookAt, type Seen } from './restore-look.ts';
import { WorkWatch, type SyncWorkOptions } from './work-watch.ts';

export interface RestoreOptions extends SyncWorkOptions {
  /** Called at each point; a test ends the process there, or throws what the file system could. */
  readonly fault?: (point: RestorePoint) => void;
  /** false: looks at the folders of a path by name. Default: where the system has them, through descriptors. */
  readonly byDescriptor?: boolean;
}

const CHANGED = 'it was changed meanwhile';
/** Something stands where a path or a folder's end was to be. */
const MET_SOMETHING: ReadonlySet<string | undefined> = new Set(['ENOTEMPTY', 'EEXIST']);
/** A step met something else than what was looked at a moment before. */
const MET_A_CHANGE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR']);

/**
 * Makes every path what its action says, if it is still what the action starts from. Content is staged beside its target and
 * takes its place in one step; deletions come last. Killed anywhere, the same request again goes on, and the exchanged one
 * goes back: what was to be replaced is in the store before the first change.
 * @throws WorkspaceError, StorageError; what was done until then stands
 */
export function restorePaths(
  store: ObjectStore,
  request: RestoreRequest,
  options: RestoreOptions = {},
): RestoreReport {
  return new RestoreRun(store, request, options).run();
}

class RestoreRun {
  readonly #items: readonly RestoreItem[];
  readonly #folders: RestoreFolders;
  readonly #changes: RestoreChanges;
  readonly #options: RestoreOptions;
  readonly #fault: (point: RestorePoint) => void;
  #path: RawPath = '';
  readonly #watch: WorkWatch;

  constructor(store: ObjectStore, request: RestoreRequest, options: RestoreOptions) {
    this.#items = itemsOf(request);
    this.#folders = new RestoreFolders(request.workspace, options.byDescriptor ?? HAS_DESCRIPTOR_PATHS);
    this.#fault = options.fault ?? (() => undefined);
    this.#changes = new RestoreChanges(store, this.#fault);
    this.#options = options;
    this.#watch = new WorkWatch(options, 'restore', this.#items.length);
  }

  run(): RestoreReport {
    try {
      this.#changeAll();
    } catch (error) {
      const failure = this.#failure(error);
      this.#closeAfter(failure);
      throw failure;
    }
    return reportOf(this.#items);
  }

  #changeAll(): void {
    this.#fault('start');
    for (const item of this.#items) this.#guarded(item, () => this.#sweep(item));
    for (const item of this.#items) {
      if (item.action.to !== null || item.action.aside !== undefined)
        this.#guarded(item, () => this.#place(item));
    }
    for (const item of [...this.#items].reverse()) this.#guarded(item, () => this.#remove(item));
    this.#path = '';
    this.#fault('before-sync');
    for (const folder of this.#folders.changed) this.#folders.sync(folder);
    this.#fault('after-sync');
    this.#closeFolders();
  }

  /** One step for one path; what another hand changed at the same moment leaves that path alone. */
  #guarded(item: RestoreItem, step: () => void): void {
    if (item.outcome !== 'open') return;
    this.#path = item.action.path;
    try {
      step();
    } catch (error) {
      const errno = errnoOf(error);
      if (error instanceof NoFolderError) this.#leave(item, error.message);
      else if (MET_SOMETHING.has(errno)) this.#leave(item, 'something else stands there');
      else if (MET_A_CHANGE.has(errno)) this.#leave(item, CHANGED);
      else throw error;
    }
  }

  #sweep(item: RestoreItem): void {
    if (!isInside(item.action.path) || !isBeside(item)) {
      this.#leave(item, 'it is not inside the workspace');
      return;
    }
    const isThere = this.#folders.lookIfThere(
      item.folder,
      (held) => lookAt(inside(held, item.staged), []).stat !== null,
    );
    if (isThere === true)
      this.#folders.change(item.folder, (held) => this.#changes.sweep(inside(held, item.staged)));
  }

  #place(item: RestoreItem): void {
    const { from, to, aside } = item.action;
    const seen = this.#look(item);
    if (fits(seen, to, from)) this.#finish(item);
    else if (aside !== undefined) this.#move(item, seen, aside);
    else if (!fits(seen, from, to) && !isBetween(seen, item)) this.#leave(item, CHANGED);
    else this.#make(item, seen);
  }

  #make(item: RestoreItem, seen: Seen): void {
    const { to } = item.action;
    item.known = true;
    if (to?.type === 'special') this.#leave(item, 'a special file can not be made again');
    else if (to !== null && to.type === 'directory' && seen.state?.type === 'directory') this.#finish(item);
    else {
      const isFolder = seen.state?.type === 'directory';
      if (isFolder) this.#empty(item);
      this.#folders.change(item.folder, (held) => {
        if (isFolder) this.#changes.removeFolder(inside(held, item.action.path));
        this.#put(item, held, to, isFolder ? { state: null, stat: null } : seen);
      });
      this.#finish(item);
    }
  }

  #put(item: RestoreItem, held: HeldFolder, to: FileState | null, seen: Seen): void {
    const path = inside(held, item.action.path);
    const staged = inside(held, item.staged);
    const replaces = seen.state !== null;
    if (to?.type === 'directory') {
      if (replaces) this.#changes.unlink(path);
      this.#changes.makeFolder(path);
    } else if (to?.type === 'symlink') {
      this.#changes.putLink(path, staged, to.target, replaces);
    } else if (to?.type === 'file') {
      // Another name of the same file, perhaps outside the workspace, would get the mode too: then it becomes a file of its own.
      const isOnlyMode =
        seen.state?.type === 'file' && seen.state.hash === to.hash && seen.stat?.nlink === 1n;
      if (isOnlyMode) this.#changes.setMode(path, seen.stat.ino, to.mode);
      else this.#changes.putFile(path, staged, to, replaces);
    }
  }

  /** Before a folder becomes something else: all that has to go from it, deepest first. */
  #empty(item: RestoreItem): void {
    const first = this.#items.indexOf(item) + 1;
    for (const below of this.#items.slice(first, item.end).reverse())
      this.#guarded(below, () => this.#remove(below));
    this.#path = item.action.path;
  }

  /** The folder goes aside before the other thing takes its place; on the way back the other thing goes first. */
  #move(item: RestoreItem, seen: Seen, aside: RawPath): void {
    const { path, from, to } = item.action;
    const saved = this.#folders.look(item.folder, (held) => lookAt(inside(held, aside), []));
    const goesAside = from?.type === 'directory';
    const isRight = goesAside ? fits(seen, from, to) && saved.state === null : fits(seen, from, to);
    const isHalfWay = seen.state === null && saved.state?.type === 'directory';
    if (!isHalfWay && (!isRight || (!goesAside && saved.state?.type !== 'directory'))) {
      this.#leave(item, CHANGED);
      return;
    }
    item.known = true;
    this.#folders.change(item.folder, (held) => {
      const [here, there] = [inside(held, path), inside(held, aside)];
      if (goesAside) {
        if (!isHalfWay) this.#changes.move(here, there);
        this.#put(item, held, to, { state: null, stat: null });
      } else {
        if (seen.state !== null) this.#changes.unlink(here);
        this.#changes.move(there, here);
      }
    });
    this.#finish(item);
  }

  #remove(item: RestoreItem): void {
    const { path, from, to } = item.action;
    if (to !== null) return;
    const seen = this.#folders.lookIfThere(item.folder, () => this.#look(item)) ?? {
      state: null,
      stat: null,
    };
    if (seen.state === null) {
      this.#finish(item);
    } else if (fits(seen, from, to)) {
      item.known = true;
      this.#folders.change(item.folder, (held) => {
        if (seen.state?.type === 'directory') this.#changes.removeFolder(inside(held, path));
        else this.#changes.unlink(inside(held, path));
      });
      this.#finish(item);
    } else {
      this.#leave(item, CHANGED);
    }
  }

  #look({ action, folder }: RestoreItem): Seen {
    return this.#folders.look(folder, (held) => lookAt(inside(held, action.path), [action.from, action.to]));
  }

  /** Gives every folder its final mode, deepest first: only then nothing more is to be reached through it. */
  #closeFolders(): void {
    const modes = new Map(this.#folders.opened);
    for (const item of this.#items) {
      const mode = finalMode(item, modes.get(item.action.path));
      if (mode !== undefined) modes.set(item.action.path, mode);
    }
    const deepestFirst = [...modes].sort(
      ([a], [b]) => b.split('/').length - a.split('/').length || (a < b ? 1 : -1),
    );
    for (const [path, mode] of deepestFirst) {
      this.#path = path;
      this.#fault('before-close');
      this.#folders.setMode(path, mode);
      this.#fault('after-close');
    }
  }

  /** What stopped the restore is what its reader has to know; a folder that can't be closed either comes with it. */
  #closeAfter(failure: Error): void {
    try {
      this.#closeFolders();
    } catch (error) {
      failure.cause = new AggregateError(
        [failure.cause, error],
        'The restore and closing its folders both failed',
      );
    }
  }

  #failure(error: unknown): Error {
    const isAsked = this.#options.signal?.aborted === true && error === this.#options.signal.reason;
    if (isAsked) return restoreStopped(this.#countDone(), this.#items.length);
    return restoreFailure(error, this.#path, this.#countDone(), this.#items.length);
  }

  #finish(item: RestoreItem): void {
    item.outcome = 'done';
    item.known = true;
    this.#watch.step();
  }

  #leave(item: RestoreItem, reason: string): void {
    item.outcome = 'left';
    item.reason = reason;
    this.#watch.step();
  }

  #countDone(): number {
    return this.#items.filter(({ outcome }) => outcome === 'done').length;
  }
}

function inside(held: HeldFolder, path: RawPath): RawPath {
  return `${held.self}/${nameOf(path)}`;
}

function isBeside({ action, folder }: RestoreItem): boolean {
  return action.aside === undefined || (isInside(action.aside) && folderOf(action.aside) === folder);
}

/** Killed between taking one thing away and putting the other there, where no single step can do both. */
function isBetween(seen: Seen, { action: { from, to } }: RestoreItem): boolean {
  if (seen.state !== null || from === null || to === null) return false;
  return from.type === 'directory' || to.type === 'directory';
}

/** undefined: not ours to set. */
function finalMode(
  { action: { from, to }, outcome, known }: RestoreItem,
  opened: number | undefined,
): number | undefined {
  if (outcome === 'done') return to?.type === 'directory' ? to.mode : undefined;
  if (from?.type !== 'directory') return undefined;
  const isOurs = known || opened === from.mode || opened === openMode(from.mode);
  return isOurs ? from.mode : undefined;
}
