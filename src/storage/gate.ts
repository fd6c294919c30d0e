/** A first-come lock inside one process. */
export class Gate {
  #tail: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;

  /** Resolves when it is the caller's turn; every `enter` needs its `leave`. */
  async enter(): Promise<void> {
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await before;
    this.#release = resolve;
  }

  leave(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
