import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
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
import { captureWorkspace } from './capture-workspace.ts';
import { changedAt } from './changed-at.ts';
import { copyFolder } from './copy-folder.ts';
import { diffTrees } from './diff-trees.ts';
import { listTree } from './list-tree.ts';
import { restorePaths, type RestoreOptions } from './restore-paths.ts';
import { ScanIndex } from './scan-index.ts';
import { reachOf, verifyObjects, type ObjectFault } from './tree-reach.ts';
import type { SyncWorkOptions } from './work-watch.ts';

export interface EngineParts {
  readonly store: ObjectStore;
  /** The folder that the store is in. */
  readonly home: string;
  /** Bytes that are free on its disk. */
  readonly freeBytes: () => number;
  /** Called at each point of a restore, for tests. */
  readonly fault?: NonNullable<RestoreOptions['fault']>;
}

/** All of WorkspaceFiles, synchronous: for a thread that has nothing else to do. */
export class WorkspaceEngine {
  readonly #parts: EngineParts;
  readonly #home: string;
  readonly #indexes = new Map<string, ScanIndex>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#home = realpathSync(parts.home);
  }

  capture(request: CaptureRequest, options: SyncWorkOptions = {}): CapturedFiles {
    const { workspace } = request;
    if (`${this.#home}${sep}`.startsWith(workspace.endsWith(sep) ? workspace : `${workspace}${sep}`)) {
      throw new WorkspaceError('workspace_holds_store', `the files of ${workspace} cannot be captured`, {
        hint: `what is captured would be stored inside of it, in ${this.#home}`,
        nextSteps: ['set AGENTS_HOME to a folder outside of it'],
      });
    }
    const { store, freeBytes } = this.#parts;
    return captureWorkspace(request, { store, freeBytes, index: this.#index(workspace) }, options);
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
    this.#parts.store.close();
  }

  #index(workspace: string): ScanIndex {
    let index = this.#indexes.get(workspace);
    if (!index) this.#indexes.set(workspace, (index = new ScanIndex(workspace, this.#parts.store)));
    return index;
  }
}
