import type { WritableObjects } from './object-writer.ts';

/** What is kept in memory before it is written. */
const FULL_BYTES = 1024 * 1024;
const MOST_ROWS = 2000;
/** The last content before it is full may be as large as one in a row can be. */
const ROOM_BYTES = FULL_BYTES + 128 * 1024;

/** Objects that are to be written, their bytes in memory that threads share. What doesn't fit into it stands beside it. */
export class PendingObjects implements WritableObjects {
  readonly contents = new Map<string, Uint8Array>();
  readonly trees = new Map<string, Uint8Array>();
  /** May be used again once all is written. */
  readonly room: SharedArrayBuffer;
  #used = 0;

  constructor(room = new SharedArrayBuffer(ROOM_BYTES)) {
    this.room = room;
  }

  get isFull(): boolean {
    return this.#used >= FULL_BYTES || this.contents.size + this.trees.size >= MOST_ROWS;
  }

  add(kind: 'contents' | 'trees', hash: string, bytes: Uint8Array): void {
    this[kind].set(hash, this.#keep(bytes));
    this.#used += bytes.byteLength;
  }

  /** The caller may use its buffer for the next file. */
  #keep(bytes: Uint8Array): Uint8Array {
    if (this.#used + bytes.byteLength > this.room.byteLength) return new Uint8Array(bytes);
    const kept = new Uint8Array(this.room, this.#used, bytes.byteLength);
    kept.set(bytes);
    return kept;
  }
}
