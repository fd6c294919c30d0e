import { rmSync, statSync } from 'node:fs';
import type { Database as Sqlite, Statement } from 'better-sqlite3';
import type { GarbageReport } from '../ports/object-garbage.ts';
import { BundleSweep } from './bundle-sweep.ts';
import { toTimeText } from './object-age.ts';
import type { ObjectFiles, StoredFile } from './object-files.ts';
import type { ReachableObjects } from './reachable-objects.ts';

/** Where a test can stop or hurt a collection. */
export type SweepStep = 'marked' | 'swept';

/** Objects in one transaction: other writers wait for it. */
const BATCH = 500;
/** Bundles in one: what is left in them is packed anew. */
const BUNDLE_BATCH = 8;

const HASHES_OF_TREES = 'select hash from trees where hash > ? order by hash limit 2000';
const YOUNG_TREES = 'select hash from trees where created_at >= ?';
const TREE = 'select created_at, octet_length(entries) as bytes from trees where hash = ?';
const DELETE_TREE = 'delete from trees where hash = ?';
const HASHES_OF_CONTENTS =
  'select hash from blobs where hash > ? and created_at < ? order by hash limit 2000';
const CONTENT = 'select created_at, octet_length(content) as bytes from blobs where hash = ?';
const DELETE_CONTENT = 'delete from blobs where hash = ?';

const CONTENT_NAME = /^([0-9a-f]{64})(\.zst)?$/;

interface ObjectRow {
  readonly created_at: string;
  readonly bytes: number;
}

interface SweepParts {
  readonly db: Sqlite;
  readonly files: ObjectFiles;
  readonly reachable: ReachableObjects;
  /** Milliseconds since 1970: what was touched then or later stays. */
  readonly before: number;
  readonly dryRun: boolean;
  readonly onStep: (step: SweepStep) => void;
}

/**
 * Deletes what is neither reachable nor young. Every look at an object's age and its deletion are one transaction with
 * the write lock, which is also taken by everybody who touches: an object is touched in time, or found missing. Each
 * method yields after a batch.
 */
export class ObjectSweep {
  readonly #parts: SweepParts;
  readonly #before: string;
  readonly #statements: Readonly<Record<'tree' | 'deleteTree' | 'content' | 'deleteContent', Statement>>;
  /** Of a dry run: contents that it would delete. */
  readonly #doomed = new Set<string>();
  readonly #report = { trees: 0, contents: 0, drafts: 0, bytes: 0 };

  constructor(parts: SweepParts) {
    this.#parts = parts;
    this.#before = toTimeText(parts.before);
    this.#statements = {
      tree: parts.db.prepare(TREE),
      deleteTree: parts.db.prepare(DELETE_TREE),
      content: parts.db.prepare(CONTENT),
      deleteContent: parts.db.prepare(DELETE_CONTENT),
    };
  }

  get report(): GarbageReport {
    return this.#report;
  }

  /** Trees that somebody may be counting on. */
  youngTrees(): readonly string[] {
    return (this.#parts.db.prepare(YOUNG_TREES).pluck().all(this.#before) as Buffer[]).map(toHex);
  }

  /** Before the contents: what is below a tree is there as long as the tree is. */
  *trees(): Generator<void> {
    const { reachable } = this.#parts;
    const doomed = new Set<string>();
    for (const page of this.#pages(HASHES_OF_TREES)) {
      for (const hash of page) if (!reachable.hasTree(hash)) doomed.add(hash);
      yield;
    }
    yield* this.#inBatches(reachable.parentsFirst(doomed), (hash) => this.#sweepTree(hash));
  }

  *contents(): Generator<void> {
    for (const page of this.#pages(HASHES_OF_CONTENTS, this.#before)) {
      const doomed = page.filter((hash) => !this.#parts.reachable.hasContent(hash));
      yield* this.#inBatches(doomed, (hash) => this.#sweepContent(hash));
    }
  }

  /** After the contents: what no content stands in any more, or few. */
  *bundles(): Generator<void> {
    const bundles = new BundleSweep(this.#parts.db, this.#parts.dryRun ? this.#doomed : null);
    const sweep = (id: number): void => void (this.#report.bytes += bundles.sweep(id));
    for (const page of bundles.pages()) yield* this.#inBatches(page, sweep, BUNDLE_BATCH);
  }

  *files(): Generator<void> {
    const doomed = [...this.#parts.files.all()].filter(({ name, mtimeMs }) => {
      const hash = CONTENT_NAME.exec(name)?.[1];
      const isReachable = hash !== undefined && this.#parts.reachable.hasContent(hash);
      return !isReachable && mtimeMs < this.#parts.before;
    });
    yield* this.#inBatches(doomed, (file) => this.#sweepFile(file));
  }

  #sweepTree(hash: string): void {
    const { reachable, dryRun } = this.#parts;
    const key = Buffer.from(hash, 'hex');
    if (reachable.hasTree(hash)) return;
    const row = this.#statements.tree.get(key) as ObjectRow | undefined;
    if (!row) return;
    if (row.created_at >= this.#before) {
      // Somebody has begun to count on it: nothing below it is gone yet, and nothing of it will be.
      reachable.markNow(hash);
      return;
    }
    if (!dryRun) this.#statements.deleteTree.run(key);
    this.#report.trees += 1;
    this.#report.bytes += row.bytes;
  }

  #sweepContent(hash: string): void {
    const key = Buffer.from(hash, 'hex');
    const row = this.#statements.content.get(key) as ObjectRow | undefined;
    if (!row || row.created_at >= this.#before) return;
    if (this.#parts.dryRun) this.#doomed.add(hash);
    else this.#statements.deleteContent.run(key);
    this.#report.contents += 1;
    this.#report.bytes += row.bytes;
  }

  #sweepFile({ path, name }: StoredFile & { readonly name: string }): void {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found || found.mtimeMs >= this.#parts.before) return;
    if (!this.#parts.dryRun) rmSync(path, { force: true });
    if (CONTENT_NAME.test(name)) this.#report.contents += 1;
    else this.#report.drafts += 1;
    this.#report.bytes += found.size;
  }

  *#inBatches<T>(items: readonly T[], sweep: (item: T) => void, size = BATCH): Generator<void> {
    for (let at = 0; at < items.length; at += size) {
      const batch = items.slice(at, at + size);
      this.#parts.db
        .transaction(() => {
          for (const item of batch) sweep(item);
          this.#parts.onStep('swept');
        })
        .immediate();
      yield;
    }
  }

  *#pages(sql: string, ...values: readonly string[]): Generator<readonly string[]> {
    const statement = this.#parts.db.prepare(sql).pluck();
    let page = statement.all(Buffer.alloc(0), ...values) as Buffer[];
    for (let last = page.at(-1); last; last = page.at(-1)) {
      yield page.map(toHex);
      page = statement.all(last, ...values) as Buffer[];
    }
  }
}

function toHex(hash: Buffer): string {
  return hash.toString('hex');
}
