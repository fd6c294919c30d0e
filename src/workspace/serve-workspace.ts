import type { MessagePort } from 'node:worker_threads';
import { carryError, StoppedError, type ThreadReply, type ThreadRequest } from './thread-messages.ts';
import type { SyncWorkOptions } from './work-watch.ts';
import type { WorkspaceEngine } from './workspace-engine.ts';

/**
 * The thread's side of ThreadedWorkspaceFiles: does what comes through the port, one after the other. `null` ends it.
 * @param open called at the first request, and again at the next one if it failed
 */
export function serveWorkspace(port: MessagePort, open: () => Promise<WorkspaceEngine>): void {
  let engine: WorkspaceEngine | null = null;
  const reply = (message: ThreadReply): void => port.postMessage(message);
  const work = async (request: ThreadRequest | null): Promise<void> => {
    if (request === null) {
      engine?.close();
      port.close();
      return;
    }
    const { id } = request;
    try {
      engine ??= await open();
      reply({ id, result: await call(engine, request, reply) });
      engine.rest();
    } catch (error) {
      reply({ id, error: carryError(error) });
    }
  };
  let last = Promise.resolve();
  port.on('message', (request: ThreadRequest | null) => {
    last = last.then(() => work(request));
  });
}

function call(
  engine: WorkspaceEngine,
  { id, method, args, stop, tellsProgress }: ThreadRequest,
  reply: (message: ThreadReply) => void,
): unknown {
  const reason = new StoppedError('it was asked to stop');
  const signal = {
    reason,
    get aborted(): boolean {
      return Atomics.load(stop, 0) !== 0;
    },
  };
  if (signal.aborted) throw reason;
  const options: SyncWorkOptions = {
    signal,
    ...(tellsProgress ? { onProgress: (...progress) => reply({ id, progress }) } : {}),
  };
  const run = engine[method] as (...args: readonly unknown[]) => unknown;
  return run.call(engine, ...args, ...(takesOptions(method) ? [options] : []));
}

function takesOptions(method: ThreadRequest['method']): boolean {
  return (
    method === 'captureWatched' || method === 'verify' || method === 'restore' || method === 'copyFolder'
  );
}
