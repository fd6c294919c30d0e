import type { WriteHolder } from '../ports/workspace-lock.ts';

type Tell = (holder: WriteHolder) => void;

interface Waiter {
  readonly tell: Tell;
  readonly go: () => void;
}

/** The line of one process before one workspace: first come, first served. Only its head asks the database. */
export class LocalQueue {
  readonly #waiting: Waiter[] = [];
  #taken = false;
  #holder: WriteHolder | null = null;

  /**
   * Resolves when the caller is at the head; then it must `leave`.
   * @throws the signal's reason if it is aborted first
   */
  async enter(signal: AbortSignal, tell: Tell): Promise<void> {
    signal.throwIfAborted();
    if (!this.#taken) {
      this.#taken = true;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      reject(signal.reason as Error);
    };
    const go = (): void => {
      signal.removeEventListener('abort', onAbort); // from here on the caller has its turn, aborted or not
      resolve();
    };
    const waiter: Waiter = { tell, go };
    this.#waiting.push(waiter);
    signal.addEventListener('abort', onAbort, { once: true });
    if (this.#holder) tell(this.#holder);
    await promise;
  }

  /** Says who has the workspace, in this process or another. */
  announce(holder: WriteHolder): void {
    this.#holder = holder;
    for (const waiter of this.#waiting) waiter.tell(holder);
  }

  leave(): void {
    this.#holder = null;
    const next = this.#waiting.shift();
    if (next) next.go();
    else this.#taken = false;
  }
}
