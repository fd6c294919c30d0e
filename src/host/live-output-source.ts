import type { CallId } from '../domain/ids.ts';
import type { BlobRef } from '../domain/plan-event.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { LiveLine, OutputSource } from '../ports/output-source.ts';
import { LiveOutputTail } from './live-output-tail.ts';

const POLL_MS = 66;

/** What tools say, from the live files of a plan's folder and from the stored logs. */
export class FileOutputSource implements OutputSource {
  readonly #folder: string;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;

  /** @param folder `liveFolder(...)` */
  constructor(folder: string, blobs: BlobStore, clock: Clock) {
    this.#folder = folder;
    this.#blobs = blobs;
    this.#clock = clock;
  }

  follow(callId: CallId, onLines: (lines: readonly LiveLine[], dropped: number) => void): () => void {
    const stop = new AbortController();
    void this.#poll(new LiveOutputTail(this.#folder, callId), onLines, stop.signal);
    return () => stop.abort();
  }

  async read(log: BlobRef): Promise<readonly LiveLine[]> {
    const text = Buffer.from(await this.#blobs.get(log.ref)).toString('utf8');
    return text.split('\n').map((line) => ({ stream: 'stdout', text: line }));
  }

  async #poll(
    tail: LiveOutputTail,
    onLines: (lines: readonly LiveLine[], dropped: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      // A folder that can't be read for a moment is read again at the next look.
      const found = await tail.read().catch(() => ({ lines: [], dropped: 0 }));
      if (!signal.aborted && found.lines.length + found.dropped > 0) onLines(found.lines, found.dropped);
      await this.#clock.sleep(POLL_MS, signal).catch(() => undefined);
    }
  }
}
