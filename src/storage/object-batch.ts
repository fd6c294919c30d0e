import type { Database as Sqlite, Statement } from 'better-sqlite3';
import { packAll, type Bundle, type Single } from './bundles.ts';
import { toTimeText } from './object-age.ts';
import { packTree } from './packing.ts';

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

// Somebody may have deleted or written the same since it was looked up: either way it is there and young afterwards.
const PUT_CONTENT = `insert into blobs (hash, bytes, codec, created_at, content) values (?, ?, ?, ?, ?)
  on conflict do update set created_at = excluded.created_at`;
const PUT_BUNDLE = 'insert into bundles (bytes, codec, content) values (?, ?, ?)';
const PUT_MEMBER = `insert into blobs (hash, bytes, codec, created_at, content, bundle_id, bundle_at)
  values (?, ?, 'bundle', ?, x'', ?, ?) on conflict do update set created_at = excluded.created_at`;
const PUT_TREE = `insert into trees (hash, created_at, entries) values (?, ?, ?)
  on conflict do update set created_at = excluded.created_at`;

/** Rows that are to be written, many in a transaction. */
export class ObjectBatch {
  readonly #db: Sqlite;
  readonly #now: () => number;
  readonly #onStep: (step: ObjectStep) => void;
  readonly #contents = new Map<string, Uint8Array>();
  readonly #trees = new Map<string, Uint8Array>();
  readonly #statements: Readonly<Record<'content' | 'bundle' | 'member' | 'tree', Statement>>;
  #bytes = 0;
  #added = 0;

  constructor(db: Sqlite, now: () => number, onStep: (step: ObjectStep) => void) {
    this.#db = db;
    this.#now = now;
    this.#onStep = onStep;
    this.#statements = {
      content: db.prepare(PUT_CONTENT),
      bundle: db.prepare(PUT_BUNDLE),
      member: db.prepare(PUT_MEMBER),
      tree: db.prepare(PUT_TREE),
    };
  }

  content(hash: string): Uint8Array | undefined {
    return this.#contents.get(hash);
  }

  tree(hash: string): Uint8Array | undefined {
    return this.#trees.get(hash);
  }

  addContent(hash: string, content: Uint8Array): void {
    this.#makeRoom();
    this.#contents.set(hash, content);
    this.#bytes += content.byteLength;
  }

  addTree(hash: string, encoded: Uint8Array): void {
    this.#makeRoom();
    this.#trees.set(hash, encoded);
    this.#bytes += encoded.byteLength;
  }

  /** Bytes that were stored since the last call. */
  takeAddedBytes(): number {
    const added = this.#added;
    this.#added = 0;
    return added;
  }

  /**
   * Commits all, in as many transactions as it takes. What could not be written is kept for the next try.
   * Contents first: a tree in the store has all that it refers to. Trees come children before parents.
   */
  write(): void {
    this.#writeAll(packAll(this.#contents), (unit, at) => this.#putContents(unit, at));
    this.#writeAll(packTrees(this.#trees), (tree, at) => this.#putTree(tree, at));
    this.#bytes = 0;
  }

  /** Before one more is added: if this fails, the one that is to be added was not put. */
  #makeRoom(): void {
    const rows = this.#contents.size + this.#trees.size;
    if (this.#bytes >= LARGEST_BATCH_BYTES || rows >= MOST_ROWS) this.write();
  }

  /** What is written is packed before its transaction begins: nobody waits for that. */
  #writeAll<T>(units: Iterable<T>, put: (unit: T, at: string) => () => void): void {
    const packed = [...units];
    for (let next = 0; next < packed.length;) {
      const written = this.#db
        .transaction(() => {
          this.#onStep('batch.begun');
          const until = performance.now() + LONGEST_WRITE_MS;
          const at = toTimeText(this.#now());
          const done: (() => void)[] = [];
          do done.push(put(packed[next + done.length] as T, at));
          while (next + done.length < packed.length && performance.now() < until);
          this.#onStep('batch.filled');
          return done;
        })
        .immediate();
      for (const settle of written) settle();
      next += written.length;
      this.#onStep('batch.committed');
    }
  }

  /** Returns what is to be done once it is committed. */
  #putContents(unit: Bundle | Single, at: string): () => void {
    const { bytes, codec, stored } = unit;
    if ('members' in unit) {
      const { lastInsertRowid } = this.#statements.bundle.run(bytes, codec, stored);
      for (const member of unit.members) {
        const key = Buffer.from(member.hash, 'hex');
        this.#statements.member.run(key, member.bytes, at, lastInsertRowid, member.at);
      }
    } else {
      this.#statements.content.run(Buffer.from(unit.hash, 'hex'), bytes, codec, at, stored);
    }
    return () => {
      this.#added += stored.byteLength;
      for (const { hash } of 'members' in unit ? unit.members : [unit]) this.#contents.delete(hash);
    };
  }

  #putTree([hash, stored]: PackedTree, at: string): () => void {
    this.#statements.tree.run(Buffer.from(hash, 'hex'), at, stored);
    return () => {
      this.#added += stored.byteLength;
      this.#trees.delete(hash);
    };
  }
}

type PackedTree = readonly [hash: string, stored: Uint8Array];

function* packTrees(trees: ReadonlyMap<string, Uint8Array>): Generator<PackedTree> {
  for (const [hash, encoded] of trees) yield [hash, packTree(encoded)];
}
