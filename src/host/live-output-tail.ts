import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallId } from '../domain/ids.ts';
import type { LiveLine } from '../ports/output-source.ts';
import { decodeLine, segmentName, segmentsOf } from './live-output-format.ts';

const CHUNK_BYTES = 256 * 1024;

/** Reads the live output of one call from the oldest kept line on, as it grows. */
export class LiveOutputTail {
  readonly #folder: string;
  readonly #callId: CallId;
  #segment: number | null = null;
  #offset = 0;
  /** The beginning of a line whose end isn't written yet. */
  #rest: Buffer = Buffer.alloc(0);
  #lines = 0;

  /** @param folder `liveFolder(...)`; it need not exist yet, or any more */
  constructor(folder: string, callId: CallId) {
    this.#folder = folder;
    this.#callId = callId;
  }

  /** What was added since the last call; `dropped`: lines before it that are gone. */
  async read(): Promise<{ readonly lines: readonly LiveLine[]; readonly dropped: number }> {
    const lines: LiveLine[] = [];
    let dropped = 0;
    for (;;) {
      const numbers = segmentsOf(await namesIn(this.#folder), this.#callId);
      const next = this.#nextOf(numbers);
      if (next === null) return { lines, dropped };
      const found = await this.#readSegment(next);
      lines.push(...found.lines);
      dropped += found.dropped;
      const isLast = next === numbers.at(-1);
      // Also with nothing read: a segment that has a successor is complete.
      if (isLast && !found.more) return { lines, dropped };
      if (!found.more) this.#leave(next);
    }
  }

  #nextOf(numbers: readonly number[]): number | null {
    const next = numbers.find((number) => number >= (this.#segment ?? 0)) ?? null;
    if (next !== this.#segment) {
      this.#offset = 0;
      this.#rest = Buffer.alloc(0);
    }
    this.#segment = next ?? this.#segment;
    return next;
  }

  #leave(segment: number): void {
    this.#segment = segment + 1;
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
  }

  async #readSegment(
    number: number,
  ): Promise<{ readonly lines: readonly LiveLine[]; readonly dropped: number; readonly more: boolean }> {
    const chunk = await readChunk(join(this.#folder, segmentName(this.#callId, number)), this.#offset);
    this.#offset += chunk.length;
    // Bytes, not text: a character may be cut in two.
    const all = Buffer.concat([this.#rest, chunk]);
    const end = all.lastIndexOf(0x0a) + 1;
    this.#rest = all.subarray(end);
    return {
      ...this.#count(all.toString('utf8', 0, end).split('\n').slice(0, -1)),
      more: chunk.length === CHUNK_BYTES,
    };
  }

  #count(texts: readonly string[]): { readonly lines: readonly LiveLine[]; readonly dropped: number } {
    let dropped = 0;
    const lines: LiveLine[] = [];
    for (const text of texts) {
      if (text.startsWith('#')) {
        const before = Number(text.slice(1));
        dropped += Math.max(0, before - this.#lines);
        this.#lines = Math.max(this.#lines, before);
      } else {
        lines.push(decodeLine(text));
        this.#lines += 1;
      }
    }
    return { lines, dropped };
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return await orWhenGone(() => readdir(folder), []);
}

/** Empty if the segment was removed meanwhile. */
async function readChunk(file: string, offset: number): Promise<Buffer> {
  const handle: FileHandle | null = await orWhenGone(() => open(file, 'r'), null);
  if (!handle) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function orWhenGone<T>(read: () => Promise<T>, gone: T): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return gone;
    throw thrown;
  }
}
