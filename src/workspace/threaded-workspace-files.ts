import { Worker } from 'node:worker_threads';
import { BugError } from '../domain/errors.ts';
import type { FileChange } from '../domain/file-state.ts';
import type { RawPath } from '../domain/raw-path.ts';
import type {
  CapturedFiles,
  CaptureRequest,
  ListedFile,
  RestoreReport,
  RestoreRequest,
  WorkOptions,
  WorkspaceFiles,
} from '../ports/workspace-files.ts';
import { uncarryError, type ThreadMethod, type ThreadReply, type ThreadRequest } from './thread-messages.ts';
import type { ObjectFault } from './tree-reach.ts';

export interface ThreadedOptions {
  /** The thread's entry: it calls serveWorkspace. */
  readonly entry: URL;
  /** Given to the entry as `workerData`. */
  readonly data: unknown;
}

/** Of the thread's heap. */
const YOUNG_MB = 8;

interface Call {
  readonly options: WorkOptions;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly ended: Promise<void>;
}

/**
 * Lets a thread of its own work on the files. It is started when first needed, works off one call after the other, and does not
 * keep the process alive between them. If it dies, the calls that wait for it fail, and the next one starts another.
 */
export class ThreadedWorkspaceFiles implements WorkspaceFiles {
  readonly #options: ThreadedOptions;
  readonly #calls = new Map<number, Call>();
  #thread: Thread | null = null;
  #lastId = 0;
  #isClosed = false;

  constructor(options: ThreadedOptions) {
    this.#options = options;
  }

  capture(request: CaptureRequest, options?: WorkOptions): Promise<CapturedFiles> {
    return this.#call('captureWatched', [request], options);
  }

  changes(before: string | null, after: string | null): Promise<readonly FileChange[]> {
    return this.#call('changes', [before, after]);
  }

  list(tree: string, within?: RawPath): Promise<readonly ListedFile[]> {
    return this.#call('list', [tree, within]);
  }

  verify(
    wanted: { readonly contents?: readonly string[]; readonly trees?: readonly string[] },
    options?: WorkOptions,
  ): Promise<readonly ObjectFault[]> {
    return this.#call('verify', [wanted], options);
  }

  reach(
    trees: readonly string[],
  ): Promise<{ readonly trees: readonly string[]; readonly contents: readonly string[] }> {
    return this.#call('reach', [trees]);
  }

  changedAt(workspace: string, paths: readonly RawPath[]): Promise<readonly (number | null)[]> {
    return this.#call('changedAt', [workspace, paths]);
  }

  restore(request: RestoreRequest, options?: WorkOptions): Promise<RestoreReport> {
    return this.#call('restore', [request], options);
  }

  copyFolder(source: string, target: string, options?: WorkOptions): Promise<void> {
    return this.#call('copyFolder', [source, target], options);
  }

  /** Waits for the calls that are under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#thread?.worker.ref();
    this.#thread?.worker.postMessage(null, []);
    await this.#thread?.ended;
  }

  async #call<T>(method: ThreadMethod, args: readonly unknown[], options: WorkOptions = {}): Promise<T> {
    if (this.#isClosed) throw new BugError('workspace_files_closed', 'the files are asked for after the end');
    const { signal } = options;
    signal?.throwIfAborted();
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const onAbort = (): void => void Atomics.store(stop, 0, 1);
    signal?.addEventListener('abort', onAbort);
    const id = (this.#lastId += 1);
    try {
      return await new Promise<T>((resolve, reject) => {
        const { worker } = (this.#thread ??= this.#start());
        this.#calls.set(id, { options, resolve, reject });
        worker.ref();
        const tellsProgress = options.onProgress !== undefined;
        worker.postMessage({ id, method, args, stop, tellsProgress } satisfies ThreadRequest, []);
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#calls.delete(id);
      if (this.#calls.size === 0 && !this.#isClosed) this.#thread?.worker.unref();
    }
  }

  #start(): Thread {
    const worker = new Worker(this.#options.entry, {
      workerData: this.#options.data,
      execArgv: [],
      name: 'workspace',
      // What a scan leaves is short-lived: a larger nursery would only be more memory that is touched.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    let cause: unknown = null;
    worker.on('message', (reply: ThreadReply) => this.#take(reply));
    worker.on('error', (error) => (cause = error));
    const ended = new Promise<void>((resolve) => {
      worker.on('exit', () => {
        this.#end(cause);
        resolve();
      });
    });
    return { worker, ended };
  }

  #take(reply: ThreadReply): void {
    // It waits until it is answered, or the thread has ended.
    const call = this.#calls.get(reply.id) as Call;
    if ('progress' in reply) call.options.onProgress?.(...reply.progress);
    else if ('result' in reply) call.resolve(reply.result as never);
    else
      call.reject(reply.error.kind === 'stopped' ? call.options.signal?.reason : uncarryError(reply.error));
  }

  #end(cause: unknown): void {
    this.#thread = null;
    for (const { reject } of this.#calls.values()) {
      const hint = cause instanceof Error ? cause.message : 'nothing is known of the reason';
      reject(new BugError('workspace_thread', 'the thread that works on files has ended', { hint, cause }));
    }
  }
}
