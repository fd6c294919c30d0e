import type { BlobRef } from '../domain/plan-event.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { createLineRedactor, type LineRedactor } from './line-redactor.ts';
import type { Redactor } from './redaction.ts';

/** Below this the result already holds what was said. */
const STORED_FROM_BYTES = 4096;
/** What is kept of one call's live output; the rest is counted. */
const KEPT_BYTES = 16 * 1024 * 1024;
const PREVIEW_CHARACTERS = 200;
/** As many bytes as these can have, and a whole character more. */
const PREVIEW_BYTES = 4 * PREVIEW_CHARACTERS + 4;
/** Characters from which on lines are packed. */
const PACK_AT = 64 * 1024;

type Stream = 'stdout' | 'stderr';

/** The live output of one call: redacted line by line, shown at once, kept whole for the log. */
export class LiveOutput {
  readonly #redactor: Redactor;
  readonly #onLine: (stream: Stream, text: string) => void;
  readonly #streams = new Map<Stream, LineRedactor>();
  /** What is kept, packed: a million short texts would take many times their size. */
  readonly #packed: Buffer[] = [];
  #lines: string[] = [];
  #unpacked = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(redactor: Redactor, onLine: (stream: Stream, text: string) => void) {
    this.#redactor = redactor;
    this.#onLine = onLine;
  }

  write(stream: Stream, text: string): void {
    const known =
      this.#streams.get(stream) ?? createLineRedactor(this.#redactor, (line) => this.#take(stream, line));
    this.#streams.set(stream, known);
    known.write(text);
  }

  /** Says the last lines, also those without a line break. */
  end(): void {
    for (const stream of this.#streams.values()) stream.end();
  }

  /** Stores the log if it is longer than results are; null otherwise. @throws StorageError */
  async store(blobs: BlobStore): Promise<BlobRef | null> {
    if (this.#bytes < STORED_FROM_BYTES) return null;
    if (this.#dropped > 0) this.#lines.push(`[${this.#dropped} more lines were not kept]`);
    this.#pack();
    // Without the last line break.
    const log = Buffer.concat(this.#packed).subarray(0, -1);
    const ref = await blobs.put(log);
    const preview = log.toString('utf8', 0, PREVIEW_BYTES).slice(0, PREVIEW_CHARACTERS).toWellFormed();
    return { ref, bytes: log.byteLength, preview, media: 'text' };
  }

  #take(stream: Stream, line: string): void {
    this.#onLine(stream, line);
    if (this.#bytes > KEPT_BYTES) {
      this.#dropped += 1;
      return;
    }
    this.#bytes += line.length + 1;
    this.#lines.push(line);
    this.#unpacked += line.length + 1;
    if (this.#unpacked >= PACK_AT) this.#pack();
  }

  #pack(): void {
    if (this.#lines.length > 0) this.#packed.push(Buffer.from(`${this.#lines.join('\n')}\n`));
    this.#lines = [];
    this.#unpacked = 0;
  }
}
