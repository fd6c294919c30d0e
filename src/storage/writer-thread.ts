import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { WritableObjects } from './object-writer.ts';
import type { PendingObjects } from './pending-objects.ts';

/** Batches that may wait for the thread: so much memory it takes. */
const MOST_WAITING = 4;
/** A thread that has written nothing for so long is left alone, milliseconds. */
const PATIENCE_MS = 30_000;

/** `added`: bytes stored of the oldest batch. null: it could not be written, and nothing after it will be. */
export interface WriterReply {
  readonly added: number | null;
}

export interface WriterData {
  readonly home: string;
  readonly writer: {
    /** Gets WritableObjects, null at the end; gives a WriterReply for each. */
    readonly port: MessagePort;
    /** Counts the replies. */
    readonly replies: Int32Array<SharedArrayBuffer>;
  };
}

/**
 * A thread that packs and writes objects while this one goes on. It is waited for without an event loop, and nothing of it is
 * believed but what it has answered: all else is still here.
 */
export class WriterThread {
  readonly #port: MessagePort;
  readonly #replies = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #patienceMs: number;
  readonly #waiting: PendingObjects[] = [];
  readonly #rooms: SharedArrayBuffer[] = [];
  #heard = 0;
  #added = 0;
  #works = true;

  /** @param entry calls serveWriter with its workerData */
  constructor(entry: URL, home: string, patienceMs = PATIENCE_MS) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#patienceMs = patienceMs;
    const data: WriterData = { home, writer: { port: port2, replies: this.#replies } };
    const worker = new Worker(entry, {
      workerData: data,
      transferList: [port2],
      execArgv: [],
      name: 'objects',
      // What it packs is short-lived: buffers that are collected with the nursery, so the smaller that is, the fewer lie about.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    // What it hasn't answered is written by us: that is all its end means.
    worker.on('error', () => (this.#works = false));
    worker.unref();
  }

  get works(): boolean {
    return this.#works;
  }

  find(kind: 'contents' | 'trees', hash: string): Uint8Array | undefined {
    return this.#waiting.find((objects) => objects[kind].has(hash))?.[kind].get(hash);
  }

  /** Gives it a batch, after those before it are written but for a few. Returns room for the next, if there is some already. */
  write(objects: PendingObjects): SharedArrayBuffer | undefined {
    this.#waiting.push(objects);
    const { contents, trees } = objects;
    this.#port.postMessage({ contents, trees } satisfies WritableObjects, []);
    this.#hearUntil(MOST_WAITING);
    return this.#rooms.pop();
  }

  /** Waits until it is done and lets it end. `unwritten`: what it has not written, oldest first. */
  end(): { readonly added: number; readonly unwritten: readonly PendingObjects[] } {
    this.#hearUntil(0);
    this.#port.postMessage(null, []);
    this.#port.close();
    return { added: this.#added, unwritten: this.#waiting };
  }

  #hearUntil(mostWaiting: number): void {
    while (this.#works) {
      const reply = receiveMessageOnPort(this.#port) as { readonly message: WriterReply } | undefined;
      if (reply) this.#hear(reply.message);
      else if (this.#waiting.length <= mostWaiting) return;
      else this.#works = Atomics.wait(this.#replies, 0, this.#heard, this.#patienceMs) !== 'timed-out';
    }
  }

  #hear({ added }: WriterReply): void {
    this.#heard += 1;
    this.#works = added !== null;
    if (added === null) return;
    this.#added += added;
    for (const { room } of this.#waiting.splice(0, 1)) this.#rooms.push(room);
  }
}
