import { WorkspaceError } from '../domain/errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { CapturedFiles, CaptureRequest } from '../ports/workspace-files.ts';
import { CaptureBudget } from './capture-budget.ts';
import { ContentReader } from './content-reader.ts';
import type { ScanIndex } from './scan-index.ts';
import { WorkWatch, type SyncWorkOptions } from './work-watch.ts';
import { WorkspaceScan } from './workspace-scan.ts';

export interface CaptureParts {
  readonly store: ObjectStore;
  readonly index: ScanIndex;
  /** Bytes that are free on the disk of the store. */
  readonly freeBytes: () => number;
}

/**
 * Scans a workspace, stores what is new and says what there is. Durable when it returns.
 * @throws WorkspaceError if the workspace itself can't be read; StorageError
 */
export function captureWorkspace(
  request: CaptureRequest,
  { store, index, freeBytes }: CaptureParts,
  options: SyncWorkOptions,
): CapturedFiles {
  store.takeAddedBytes();
  const reader = new ContentReader(
    store,
    request.limits,
    new CaptureBudget(request.limits, store, freeBytes),
  );
  const watch = new WorkWatch(options, 'files', index.lastCount);
  const scan = new WorkspaceScan(request, { store, index, reader, watch });
  const found = scan.run();
  if (typeof found === 'string') throw workspaceFailure(request.workspace, found);
  index.lastCount = watch.done;
  // Contents and trees stand in the store before the index counts on them; lost, it only makes the next scan read more.
  index.save(scan.visited);
  store.flush();
  return { tree: found.hash, capture: scan.omissions.toCapture(), bytes: store.takeAddedBytes() };
}

function workspaceFailure(workspace: string, what: 'gone' | 'unreadable'): WorkspaceError {
  return what === 'gone'
    ? new WorkspaceError('workspace_missing', `the folder ${workspace} is not there any more`)
    : new WorkspaceError('workspace_unreadable', `the folder ${workspace} cannot be read`);
}
