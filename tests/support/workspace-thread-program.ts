// The thread of the tests of ThreadedWorkspaceFiles: the real one, with a store that does what file names say.
import { parentPort, workerData } from 'node:worker_threads';
import { BugError } from '../../src/domain/errors.ts';
import { MemoryObjectStore } from '../../src/memory/memory-object-store.ts';
import { serveWorkspace } from '../../src/workspace/serve-workspace.ts';
import { WorkspaceEngine } from '../../src/workspace/workspace-engine.ts';

const { home, failures } = workerData as { readonly home: string; readonly failures: number };
let failed = 0;

class ObeyingStore extends MemoryObjectStore {
  override putContent(hash: string, content: Uint8Array): boolean {
    const text = Buffer.from(content).toString();
    if (text === 'die') process.exit(3);
    if (text === 'throw') throw new TypeError('a bug');
    if (text === 'throw in the thread')
      setImmediate(() => {
        throw new Error('uncaught');
      });
    if (text === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120);
    return super.putContent(hash, content);
  }
}

if (!parentPort) throw new BugError('test', 'this is a thread');
serveWorkspace(parentPort, async () => {
  if (failed < failures) {
    failed += 1;
    throw new BugError('test', 'not yet');
  }
  return new WorkspaceEngine({ store: new ObeyingStore(), home, freeBytes: () => 1e15 });
});
