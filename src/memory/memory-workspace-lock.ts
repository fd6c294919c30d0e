import type { WorkspaceLock, WriteHolder } from '../ports/workspace-lock.ts';

interface Waiter {
  readonly holder: WriteHolder;
  readonly onWait: (holder: WriteHolder) => void;
  readonly go: () => void;
}

interface Line {
  holder: WriteHolder;
  readonly waiting: Waiter[];
}

/** Write locks in memory: first come, first served. */
export class MemoryWorkspaceLock implements WorkspaceLock {
  readonly #lines = new Map<string, Line>();

  async acquire(
    workspace: string,
    holder: WriteHolder,
    options: { readonly signal: AbortSignal; readonly onWait: (holder: WriteHolder) => void },
  ): Promise<{ release(): Promise<void> }> {
    const { signal, onWait } = options;
    signal.throwIfAborted();
    const line = this.#lines.get(workspace);
    if (line) await this.#wait(line, { holder, onWait }, signal);
    else this.#lines.set(workspace, { holder, waiting: [] });
    return { release: async () => this.#release(workspace, holder) };
  }

  async read(workspace: string): Promise<WriteHolder | null> {
    return this.#lines.get(workspace)?.holder ?? null;
  }

  async #wait(line: Line, asked: Omit<Waiter, 'go'>, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => {
      line.waiting.splice(line.waiting.indexOf(waiter), 1);
      reject(signal.reason as Error);
    };
    const go = (): void => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    };
    const waiter: Waiter = { ...asked, go };
    line.waiting.push(waiter);
    signal.addEventListener('abort', onAbort, { once: true });
    asked.onWait(line.holder);
    await promise;
  }

  #release(workspace: string, holder: WriteHolder): void {
    const line = this.#lines.get(workspace);
    if (line?.holder !== holder) return; // given up before
    const next = line.waiting.shift();
    if (!next) {
      this.#lines.delete(workspace);
      return;
    }
    line.holder = next.holder;
    next.go();
    for (const waiter of line.waiting) waiter.onWait(next.holder);
  }
}
