import { WorkspaceError } from '../domain/errors.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { CapturedFiles, CaptureRequest } from '../ports/workspace-files.ts';
import { CaptureBudget } from './capture-budget.ts';
import { ContentReader } from './content-reader.ts';
import type { ScanIndex } from './scan-index.ts';
import type { DirtyPaths } from './dirty-paths.ts';
import { WorkWatch, type SyncWorkOptions } from './work-watch.ts';
import { WorkspaceScan, type ScanObserver } from './workspace-scan.ts';

export interface CaptureParts {
  readonly store: ObjectStore;
  readonly index: ScanIndex;
  /** Bytes that are free on the disk of the store. */
  readonly freeBytes: () => number;
  readonly observer?: ScanObserver;
}

/** What a capture found, and what the next one has to know of it. */
export interface Captured extends CapturedFiles {
  /** Every path that should be there and isn't. */
  readonly omitted: readonly RawPath[];
  /** Folders that were read. */
  readonly visited: ReadonlySet<RawPath>;
}

/**
 * Scans a workspace, stores what is new and says what there is. Durable when it returns.
 * @throws WorkspaceError if the workspace itself can't be read; StorageError
 */
export function captureWorkspace(
  request: CaptureRequest,
  parts: CaptureParts,
  options: SyncWorkOptions,
): Captured {
  const { store, index } = parts;
  store.takeAddedBytes();
  const watch = new WorkWatch(options, 'files', index.lastCount);
  const scan = openScan(request, parts, watch);
  const found = scan.run();
  if (typeof found === 'string') throw workspaceFailure(request.workspace, found);
  index.lastCount = watch.done;
  // Contents and trees stand in the store before the index counts on them; lost, it only makes the next scan read more.
  index.save(scan.visited);
  store.flush();
  return captured(scan, found.hash, store);
}

/**
 * The same where only `dirty` can be otherwise than at the capture before, whose tree was `before`. The index is kept in memory.
 * null: all has to be scanned.
 */
export function recaptureWorkspace(
  request: CaptureRequest,
  dirty: DirtyPaths,
  before: string,
  parts: CaptureParts,
  options: SyncWorkOptions,
): Captured | null {
  parts.store.takeAddedBytes();
  const scan = openScan(request, parts, new WorkWatch(options, 'files'));
  const found = scan.refresh(dirty);
  if (typeof found === 'string') return null;
  // Else all that the tree refers to is durable already.
  if (found.hash !== before || scan.hasStored) parts.store.flush();
  return captured(scan, found.hash, parts.store);
}

function openScan(
  request: CaptureRequest,
  { store, index, freeBytes, observer }: CaptureParts,
  watch: WorkWatch,
): WorkspaceScan {
  const { limits } = request;
  const reader = new ContentReader(store, limits, new CaptureBudget(limits, store, freeBytes));
  return new WorkspaceScan(request, { store, index, reader, watch, ...(observer && { observer }) });
}

function captured({ omissions, visited }: WorkspaceScan, tree: string, store: ObjectStore): Captured {
  const capture = omissions.toCapture();
  return { tree, capture, bytes: store.takeAddedBytes(), omitted: [...omissions.paths()], visited };
}

function workspaceFailure(workspace: string, what: 'gone' | 'unreadable'): WorkspaceError {
  return what === 'gone'
    ? new WorkspaceError('workspace_missing', `the folder ${workspace} is not there any more`)
    : new WorkspaceError('workspace_unreadable', `the folder ${workspace} cannot be read`);
}
