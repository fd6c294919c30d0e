import { statfsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { BugError } from '../domain/errors.ts';
import { openObjectStore, openObjectWriter } from '../storage/open-object-store.ts';
import { serveWriter } from '../storage/serve-writer.ts';
import type { WriterData } from '../storage/writer-thread.ts';
import { serveWorkspace } from '../workspace/serve-workspace.ts';
import { WorkspaceEngine } from '../workspace/workspace-engine.ts';

/**
 * The entry of the thread that works on files, started by openWorkspaceFiles, and of the one that this starts to write much. A file
 * of its own in the bundle.
 */
if (!parentPort) throw new BugError('workspace_thread', 'this is started as a thread only');

const data = workerData as { readonly home: string } | WriterData;
const { home } = data;

if ('writer' in data) {
  serveWriter(data.writer, () => openObjectWriter(home));
} else {
  serveWorkspace(parentPort, async () => {
    const store = await openObjectStore({ home, writerEntry: new URL(import.meta.url) });
    const freeBytes = (): number => {
      const { bavail, bsize } = statfsSync(home);
      return bavail * bsize;
    };
    return new WorkspaceEngine({ store, home, freeBytes });
  });
}
