import type { Database as Sqlite, Statement } from 'better-sqlite3';
import { toTimeText } from './object-age.ts';
import type { Packed } from './packing.ts';

/** Where a test can stop or hurt the store. */
export type ObjectStep =
  | 'batch.begun'
  | 'batch.filled'
  | 'batch.committed'
  | 'large.written'
  | 'large.flushed'
  | 'large.placed'
  | 'flushed';

/** What is kept in memory before it is written. */
const LARGEST_BATCH_BYTES = 1024 * 1024;
const MOST_ROWS = 2000;
/** Other writers wait no longer than this for one transaction of ours, milliseconds. */
const LONGEST_WRITE_MS = 10;

interface PendingContent extends Packed {
  readonly bytes: number;
}

// Somebody may have deleted or written the same since it was looked up: either way it is there and young afterwards.
const PUT_CONTENT = `insert into blobs (hash, bytes, codec, created_at, content) values (?, ?, ?, ?, ?)
  on conflict do update set created_at = excluded.created_at`;
const PUT_TREE = `insert into trees (hash, created_at, entries) values (?, ?, ?)
  on conflict do update set created_at = excluded.created_at`;

/** Rows that are to be written, many in a transaction. */
export class ObjectBatch {
  readonly #db: Sqlite;
  readonly #now: () => number;
  readonly #onStep: (step: ObjectStep) => void;
  readonly #contents = new Map<string, PendingContent>();
  readonly #trees = new Map<string, Uint8Array>();
  readonly #putContent: Statement;
  readonly #putTree: Statement;
  #bytes = 0;

  constructor(db: Sqlite, now: () => number, onStep: (step: ObjectStep) => void) {
    this.#db = db;
    this.#now = now;
    this.#onStep = onStep;
    this.#putContent = db.prepare(PUT_CONTENT);
    this.#putTree = db.prepare(PUT_TREE);
  }

  content(hex: string): PendingContent | undefined {
    return this.#contents.get(hex);
  }

  tree(hex: string): Uint8Array | undefined {
    return this.#trees.get(hex);
  }

  addContent(hex: string, content: PendingContent): void {
    this.#makeRoom();
    this.#contents.set(hex, content);
    this.#bytes += content.stored.byteLength;
  }

  addTree(hex: string, stored: Uint8Array): void {
    this.#makeRoom();
    this.#trees.set(hex, stored);
    this.#bytes += stored.byteLength;
  }

  /** Commits all, in as many transactions as it takes. What could not be written is kept for the next try. */
  write(): void {
    while (this.#contents.size > 0 || this.#trees.size > 0) this.#writeSome();
    this.#bytes = 0;
  }

  /** Before one more is added: if this fails, the one that is to be added was not put. */
  #makeRoom(): void {
    const rows = this.#contents.size + this.#trees.size;
    if (this.#bytes >= LARGEST_BATCH_BYTES || rows >= MOST_ROWS) this.write();
  }

  #writeSome(): void {
    const written = this.#db.transaction(() => this.#insertSome()).immediate();
    for (const hex of written.contents) this.#contents.delete(hex);
    for (const hex of written.trees) this.#trees.delete(hex);
    this.#onStep('batch.committed');
  }

  /** Contents first: a tree in the store has all that it refers to. */
  #insertSome(): { readonly contents: readonly string[]; readonly trees: readonly string[] } {
    this.#onStep('batch.begun');
    const until = performance.now() + LONGEST_WRITE_MS;
    const at = toTimeText(this.#now());
    const [contents, trees]: [string[], string[]] = [[], []];
    for (const [hex, { bytes, codec, stored }] of this.#contents) {
      this.#putContent.run(Buffer.from(hex, 'hex'), bytes, codec, at, stored);
      contents.push(hex);
      if (performance.now() > until) break;
    }
    for (const [hex, stored] of this.#trees) {
      // Trees come children before parents, and all of them after the contents.
      if (performance.now() > until || contents.length < this.#contents.size) break;
      this.#putTree.run(Buffer.from(hex, 'hex'), at, stored);
      trees.push(hex);
    }
    this.#onStep('batch.filled');
    return { contents, trees };
  }
}
