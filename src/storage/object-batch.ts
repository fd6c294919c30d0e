import type { ObjectWriter } from './object-writer.ts';
import { PendingObjects } from './pending-objects.ts';
import type { WriterThread } from './writer-thread.ts';

/** Full batches that are kept until there is one more: to start a thread takes longer than to write them. */
const NOT_WORTH_A_THREAD = 3;

/**
 * Objects that are to be written. Where a thread may be started, what doesn't fit into a few batches is written there, while the
 * next is read here; what that one hasn't written is written here.
 */
export class ObjectBatch {
  readonly #writer: ObjectWriter;
  readonly #startThread: (() => WriterThread) | null;
  #thread: WriterThread | null = null;
  /** What waits for a thread, or what one has left, oldest first. */
  #left: readonly PendingObjects[] = [];
  #pending = new PendingObjects();
  #added = 0;

  constructor(writer: ObjectWriter, startThread: (() => WriterThread) | null) {
    this.#writer = writer;
    this.#startThread = startThread;
  }

  hasContent(hash: string): boolean {
    return this.#find('contents', hash) !== undefined;
  }

  hasTree(hash: string): boolean {
    return this.#find('trees', hash) !== undefined;
  }

  content(hash: string): Uint8Array | undefined {
    return copyOf(this.#find('contents', hash));
  }

  tree(hash: string): Uint8Array | undefined {
    return copyOf(this.#find('trees', hash));
  }

  addContent(hash: string, content: Uint8Array): void {
    this.#makeRoom();
    this.#pending.add('contents', hash, content);
  }

  addTree(hash: string, encoded: Uint8Array): void {
    this.#makeRoom();
    this.#pending.add('trees', hash, encoded);
  }

  /** Bytes that were stored since the last call. */
  takeAddedBytes(): number {
    const added = this.#added;
    this.#added = 0;
    return added;
  }

  /** Commits all. What could not be written is kept for the next try. */
  write(): void {
    const thread = this.#thread;
    if (thread) {
      this.#send(thread);
      this.#thread = null;
      const { added, unwritten } = thread.end();
      this.#added += added;
      this.#left = [...this.#left, ...unwritten];
    }
    for (const objects of this.#left) this.#added += this.#writer.write(objects);
    this.#left = [];
    this.#added += this.#writer.write(this.#pending);
    this.#pending = new PendingObjects(this.#pending.room);
  }

  #find(kind: 'contents' | 'trees', hash: string): Uint8Array | undefined {
    const found = this.#pending[kind].get(hash) ?? this.#thread?.find(kind, hash);
    return found ?? this.#left.find((objects) => objects[kind].has(hash))?.[kind].get(hash);
  }

  /** Before one more is added: if this fails, the one that is to be added was not put. */
  #makeRoom(): void {
    if (!this.#pending.isFull) return;
    if (this.#thread === null && this.#startThread) this.#waitForMore(this.#startThread);
    else if (this.#thread?.works === true) this.#send(this.#thread);
    else this.write();
  }

  #waitForMore(startThread: () => WriterThread): void {
    this.#left = [...this.#left, this.#pending];
    this.#pending = new PendingObjects();
    if (this.#left.length <= NOT_WORTH_A_THREAD) return;
    const thread = startThread();
    for (const objects of this.#left) thread.write(objects);
    [this.#left, this.#thread] = [[], thread];
  }

  #send(thread: WriterThread): void {
    this.#pending = new PendingObjects(thread.write(this.#pending));
  }
}

/** Its memory is used for others once it is written. */
function copyOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && new Uint8Array(bytes);
}
