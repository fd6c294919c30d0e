/** How much of each stream a result holds. */
export const MAX_STREAM_CHARACTERS = 16 * 1024 * 1024;

/**
 * The text of a stream up to a limit. Of a longer one the first and the last half of the limit are kept, with a line
 * between them that says how much is missing: the command goes on, and the end, where errors stand, is there.
 */
export class BoundedText {
  readonly #half: number;
  #head = '';
  #tail = '';
  #dropped = 0;

  constructor(limit = MAX_STREAM_CHARACTERS) {
    this.#half = Math.floor(limit / 2);
  }

  get isTruncated(): boolean {
    return this.#dropped > 0;
  }

  add(text: string): void {
    const room = this.#half - this.#head.length;
    this.#head += text.slice(0, room);
    this.#tail += text.slice(room);
    // Cut only now and then: a cut copies the whole tail.
    if (this.#tail.length > 2 * this.#half) this.#cutTail();
  }

  /** The text without its last line break, as a shell's `$(...)` gives it. */
  finish(): string {
    if (this.#tail.length > this.#half) this.#cutTail();
    const gap = this.isTruncated ? `\n[... ${this.#dropped} characters left out ...]\n` : '';
    // A cut may have parted a pair of surrogates, which have no UTF-8 form alone.
    return (this.#head + gap + this.#tail).toWellFormed().replace(/\r?\n$/, '');
  }

  #cutTail(): void {
    const surplus = this.#tail.length - this.#half;
    this.#dropped += surplus;
    this.#tail = this.#tail.slice(surplus);
  }
}
