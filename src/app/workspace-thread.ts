import { statfsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { BugError } from '../domain/errors.ts';
import { openObjectStore } from '../storage/open-object-store.ts';
import { serveWorkspace } from '../workspace/serve-workspace.ts';
import { WorkspaceEngine } from '../workspace/workspace-engine.ts';

/** The entry of the thread that works on files, started by openWorkspaceFiles. A file of its own in the bundle. */
if (!parentPort) throw new BugError('workspace_thread', 'this is started as a thread only');

const { home } = workerData as { readonly home: string };

serveWorkspace(parentPort, async () => {
  const store = await openObjectStore({ home });
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(home);
    return bavail * bsize;
  };
  return new WorkspaceEngine({ store, home, freeBytes });
});
