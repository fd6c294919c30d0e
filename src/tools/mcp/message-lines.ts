const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines. Each byte is copied once, however long a line is. */
export class MessageLines {
  readonly #limit: number;
  #open: Buffer[] = [];
  #bytes = 0;

  /** @param limit bytes of one line */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that this piece completes. @throws RangeError if a line is longer than the limit */
  add(chunk: Buffer): readonly string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, at));
      lines.push(Buffer.concat(this.#open).toString('utf8'));
      this.#open = [];
      this.#bytes = 0;
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  #keep(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes > this.#limit) throw new RangeError(`a message of more than ${this.#limit} bytes`);
    if (piece.length > 0) this.#open.push(piece);
  }
}
