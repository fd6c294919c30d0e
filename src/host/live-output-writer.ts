import { appendFile, mkdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallId } from '../domain/ids.ts';
import type { PlanEvent } from '../domain/plan-event.ts';
import type { EventListener, OutputLine } from '../ports/event-listener.ts';
import { encodeLine, KEPT_SEGMENTS, SEGMENT_BYTES, segmentName } from './live-output-format.ts';

/** Waiting text of one call beyond this (characters) is dropped: a disk that is slow must not fill the memory. */
const WAITING_LIMIT = 4 * 1024 * 1024;

/** One call's output on its way to the disk. */
interface CallFile {
  segment: number;
  /** In the present segment. */
  bytes: number;
  /** Of the whole call. */
  lines: number;
  waiting: string;
}

/**
 * Puts what running tools say where watchers of other processes can read it. It never waits and never throws: a plan
 * doesn't depend on it.
 */
export class LiveOutputWriter implements EventListener {
  readonly #folder: string;
  readonly #calls = new Map<CallId, CallFile>();
  #work: Promise<void>;
  #isScheduled = false;
  /** Why nothing is written any more; null as long as all is well. */
  failure: unknown = null;

  /** @param folder `liveFolder(...)`; what an earlier run left in it is removed */
  constructor(folder: string) {
    this.#folder = folder;
    this.#work = this.#guard(async () => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
    });
  }

  onOutput({ call_id, stream, text }: OutputLine): void {
    if (this.failure !== null) return;
    const call = this.#calls.get(call_id) ?? { segment: 0, bytes: 0, lines: 0, waiting: '' };
    this.#calls.set(call_id, call);
    call.lines += 1;
    if (call.waiting.length < WAITING_LIMIT) call.waiting += encodeLine({ stream, text });
    this.#schedule();
  }

  onEvent({ type, payload }: PlanEvent): void {
    if (type !== 'tool.completed' && type !== 'tool.failed') return;
    const call = this.#calls.get(payload.call_id);
    if (!call) return;
    this.#calls.delete(payload.call_id);
    this.#enqueue(() => this.#remove(payload.call_id, call.segment));
  }

  /** Resolves when everything said so far is written. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** Removes everything; nothing is written afterwards. */
  async close(): Promise<void> {
    this.#calls.clear();
    this.#enqueue(() => rm(this.#folder, { recursive: true, force: true }));
    await this.settled();
  }

  /** What comes in while a write is under way goes out with the next: few writes, however many lines. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#enqueue(async () => {
      this.#isScheduled = false;
      for (const [callId, call] of this.#calls) if (call.waiting !== '') await this.#write(callId, call);
    });
  }

  async #write(callId: CallId, call: CallFile): Promise<void> {
    const text = call.waiting;
    call.waiting = '';
    if (call.bytes >= SEGMENT_BYTES) {
      call.segment += 1;
      call.bytes = 0;
      const oldest = call.segment - KEPT_SEGMENTS;
      if (oldest >= 0) await unlink(join(this.#folder, segmentName(callId, oldest)));
    }
    const lines = text.split('\n').length - 1;
    const head = call.bytes === 0 ? `#${call.lines - lines}\n` : '';
    call.bytes += Buffer.byteLength(head + text);
    await appendFile(join(this.#folder, segmentName(callId, call.segment)), head + text, { mode: 0o600 });
  }

  async #remove(callId: CallId, last: number): Promise<void> {
    for (let number = Math.max(0, last - KEPT_SEGMENTS + 1); number <= last; number += 1)
      await rm(join(this.#folder, segmentName(callId, number)), { force: true });
  }

  #enqueue(job: () => Promise<void>): void {
    this.#work = this.#work.then(() => this.#guard(job));
  }

  /** A full disk takes the view from watchers, nothing else. */
  async #guard(job: () => Promise<void>): Promise<void> {
    if (this.failure !== null) return;
    try {
      await job();
    } catch (thrown) {
      this.failure = thrown;
    }
  }
}
