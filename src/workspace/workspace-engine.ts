import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { WorkspaceError } from '../domain/errors.ts';
import type { FileChange } from '../domain/file-state.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type {
  CapturedFiles,
  CaptureRequest,
  ListedFile,
  RestoreReport,
  RestoreRequest,
} from '../ports/workspace-files.ts';
import { captureWorkspace, type CaptureParts } from './capture-workspace.ts';
import { changedAt } from './changed-at.ts';
import { copyFolder } from './copy-folder.ts';
import { diffTrees } from './diff-trees.ts';
import { listTree } from './list-tree.ts';
import { restorePaths, type RestoreOptions } from './restore-paths.ts';
import { ScanIndex } from './scan-index.ts';
import { reachOf, verifyObjects, type ObjectFault } from './tree-reach.ts';
import { EventQueue, type EventQueueOptions } from './watch/event-queue.ts';
import { queuedEvents } from './watch/watch-support.ts';
import { WatchedWorkspace } from './watch/watched-workspace.ts';
import type { SyncWorkOptions } from './work-watch.ts';

export interface EngineParts {
  readonly store: ObjectStore;
  /** The folder that the store is in. */
  readonly home: string;
  /** Bytes that are free on its disk. */
  readonly freeBytes: () => number;
  /** What the system's limits say else, for tests. */
  readonly watching?: Partial<EventQueueOptions>;
  /** Called at each point of a restore, for tests. */
  readonly fault?: NonNullable<RestoreOptions['fault']>;
}

/** All of WorkspaceFiles, synchronous: for a thread that has nothing else to do. */
export class WorkspaceEngine {
  readonly #parts: EngineParts;
  readonly #home: string;
  readonly #indexes = new Map<string, ScanIndex>();
  readonly #watched = new Map<string, WatchedWorkspace>();
  #queue: EventQueue | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#home = realpathSync(parts.home);
  }

  /** Looks at everything, whatever the request allows. */
  capture(request: CaptureRequest, options: SyncWorkOptions = {}): CapturedFiles {
    this.#refuseHome(request);
    this.#parts.store.requireThere();
    this.#watched.get(request.workspace)?.forget();
    const { tree, capture, bytes } = captureWorkspace(request, this.#captureParts(request), options);
    return { tree, capture, bytes };
  }

  /** The same, where the request allows it with what the system tells of changes. One after the other. */
  captureWatched(request: CaptureRequest, options: SyncWorkOptions = {}): Promise<CapturedFiles> {
    const work = async (): Promise<CapturedFiles> => {
      if (request.watch === undefined) return this.capture(request, options);
      this.#refuseHome(request);
      this.#parts.store.requireThere();
      return await this.#watchedWorkspace(request).capture(request, options);
    };
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  #refuseHome({ workspace }: CaptureRequest): void {
    if (`${this.#home}${sep}`.startsWith(workspace.endsWith(sep) ? workspace : `${workspace}${sep}`)) {
      throw new WorkspaceError('workspace_holds_store', `the files of ${workspace} cannot be captured`, {
        hint: `what is captured would be stored inside of it, in ${this.#home}`,
        nextSteps: ['set AGENTS_HOME to a folder outside of it'],
      });
    }
  }

  changes(before: string | null, after: string | null): readonly FileChange[] {
    return diffTrees(this.#parts.store, before, after);
  }

  list(tree: string, within?: RawPath): readonly ListedFile[] {
    return listTree(this.#parts.store, tree, within);
  }

  verify(
    wanted: { readonly contents?: readonly string[]; readonly trees?: readonly string[] },
    options: SyncWorkOptions = {},
  ): readonly ObjectFault[] {
    return verifyObjects(this.#parts.store, wanted, options);
  }

  reach(trees: readonly string[]): ReturnType<typeof reachOf> {
    return reachOf(this.#parts.store, trees);
  }

  changedAt(workspace: string, paths: readonly RawPath[]): readonly (number | null)[] {
    return changedAt(workspace, paths);
  }

  restore(request: RestoreRequest, options: SyncWorkOptions = {}): RestoreReport {
    const { store, fault } = this.#parts;
    return restorePaths(store, request, fault ? { ...options, fault } : options);
  }

  copyFolder(source: string, target: string, options: SyncWorkOptions = {}): void {
    copyFolder(source, target, options);
  }

  /** For a quiet moment. */
  rest(): void {
    this.#parts.store.rest();
  }

  close(): void {
    for (const watched of this.#watched.values()) watched.close();
    this.#queue?.close();
    try {
      for (const index of this.#indexes.values()) index.saveChanged();
    } catch {
      // Lost without harm: the next scan reads more.
    }
    this.#parts.store.close();
  }

  #watchedWorkspace(request: CaptureRequest): WatchedWorkspace {
    const { workspace } = request;
    let watched = this.#watched.get(workspace);
    if (!watched) {
      const folder = join(this.#home, 'watch');
      this.#queue ??= new EventQueue({ folder, maxEvents: queuedEvents(), ...this.#parts.watching });
      watched = new WatchedWorkspace(workspace, this.#captureParts(request), this.#queue);
      this.#watched.set(workspace, watched);
    }
    return watched;
  }

  #captureParts({ workspace }: CaptureRequest): CaptureParts {
    const { store, freeBytes } = this.#parts;
    return { store, freeBytes, index: this.#index(workspace) };
  }

  #index(workspace: string): ScanIndex {
    let index = this.#indexes.get(workspace);
    if (!index) this.#indexes.set(workspace, (index = new ScanIndex(workspace, this.#parts.store)));
    return index;
  }
}
