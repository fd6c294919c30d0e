import type { FSWatcher } from 'node:fs';
import { joinPath, type RawPath } from '../../domain/raw-path.ts';
import { DirtyPaths } from '../dirty-paths.ts';
import { absolutePath, onDisk } from '../disk-path.ts';
import { errnoOf } from '../file-stat.ts';
import type { EventQueue } from './event-queue.ts';
import { isOfOneFolder } from './watch-support.ts';

interface WatchedFolder {
  readonly path: RawPath;
  readonly folders: Map<RawPath, WatchedFolder>;
  watcher: FSWatcher | null;
  /** Another folder may stand there now. */
  isGone: boolean;
  /** Names that something happened to; true: another thing may stand there now. */
  readonly touched: Map<RawPath, boolean>;
}

/** Folders that went are counted up to here before all is watched anew. */
const FEWEST_RETIRED = 256;

/**
 * A watch for each folder of a workspace. A watch follows its folder wherever it is moved, so the paths of a folder that
 * something was renamed at are watched anew. Its old watches go on being heard, because what is in the queue must be counted.
 */
export class FolderWatches {
  readonly #workspace: string;
  readonly #queue: EventQueue;
  readonly #root: WatchedFolder = newFolder('');
  readonly #touched = new Set<WatchedFolder>();
  readonly #unwatched = new Set<RawPath>();
  readonly #retired: FSWatcher[] = [];
  #live = 0;
  #fault: string | null = null;

  constructor(workspace: string, queue: EventQueue) {
    this.#workspace = workspace;
    this.#queue = queue;
  }

  /** Why not all that should be is watched: an error of the system; null if it is. */
  get fault(): string | null {
    return this.#fault;
  }

  /** More of what is watched is gone than there. */
  get isWornOut(): boolean {
    return this.#retired.length >= Math.max(FEWEST_RETIRED, this.#live);
  }

  /** Watches a folder, before it is read. What can't be watched is dirty at every look. */
  add(path: RawPath): void {
    this.#unwatched.delete(path);
    const folder = this.#folder(path);
    if (folder.watcher || this.#fault !== null) return;
    try {
      const place = onDisk(absolutePath(this.#workspace, path));
      folder.watcher = this.#queue.watch(place, (isOther, name) => this.#hear(folder, isOther, name));
      folder.watcher.on('error', (error) => (this.#fault = errnoOf(error) ?? error.message));
      this.#live += 1;
    } catch (error) {
      const code = errnoOf(error) ?? '';
      if (path !== '' && isOfOneFolder(code)) this.#unwatched.add(path);
      else this.#fault = code;
    }
  }

  /** What was touched since the last call. Places where something was renamed are not watched any more. */
  take(): DirtyPaths {
    const dirty = new DirtyPaths();
    for (const path of this.#unwatched) dirty.add(path);
    for (const folder of this.#touched) {
      for (const [name, isOther] of folder.touched) {
        dirty.add(joinPath(folder.path, name));
        if (isOther) this.#retire(folder, name);
      }
      folder.touched.clear();
    }
    this.#touched.clear();
    return dirty;
  }

  /** What was touched since the last `take`, which stays so. */
  peek(): DirtyPaths {
    const dirty = new DirtyPaths();
    for (const folder of this.#touched) {
      for (const name of folder.touched.keys()) dirty.add(joinPath(folder.path, name));
    }
    return dirty;
  }

  /** Gives up all folders but these. */
  keepOnly(paths: ReadonlySet<RawPath>): void {
    const look = (folder: WatchedFolder): void => {
      for (const [name, below] of folder.folders) {
        if (paths.has(below.path)) look(below);
        else this.#retire(folder, name);
      }
    };
    look(this.#root);
    for (const path of this.#unwatched) if (!paths.has(path)) this.#unwatched.delete(path);
  }

  close(): void {
    const close = (folder: WatchedFolder): void => {
      folder.watcher?.close();
      for (const below of folder.folders.values()) close(below);
    };
    close(this.#root);
    for (const watcher of this.#retired) watcher.close();
    // What is in the queue of them is not heard any more.
    this.#queue.lose();
  }

  #hear(folder: WatchedFolder, isOther: boolean, name: RawPath | null): void {
    if (name === null) this.#queue.lose();
    // What is heard of a place that isn't watched any more is heard at another as well.
    if (this.#queue.isCrowded || name === null || folder.isGone) return;
    folder.touched.set(name, isOther || folder.touched.get(name) === true);
    this.#touched.add(folder);
  }

  #retire(folder: WatchedFolder, name: RawPath): void {
    const gone = folder.folders.get(name);
    if (!gone) return;
    folder.folders.delete(name);
    const retire = (each: WatchedFolder): void => {
      each.isGone = true;
      this.#touched.delete(each);
      if (each.watcher) {
        this.#retired.push(each.watcher);
        this.#live -= 1;
      }
      for (const below of each.folders.values()) retire(below);
    };
    retire(gone);
  }

  #folder(path: RawPath): WatchedFolder {
    let here = this.#root;
    if (path === '') return here;
    for (const name of path.split('/')) {
      let below = here.folders.get(name);
      if (!below) here.folders.set(name, (below = newFolder(joinPath(here.path, name))));
      here = below;
    }
    return here;
  }
}

function newFolder(path: RawPath): WatchedFolder {
  return { path, folders: new Map(), watcher: null, isGone: false, touched: new Map() };
}
