import type { ObjectWriter } from './object-writer.ts';
import { PendingObjects } from './pending-objects.ts';
import type { WriterThread } from './writer-thread.ts';

/**
 * Objects that are to be written. Where a thread may be started, what doesn't fit into one batch is written there, while the
 * next is read here; what that one hasn't written is written here.
 */
export class ObjectBatch {
  readonly #writer: ObjectWriter;
  readonly #startThread: (() => WriterThread) | null;
  #thread: WriterThread | null = null;
  /** What a thread has left, oldest first. */
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
    this.#thread ??= this.#startThread?.() ?? null;
    if (this.#thread?.works === true) this.#send(this.#thread);
    else this.write();
  }

  #send(thread: WriterThread): void {
    this.#pending = new PendingObjects(thread.write(this.#pending));
  }
}

/** Its memory is used for others once it is written. */
function copyOf(bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes && new Uint8Array(bytes);
}
