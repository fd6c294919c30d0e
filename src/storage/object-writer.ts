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

/** What is to be written, by hash: contents as they are, folders in canonical bytes. */
export interface WritableObjects {
  readonly contents: Map<string, Uint8Array>;
  readonly trees: Map<string, Uint8Array>;
}

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

/** Packs objects and writes their rows, many in a transaction. */
export class ObjectWriter {
  readonly #db: Sqlite;
  readonly #now: () => number;
  readonly #onStep: (step: ObjectStep) => void;
  readonly #statements: Readonly<Record<'content' | 'bundle' | 'member' | 'tree', Statement>>;

  /** @param now milliseconds since 1970 */
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

  /**
   * Commits all, in as many transactions as it takes; what is committed leaves the maps, the rest is kept for the next try.
   * Contents first: a tree in the store has all that it refers to. Trees come children before parents. Returns the bytes stored.
   */
  write({ contents, trees }: WritableObjects): number {
    const stored = this.#writeAll(packAll(contents), (unit, at) => {
      this.#putContents(unit, at);
      return () => {
        for (const { hash } of 'members' in unit ? unit.members : [unit]) contents.delete(hash);
      };
    });
    return (
      stored +
      this.#writeAll(packTrees(trees), (tree, at) => {
        this.#statements.tree.run(Buffer.from(tree.hash, 'hex'), at, tree.stored);
        return () => trees.delete(tree.hash);
      })
    );
  }

  /**
   * All is packed before the first transaction begins: nobody waits for that.
   * @param put returns what is to be done once it is committed
   */
  #writeAll<T extends { readonly stored: Uint8Array }>(
    units: Iterable<T>,
    put: (unit: T, at: string) => () => unknown,
  ): number {
    const packed = [...units];
    let bytes = 0;
    for (let next = 0; next < packed.length;) {
      const written = this.#db.transaction(() => this.#putSome(packed.slice(next), put)).immediate();
      for (const settle of written) settle();
      for (const { stored } of packed.slice(next, next + written.length)) bytes += stored.byteLength;
      next += written.length;
      this.#onStep('batch.committed');
    }
    return bytes;
  }

  #putSome<T>(units: readonly T[], put: (unit: T, at: string) => () => unknown): (() => unknown)[] {
    this.#onStep('batch.begun');
    const until = performance.now() + LONGEST_WRITE_MS;
    const at = toTimeText(this.#now());
    const done: (() => unknown)[] = [];
    for (const unit of units) {
      done.push(put(unit, at));
      if (performance.now() > until) break;
    }
    this.#onStep('batch.filled');
    return done;
  }

  #putContents(unit: Bundle | Single, at: string): void {
    const { bytes, codec, stored } = unit;
    if (!('members' in unit)) {
      this.#statements.content.run(Buffer.from(unit.hash, 'hex'), bytes, codec, at, stored);
      return;
    }
    const { lastInsertRowid: id } = this.#statements.bundle.run(bytes, codec, stored);
    for (const member of unit.members)
      this.#statements.member.run(Buffer.from(member.hash, 'hex'), member.bytes, at, id, member.at);
  }
}

function* packTrees(
  trees: ReadonlyMap<string, Uint8Array>,
): Generator<{ readonly hash: string; readonly stored: Uint8Array }> {
  for (const [hash, encoded] of trees) yield { hash, stored: packTree(encoded) };
}
